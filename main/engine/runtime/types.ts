import type { LoraUse, Merging, Model, ModelInfo } from "../../../shared/model.ts";
import type { ModelSettings } from "../../../shared/modelSettings.ts";
import type { DeviceName, DeviceReport } from "../../../shared/plan.ts";
import type { PlannedCheckpoints } from "../checkpoint/planned.ts";

/** Counts what a run did. Times in milliseconds. */
export interface Meter {
  /** Evaluations of denoising networks and closed-form denoisers. */
  nfe: number;
  /** Runtime calls that carried them. */
  runs: number;
  backward: number;
  /** Inside ONNX Runtime calls of any network. */
  modelMs: number;
  /** Part of that in gradient networks. */
  gradientMs: number;
  /** Opening sessions and files. */
  loadMs: number;
  /** Networks opened, and networks released to make room. */
  opened: number;
  released: number;
}

/**
 * Runs networks for one job at a time. Requests wait until every running step waits for a model: the executor
 * holds the batcher while a step does anything else that is asynchronous (files, codecs).
 */
export interface Runtime {
  /** A model folder (absolute path). Cheap: sessions are opened when first used and kept for later runs. */
  model(folder: string, network: string): Model;
  /**
   * What is known of a folder from its JSON files, or a sentence why it is no model. Opens no session. Read anew when the
   * folder's fingerprint changes (null: always).
   */
  modelInfo(
    folder: string,
    network: string,
    fingerprint: string | null,
  ): Promise<{ readonly info: ModelInfo } | { readonly problem: string }>;
  /** Descriptions of the models that checkpoint files make, alone and together. */
  readonly planned: PlannedCheckpoints;
  /** A checkpoint file (absolute path) as a model. */
  checkpoint(path: string): Model;
  /** A checkpoint model with parts of other files. Throws a sentence for a model or a file that does not suit. */
  withParts(model: Model, paths: Readonly<Record<string, string>>): Model;
  /** A checkpoint model with a LoRA (absolute path) at work in it. */
  withLora(model: Model, lora: LoraUse, warn: (message: string) => void): Model;
  /** A checkpoint model whose weights are a sum of those of several. */
  merge(model: Model, merging: Merging): Model;
  /** A checkpoint model under settings that its file does not tell. */
  withSettings(model: Model, settings: ModelSettings): Model;
  /** A control network in one file (absolute path). */
  control(path: string): Model;
  /** Memory that networks may take where nobody sets it, in bytes. */
  freeMemory(): number;
  /** Sets the memory that networks and their calls may take; null: what the machine has free. */
  setMemory(bytes: number | null): void;
  /** Starts counting and sets the signal that is checked before every runtime call. */
  beginRun(signal: AbortSignal): Meter;
  /** Counts an evaluation of a denoiser that is no network. */
  evaluated(): void;
  /** Releases networks that the run did not use, oldest first, while all that are open take too much for idle ones. */
  endRun(): Promise<void>;
  /** Files of the networks that are open. */
  openNetworks(): readonly string[];
  /** Work outside networks: no batch is sent until it settles. */
  hold<T>(work: Promise<T>): Promise<T>;
  /** A hold whose time counts as loading. */
  load<T>(work: Promise<T>): Promise<T>;
  /** Known once the first session is open. */
  readonly report: DeviceReport | null;
  /** Rows of the denoising network that one runtime call may carry at a latent shape [B, C, h, w]. */
  batchCapacity(info: ModelInfo, shape: readonly number[]): number;
  /** Releases every session. */
  close(): Promise<void>;
}

export interface RuntimeOptions {
  readonly device: DeviceName;
  /** Folder of the embedded model, for model("", …). */
  readonly embeddedModel: string;
  readonly threads?: number;
  /** Memory that one batch's activations may take. */
  readonly batchBudgetBytes?: number;
  /** Memory that networks and their calls may take; what the machine has free when left out. */
  readonly memoryBytes?: number;
  /** Where optimised graphs and fingerprints may be kept; none = nowhere. */
  readonly cacheFolder?: string;
}
