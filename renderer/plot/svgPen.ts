import { cornersOf, type Ink, type Pen, type Stroke } from "./pen.ts";

/** Rounds to hundredths of a pixel: what nobody sees only makes the file longer. */
const n = (value: number) => String(Math.round(value * 100) / 100);

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);

function strokeOf({ color, width, alpha = 1, dash }: Stroke): string {
  const opacity = alpha === 1 ? "" : ` stroke-opacity="${n(alpha)}"`;
  const dashes = dash === undefined ? "" : ` stroke-dasharray="${dash.map(n).join(" ")}"`;
  return `fill="none" stroke="${color}" stroke-width="${n(width)}"${opacity}${dashes}`;
}

function inkOf({ color, alpha = 1 }: Ink): string {
  return `fill="${color}"${alpha === 1 ? "" : ` fill-opacity="${n(alpha)}"`}`;
}

/** What is not finite has no place in a picture. */
function finitePoints(points: ArrayLike<number>): (readonly [number, number])[] {
  const pairs = Array.from({ length: points.length >> 1 }, (_, i) => [points[2 * i]!, points[2 * i + 1]!] as const);
  return pairs.filter(([x, y]) => Number.isFinite(x + y));
}

/** The stretches of a line between points that are not finite. */
function runsOf(points: ArrayLike<number>): (readonly [number, number])[][] {
  const runs: (readonly [number, number])[][] = [];
  let run: (readonly [number, number])[] | null = null;
  for (let i = 0; i + 1 < points.length; i += 2) {
    const point = [points[i]!, points[i + 1]!] as const;
    if (!Number.isFinite(point[0] + point[1])) {
      run = null;
      continue;
    }
    if (run === null) {
      run = [];
      runs.push(run);
    }
    run.push(point);
  }
  return runs;
}

/**
 * Writes an SVG of so many pixels. `pngOf` turns a raster of RGBA bytes into a data address; all else are shapes.
 */
export function svgPen(width: number, height: number, pngOf: (bytes: Uint8ClampedArray, columns: number) => string) {
  const parts: string[] = [];
  let clips = 0;
  const pen: Pen = {
    isRaster: false,
    rectangle(x, y, w, h, ink) {
      parts.push(`<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" ${inkOf(ink)}/>`);
    },
    clip(x, y, w, h, draw) {
      const id = `clip-${++clips}`;
      const rect = `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}"/>`;
      parts.push(`<clipPath id="${id}">${rect}</clipPath><g clip-path="url(#${id})">`);
      draw();
      parts.push("</g>");
    },
    line(points, stroke) {
      const runs = runsOf(points).map((run) => run.map(([x, y]) => `${n(x)},${n(y)}`));
      const [only] = runs;
      const shape =
        runs.length === 1
          ? `<polyline points="${only!.join(" ")}"`
          : `<path d="${runs.map((run) => `M${run.join("L")}`).join("")}"`;
      parts.push(`${shape} ${strokeOf(stroke)}/>`);
    },
    ellipse([x, y], [ux, uy, vx, vy], stroke) {
      const angle = (Math.atan2(uy, ux) * 180) / Math.PI;
      const [rx, ry] = [Math.hypot(ux, uy), Math.hypot(vx, vy)];
      const place = `cx="${n(x)}" cy="${n(y)}" rx="${n(rx)}" ry="${n(ry)}"`;
      const turn = angle % 180 === 0 ? "" : ` transform="rotate(${n(angle)} ${n(x)} ${n(y)})"`;
      parts.push(`<ellipse ${place}${turn} ${strokeOf(stroke)}/>`);
    },
    markers(mark, points, size, ink) {
      const corners = cornersOf(mark, size);
      const r = size / 2;
      const outline =
        corners === null ? `m${n(-r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(size)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-size)} 0` : null;
      const shapes = finitePoints(points).map(([x, y]) => {
        if (outline !== null) return `M${n(x)} ${n(y)}${outline}`;
        return `M${corners!.map(([dx, dy]) => `${n(x + dx)} ${n(y + dy)}`).join("L")}Z`;
      });
      parts.push(`<path d="${shapes.join("")}" ${inkOf(ink)}/>`);
    },
    text(text, x, y, { color, align = "left", weight = 400 }) {
      const anchor = { left: "start", center: "middle", right: "end" }[align];
      const look = `font-family="Inter, sans-serif" font-size="11" font-weight="${weight}" fill="${color}"`;
      parts.push(
        `<text x="${n(x)}" y="${n(y)}" dominant-baseline="central" text-anchor="${anchor}" ${look}>${escaped(text)}</text>`,
      );
    },
    raster(bytes, columns, x, y, w, h) {
      const place = `x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}"`;
      parts.push(`<image ${place} preserveAspectRatio="none" href="${pngOf(bytes, columns)}"/>`);
    },
  };
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const text = () => `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${parts.join("\n")}\n</svg>\n`;
  return { pen, text };
}
