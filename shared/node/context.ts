import type { LoraUse, Merging, Model } from "../model.ts";
import type { ModelSettings } from "../modelSettings.ts";
import type { Plot } from "../plot.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";

/** File formats that images are saved in. */
export type ImageFormat = "png" | "jpeg" | "webp";

export interface SaveImageOptions {
  readonly name: string;
  readonly format: ImageFormat;
  readonly bitDepth: 8 | 16;
  readonly embedWorkflow: boolean;
}

/** One finished sampler step, for progress, previews and metrics. */
export interface StepReport {
  /** From 0. */
  readonly step: number;
  readonly steps: number;
  readonly sigma: number;
  readonly x: Tensor;
  readonly denoised: Tensor;
}

/** All that a node may ask of the runtime. Paths are resolved and contained by the runtime. */
export interface NodeContext {
  /** Id of the node in the document. */
  readonly node: string;
  /** The document's folder, from which relative paths start; null of one that has none. */
  readonly folder: string | null;
  model(path: string, network: string): Model;
  /** A checkpoint in one file. */
  checkpoint(path: string): Model;
  /** A checkpoint model with parts of other files, by part: `unet`, `clipL`, … */
  withParts(model: Model, paths: Readonly<Record<string, string>>): Model;
  /** A checkpoint model with a LoRA at work in it. */
  withLora(model: Model, lora: LoraUse): Model;
  /** A checkpoint model whose weights are a sum of those of several. */
  merge(model: Model, merging: Merging): Model;
  /** A checkpoint model under settings that its file does not tell. */
  withSettings(model: Model, settings: ModelSettings): Model;
  /** A control network in one file. */
  control(path: string): Model;
  loadImage(path: string): Promise<Tensor>;
  /** The opacity of a picture, [1, 1, H, W] in 0..1. */
  loadOpacity(path: string): Promise<Tensor>;
  loadTensor(path: string): Promise<AnyTensor>;
  /** Reads a file whole, before the run if it is named by a parameter. Synchronous: for function wires. */
  tensorFile(path: string): AnyTensor;
  /** Writes an image batch; returns the paths. */
  saveImage(image: Tensor, options: SaveImageOptions): Promise<readonly string[]>;
  saveTensor(tensor: AnyTensor, name: string): Promise<string>;
  /** Shows an image batch on the node without writing it. */
  show(image: Tensor): Promise<void>;
  /** Shows a plot on the node. */
  plot(plot: Plot): void;
  /** Reports a value: one number, or one for each sample. */
  metric(name: string, value: number | Tensor, at?: { readonly step: number; readonly sigma: number }): void;
  /** Reports a sampler step; throws if the run was cancelled. */
  step(report: StepReport): Promise<void>;
  /** Reports how much of a long work that is no walk is done. */
  progress(done: number, all: number): void;
  /** Whether anything reads an output; what nobody reads need not be kept. */
  uses(output: string): boolean;
  /** Counts an evaluation of a denoiser in closed form; those of networks are counted where they run. */
  evaluated(): void;
  /** A sentence about the run that is worth telling, shown on the node. */
  warn(message: string): void;
}
