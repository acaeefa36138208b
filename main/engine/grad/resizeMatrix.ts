/** How Resize reads (ONNX operator specification, Resize). */
export interface ResizeSetting {
  readonly mode: string;
  readonly coordinates: string;
  readonly nearest: string;
  readonly cubicA: number;
  readonly excludesOutside: boolean;
  readonly antialias: boolean;
}

interface ResizeAxis extends ResizeSetting {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** The interpolation along one axis as a matrix [to, from]; null for coordinates that are not supported. */
export function resizeMatrix(axis: ResizeAxis): number[][] | null {
  const rows: number[][] = [];
  for (let i = 0; i < axis.to; i++) {
    const at = sourceOf(i, axis);
    if (at === null) return null;
    const row = new Array<number>(axis.from).fill(0);
    for (const [place, weight] of weightsAt(at, axis)) row[place] += weight;
    rows.push(row);
  }
  return rows;
}

/** The runtime computes places in single precision; at ties this decides which pixel is nearest. */
const f = Math.fround;

function sourceOf(i: number, { from, to, scale, coordinates }: ResizeAxis): number | null {
  switch (coordinates) {
    case "half_pixel":
      return f(f((i + 0.5) / scale) - 0.5);
    case "pytorch_half_pixel":
      return to > 1 ? f(f((i + 0.5) / scale) - 0.5) : 0;
    case "asymmetric":
      return f(i / scale);
    case "align_corners":
      return to === 1 ? 0 : f((i * (from - 1)) / (to - 1));
    case "half_pixel_symmetric": {
      const adjustment = to / (scale * from);
      return (from / 2) * (1 - adjustment) + (i + 0.5) / scale - 0.5;
    }
    default:
      return null;
  }
}

const inside = (place: number, from: number) => Math.min(from - 1, Math.max(0, place));

function weightsAt(at: number, axis: ResizeAxis): [number, number][] {
  if (axis.mode === "nearest") return [[inside(nearestTo(at, axis.nearest), axis.from), 1]];
  const kernel = axis.mode === "cubic" ? cubic(axis.cubicA) : (x: number) => Math.max(0, 1 - Math.abs(x));
  const reach = axis.mode === "cubic" ? 2 : 1;
  // Smoothing while shrinking: the kernel is as wide as the pixels it makes.
  const width = axis.antialias && axis.scale < 1 ? 1 / axis.scale : 1;
  const [low, high] = [Math.floor(at - reach * width) + 1, Math.ceil(at + reach * width) - 1];
  const parts: [number, number][] = [];
  for (let place = low; place <= high; place++) {
    const isOutside = place < 0 || place >= axis.from;
    if (isOutside && axis.excludesOutside) continue;
    parts.push([inside(place, axis.from), kernel((place - at) / width)]);
  }
  const sum = parts.reduce((total, [, weight]) => total + weight, 0);
  const isScaled = axis.antialias || axis.excludesOutside;
  return isScaled ? parts.map(([place, weight]) => [place, weight / sum]) : parts;
}

function nearestTo(at: number, rule: string): number {
  switch (rule) {
    case "floor":
      return Math.floor(at);
    case "ceil":
      return Math.ceil(at);
    case "round_prefer_ceil":
      return Math.floor(at + 0.5);
    default:
      return Math.ceil(at - 0.5);
  }
}

/** Keys' cubic convolution kernel with parameter a. */
function cubic(a: number): (x: number) => number {
  return (x) => {
    const t = Math.abs(x);
    if (t < 1) return (a + 2) * t ** 3 - (a + 3) * t ** 2 + 1;
    if (t < 2) return a * t ** 3 - 5 * a * t ** 2 + 8 * a * t - 4 * a;
    return 0;
  };
}
