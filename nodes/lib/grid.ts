import { full, paste, sliceRows } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { colourNumbers } from "./colour.ts";

export interface GridOptions {
  /** 0 = as square as possible. */
  readonly columns: number;
  /** Pixels between images. */
  readonly gap: number;
  /** #rrggbb */
  readonly background: string;
}

/** Lays batches of images [B, 3, H, W] out on one sheet [1, 3, H', W']; smaller images are centred in their cell. */
export function gridOf(batches: readonly Tensor[], { columns, gap, background }: GridOptions): Tensor {
  const images = batches.flatMap((batch) =>
    Array.from({ length: batch.shape[0] }, (_, b) => sliceRows(batch, b, b + 1)),
  );
  if (images.length === 0) throw new Error("There is no image to lay out. Connect an image.");
  const across = Math.min(columns || Math.ceil(Math.sqrt(images.length)), images.length);
  const down = Math.ceil(images.length / across);
  const height = Math.max(...images.map((image) => image.shape[2]));
  const width = Math.max(...images.map((image) => image.shape[3]));
  let sheet = full([1, 3, down * (height + gap) - gap, across * (width + gap) - gap], colourNumbers(background));
  images.forEach((image, i) => {
    const top = Math.floor(i / across) * (height + gap) + Math.floor((height - image.shape[2]) / 2);
    const left = (i % across) * (width + gap) + Math.floor((width - image.shape[3]) / 2);
    sheet = paste(sheet, image, top, left);
  });
  return sheet;
}
