// Fields are computed off the window's own thread: a mixture of many Gaussians takes longer than a frame.
import { type FieldRequest, fieldOf } from "./field.ts";

self.addEventListener("message", ({ data }: MessageEvent<{ readonly id: number; readonly request: FieldRequest }>) => {
  const grid = fieldOf(data.request);
  self.postMessage({ id: data.id, grid }, { transfer: [grid.density.buffer, grid.score.buffer] });
});
