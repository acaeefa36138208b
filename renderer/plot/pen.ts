export type Mark = "circle" | "square" | "diamond" | "triangle" | "cross";

/** Markers of the first, second, … of several series. */
export const marks: readonly Mark[] = ["circle", "square", "diamond", "triangle", "cross"];

export interface Stroke {
  readonly color: string;
  readonly width: number;
  readonly alpha?: number;
  readonly dash?: readonly number[];
}

export interface Ink {
  readonly color: string;
  readonly alpha?: number;
}

export interface Lettering {
  readonly color: string;
  readonly align?: "left" | "center" | "right";
  readonly weight?: 400 | 600;
}

/** What plots are drawn with: a canvas, or the text of an SVG. All places and sizes are pixels of the picture. */
export interface Pen {
  /** False where every point should be a shape of its own. */
  readonly isRaster: boolean;
  rectangle(x: number, y: number, width: number, height: number, ink: Ink): void;
  /** Draws inside a rectangle only. */
  clip(x: number, y: number, width: number, height: number, draw: () => void): void;
  /** A line through x0 y0 x1 y1 …; a point that is not finite parts it, so that many short ones are drawn at once. */
  line(points: ArrayLike<number>, stroke: Stroke): void;
  /** An ellipse by two perpendicular half axes. */
  ellipse(center: readonly [number, number], axes: readonly [number, number, number, number], stroke: Stroke): void;
  /** Markers at x0 y0 x1 y1 …, `size` from side to side. */
  markers(mark: Mark, points: ArrayLike<number>, size: number, ink: Ink): void;
  /** Letters of 11 pixels, centred on the height y. */
  text(text: string, x: number, y: number, lettering: Lettering): void;
  /** A raster of RGBA bytes over a rectangle, smoothed. */
  raster(bytes: Uint8ClampedArray, columns: number, x: number, y: number, width: number, height: number): void;
}

export const fontOf = (weight = 400) => `${weight} 11px "Inter Variable", system-ui, sans-serif`;

/** Outline of a marker around the origin, as corners; null for a circle. */
export function cornersOf(mark: Mark, size: number): readonly (readonly [number, number])[] | null {
  const r = size / 2;
  const arm = r * 0.36;
  switch (mark) {
    case "circle":
      return null;
    case "square":
      return [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ].map(([x, y]) => [x! * r * 0.86, y! * r * 0.86]);
    case "diamond":
      return [
        [0, -r * 1.2],
        [r * 1.2, 0],
        [0, r * 1.2],
        [-r * 1.2, 0],
      ];
    case "triangle":
      return [
        [0, -r * 1.15],
        [r * 1.1, r * 0.8],
        [-r * 1.1, r * 0.8],
      ];
    case "cross": {
      const [a, b] = [arm, r * 1.1];
      return [
        [-a, -b],
        [a, -b],
        [a, -a],
        [b, -a],
        [b, a],
        [a, a],
        [a, b],
        [-a, b],
        [-a, a],
        [-b, a],
        [-b, -a],
        [-a, -a],
      ];
    }
  }
}
