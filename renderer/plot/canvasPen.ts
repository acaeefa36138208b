import { cornersOf, fontOf, type Ink, type Lettering, type Pen, type Stroke } from "./pen.ts";

/** Draws on a canvas whose transform turns pixels of the picture into its own. */
export function canvasPen(context: CanvasRenderingContext2D): Pen {
  return {
    isRaster: true,
    rectangle(x, y, width, height, ink) {
      fillWith(context, ink);
      context.fillRect(x, y, width, height);
      context.globalAlpha = 1;
    },
    clip(x, y, width, height, draw) {
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      draw();
      context.restore();
    },
    line(points, stroke) {
      context.beginPath();
      let isDown = false;
      for (let i = 0; i + 1 < points.length; i += 2) {
        const [x, y] = [points[i]!, points[i + 1]!];
        const isPlace = Number.isFinite(x + y);
        if (isPlace) context[isDown ? "lineTo" : "moveTo"](x, y);
        isDown = isPlace;
      }
      strokeWith(context, stroke);
    },
    ellipse([x, y], [ux, uy, vx, vy], stroke) {
      context.beginPath();
      context.ellipse(x, y, Math.hypot(ux, uy), Math.hypot(vx, vy), Math.atan2(uy, ux), 0, 2 * Math.PI);
      strokeWith(context, stroke);
    },
    markers(mark, points, size, ink) {
      const corners = cornersOf(mark, size);
      context.beginPath();
      for (let i = 0; i + 1 < points.length; i += 2) {
        const [x, y] = [points[i]!, points[i + 1]!];
        if (corners === null) {
          context.moveTo(x + size / 2, y);
          context.arc(x, y, size / 2, 0, 2 * Math.PI);
        } else {
          for (const [k, corner] of corners.entries())
            context[k === 0 ? "moveTo" : "lineTo"](x + corner[0], y + corner[1]);
        }
        if (corners !== null) context.closePath();
      }
      fillWith(context, ink);
      context.fill();
      context.globalAlpha = 1;
    },
    text(text, x, y, { color, align = "left", weight = 400 }: Lettering) {
      context.fillStyle = color;
      context.font = fontOf(weight);
      context.textAlign = align;
      context.textBaseline = "middle";
      context.fillText(text, x, y);
    },
    raster(bytes, columns, x, y, width, height) {
      const image = new ImageData(bytes as Uint8ClampedArray<ArrayBuffer>, columns);
      const buffer = bufferOf(image);
      context.drawImage(buffer, 0, 0, image.width, image.height, x, y, width, height);
    },
  };
}

function fillWith(context: CanvasRenderingContext2D, { color, alpha = 1 }: Ink): void {
  context.fillStyle = color;
  context.globalAlpha = alpha;
}

function strokeWith(context: CanvasRenderingContext2D, { color, width, alpha = 1, dash = [] }: Stroke): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.globalAlpha = alpha;
  context.setLineDash([...dash]);
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash([]);
}

let shared: HTMLCanvasElement | null = null;

/** A canvas that holds an image in its top left corner: one for all rasters, as each is drawn at once. */
export function bufferOf(image: ImageData): HTMLCanvasElement {
  shared ??= document.createElement("canvas");
  if (shared.width < image.width) shared.width = image.width;
  if (shared.height < image.height) shared.height = image.height;
  shared.getContext("2d", { willReadFrequently: true })!.putImageData(image, 0, 0);
  return shared;
}
