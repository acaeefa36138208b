import type { ElementType } from "../../main/engine/onnx/document.ts";

/** What differs between exports of one architecture. */
export interface PipelineShape {
  /** Of weights, inputs and outputs. */
  readonly dtype: "float32" | "float16";
  readonly channels: number;
  /** Pixels for each latent side. */
  readonly factor: number;
  readonly contextWidth: number;
  /** 0 for networks without a pooled embedding. */
  readonly pooledWidth: number;
  /** First side of the UNet's inputs: a name, or 1 where the export fixed it. */
  readonly batch: "batch_size" | 1;
  readonly timestep: { readonly dtype: ElementType; readonly shape: readonly (number | string)[] };
  /** Weights in model.onnx_data. */
  readonly external: boolean;
}
