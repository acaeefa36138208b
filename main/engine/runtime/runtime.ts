import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LoraUse, Merging, Model, ModelInfo } from "../../../shared/model.ts";
import type { ModelSettings } from "../../../shared/modelSettings.ts";
import type { DeviceReport } from "../../../shared/plan.ts";
import { sizeOf } from "../../../shared/tensor/tensor.ts";
import { Checkpoints } from "../checkpoint/checkpoints.ts";
import { CheckpointFiles } from "../checkpoint/files.ts";
import { PlannedCheckpoints } from "../checkpoint/planned.ts";
import { T5Tokenizer } from "../checkpoint/t5Tokenizer.ts";
import { readModel } from "../onnx/read.ts";
import { Batcher } from "./batcher.ts";
import { ModelFolder } from "./folder.ts";
import { footprintsOf } from "./footprints.ts";
import { FolderModel } from "./model.ts";
import { readModelInfo } from "./modelInfo.ts";
import { Networks } from "./networks.ts";
import { ClipTokenizer } from "./tokenizer.ts";
import type { Meter, Runtime, RuntimeOptions } from "./types.ts";

type InfoResult = { readonly info: ModelInfo } | { readonly problem: string };

const defaultBatchBudgetBytes = 1 << 30;
/** Activations of a UNet row, as a multiple of its latent: measured on SD 1.5 (about 200 MB at 64 × 64 × 4). */
const activationFactor = 3000;

/** Opens networks on one device and batches their calls. */
export function createRuntime(options: RuntimeOptions): Runtime {
  return new OnnxRuntime(options);
}

class OnnxRuntime implements Runtime {
  readonly #options: RuntimeOptions;
  readonly #batcher = new Batcher();
  readonly #networks: Networks;
  readonly #infos = new Map<string, { readonly result: InfoResult; readonly fingerprint: string | null }>();
  readonly #models = new Map<string, FolderModel>();
  readonly #files = new CheckpointFiles();
  readonly #checkpoints: Checkpoints;
  readonly planned = new PlannedCheckpoints(this.#files);
  /** CLIP's own tokenizer, for checkpoints: by how it pads. */
  readonly #tokenizers = new Map<string, Promise<ClipTokenizer>>();
  /** By the file of the weights. */
  readonly #t5Tokenizers = new Map<string, Promise<T5Tokenizer>>();

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.#networks = new Networks(options, this.#batcher);
    this.#checkpoints = new Checkpoints(this.#files, {
      batcher: this.#batcher,
      open: (network) => this.#networks.built(network),
      gradient: (session, of, wrt) => this.#networks.gradient(session, of, wrt),
      capacity: (info, shape) => this.batchCapacity(info, shape),
      tokenizer: (pad) => this.#clipTokenizer(pad),
      t5Tokenizer: (weights) => this.#t5Tokenizer(weights),
    });
  }

  get report(): DeviceReport | null {
    return this.#networks.report;
  }

  model(folder: string, network: string): Model {
    const path = folder || this.#options.embeddedModel;
    const key = `${path}\n${network}`;
    const known = this.#models.get(key);
    if (known) return known;
    const found = this.#infos.get(key)?.result;
    if (!found) throw new Error("A model is asked for that was not planned.");
    if ("problem" in found) throw new Error(found.problem);
    const model = new FolderModel(new ModelFolder(path), found.info, {
      batcher: this.#batcher,
      open: (file) => this.#networks.file(file),
      values: (file, names) => this.#networks.values(file, names),
      gradient: (session, of, wrt) => this.#networks.gradient(session, of, wrt),
      capacity: (info, shape) => this.batchCapacity(info, shape),
    });
    this.#models.set(key, model);
    return model;
  }

  async modelInfo(folder: string, network: string, fingerprint: string | null): Promise<InfoResult> {
    const path = folder || this.#options.embeddedModel;
    const key = `${path}\n${network}`;
    const known = this.#infos.get(key);
    if (known && fingerprint !== null && known.fingerprint === fingerprint) return known.result;
    const result = withFootprints(path, await readModelInfo(path, network));
    this.#infos.set(key, { result, fingerprint });
    this.#models.delete(key);
    return result;
  }

  #clipTokenizer(pad: "end" | 0): Promise<ClipTokenizer> {
    const key = String(pad);
    let found = this.#tokenizers.get(key);
    if (!found) {
      const merges = join(dirname(dirname(this.#options.embeddedModel)), "tokenizers/clip/merges.txt");
      found = this.#batcher.load(readFile(merges, "utf8").then((text) => ClipTokenizer.ofMerges(text, pad)));
      this.#tokenizers.set(key, found);
    }
    return found;
  }

  /** Read once for each folder; a missing one is looked for again. */
  #t5Tokenizer(weights: string): Promise<T5Tokenizer> {
    const known = this.#t5Tokenizers.get(weights);
    if (known) return known;
    const found = this.#batcher.load(Promise.resolve().then(() => T5Tokenizer.beside(weights)));
    this.#t5Tokenizers.set(weights, found);
    found.catch(() => this.#t5Tokenizers.delete(weights));
    return found;
  }

  checkpoint(path: string): Model {
    return this.#checkpoints.model(path);
  }

  withParts(model: Model, paths: Readonly<Record<string, string>>): Model {
    return this.#checkpoints.withParts(model, paths);
  }

  merge(model: Model, merging: Merging): Model {
    return this.#checkpoints.merge(model, merging);
  }

  withSettings(model: Model, settings: ModelSettings): Model {
    return this.#checkpoints.withSettings(model, settings);
  }

  withLora(model: Model, lora: LoraUse, warn: (message: string) => void): Model {
    return this.#checkpoints.withLora(model, lora, warn);
  }

  control(path: string): Model {
    return this.#checkpoints.control(path);
  }

  freeMemory(): number {
    return this.#networks.freeMemory();
  }

  setMemory(bytes: number | null): void {
    this.#networks.setMemory(bytes);
  }

  beginRun(signal: AbortSignal): Meter {
    this.#networks.beginRun();
    for (const model of this.#models.values()) model.forgetSessions();
    return this.#batcher.begin(signal);
  }

  evaluated(): void {
    this.#batcher.meter.nfe += 1;
  }

  endRun(): Promise<void> {
    return this.#networks.endRun();
  }

  openNetworks(): string[] {
    return this.#networks.open();
  }

  hold<T>(work: Promise<T>): Promise<T> {
    return this.#batcher.hold(work);
  }

  load<T>(work: Promise<T>): Promise<T> {
    return this.#batcher.load(work);
  }

  batchCapacity(_info: ModelInfo, shape: readonly number[]): number {
    const rowBytes = sizeOf(shape.slice(1)) * 4 * activationFactor;
    return Math.max(1, Math.floor((this.#options.batchBudgetBytes ?? defaultBatchBudgetBytes) / rowBytes));
  }

  close(): Promise<void> {
    return this.#networks.close();
  }
}

/** A folder's description with what its networks take. */
function withFootprints(path: string, result: InfoResult): InfoResult {
  if ("problem" in result) return result;
  const { parts } = result.info.bytes;
  const weightsOf = (part: string) =>
    Object.entries(parts).reduce((sum, [name, bytes]) => (name.replace(/_\d+$/, "") === part ? sum + bytes : sum), 0);
  const footprint = footprintsOf((part) => ({
    graph: readModel(join(path, part, "model.onnx")),
    weights: weightsOf(part),
  }));
  return { info: { ...result.info, footprint } };
}
