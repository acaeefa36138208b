import type { CallInput } from "../../shared/contract.ts";
import type { Plot } from "../../shared/plot.ts";
import { call } from "../state/bridge.ts";
import { showToast } from "../ui/toasts.ts";
import { bufferOf, canvasPen } from "./canvasPen.ts";
import { csvOf } from "./csv.ts";
import type { Pen } from "./pen.ts";
import { svgPen } from "./svgPen.ts";

export type PlotFormat = CallInput<"plot.export">["format"];

/** A picture that a pen can draw, and how large it is. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** `isAlone`: no text stands beside it that names the series. */
  draw(pen: Pen, isAlone: boolean): void;
}

/** Asks for a file and writes a plot to it: as it is drawn, or its figures. */
export async function exportPlot(plot: Plot, drawing: Drawing | null, format: PlotFormat, name: string): Promise<void> {
  try {
    const bytes = await bytesOf(plot, drawing, format);
    const written = await call("plot.export", { format, bytes, suggestedName: `${name} ${plot.title}` });
    if (written === null) return;
    const { path } = written;
    const action = { label: "Show", run: () => void call("output.reveal", { path }).catch(tell) };
    showToast({ kind: "ok", text: `Saved ${path.split(/[/\\]/).at(-1)}`, action });
  } catch (error) {
    tell(error);
  }
}

function tell(error: unknown): void {
  showToast({ kind: "error", text: error instanceof Error ? error.message : String(error) });
}

async function bytesOf(plot: Plot, drawing: Drawing | null, format: PlotFormat): Promise<Uint8Array<ArrayBuffer>> {
  if (format === "csv" || drawing === null) return new TextEncoder().encode(csvOf(plot));
  return format === "svg" ? new TextEncoder().encode(svgOf(drawing)) : pngOf(drawing);
}

function svgOf({ width, height, draw }: Drawing): string {
  const { pen, text } = svgPen(width, height, (bytes, columns) => {
    const image = new ImageData(bytes as Uint8ClampedArray<ArrayBuffer>, columns);
    const canvas = canvasOf(image.width, image.height);
    canvas.getContext("2d")!.drawImage(bufferOf(image), 0, 0);
    return canvas.toDataURL("image/png");
  });
  draw(pen, true);
  return text();
}

/** Canvas pixels of a pixel of the picture: enough for print. */
const sharpness = 3;

async function pngOf({ width, height, draw }: Drawing): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = canvasOf(width * sharpness, height * sharpness);
  const context = canvas.getContext("2d")!;
  context.scale(sharpness, sharpness);
  draw(canvasPen(context), true);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("The picture is too large to be written. Make the window smaller.");
  return new Uint8Array(await blob.arrayBuffer());
}

function canvasOf(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement("canvas"), { width, height });
}
