import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { basename, dirname, join } from "node:path";
import type { LoraUse, Model, ModelInfo } from "../../../shared/model.ts";
import type { ModelSettings } from "../../../shared/modelSettings.ts";
import type { DeviceReport } from "../../../shared/plan.ts";
import { sizeOf } from "../../../shared/tensor/tensor.ts";
import { Checkpoints } from "../checkpoint/checkpoints.ts";
import type { BuiltNetwork } from "../checkpoint/parts.ts";
import { T5Tokenizer } from "../checkpoint/t5Tokenizer.ts";
import { encodeModel } from "../onnx/write.ts";
import { Batcher } from "./batcher.ts";
import { ModelFolder } from "./folder.ts";
import { gradientGraph } from "./gradients.ts";
import { FolderModel } from "./model.ts";
import { readModelInfo } from "./modelInfo.ts";
import { chooseProvider } from "./providers.ts";
import { type OpenOptions, openGraph, openSession, type Session } from "./session.ts";
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
  readonly #sessions = new Map<string, OpenSession>();
  readonly #infos = new Map<string, { readonly result: InfoResult; readonly fingerprint: string | null }>();
  readonly #models = new Map<string, FolderModel>();
  /** Counts runs, to know which networks the last one used. */
  #run = 0;
  #choice: Promise<DeviceReport> | null = null;
  #report: DeviceReport | null = null;

  readonly #checkpoints: Checkpoints;
  /** CLIP's own tokenizer, for checkpoints: by how it pads. */
  readonly #tokenizers = new Map<string, Promise<ClipTokenizer>>();
  /** By the file of the weights. */
  readonly #t5Tokenizers = new Map<string, Promise<T5Tokenizer>>();

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.#checkpoints = new Checkpoints({
      batcher: this.#batcher,
      open: (network) => this.#built(network),
      gradient: (session, of, wrt) => this.#gradient(session, of, wrt),
      capacity: (info, shape) => this.batchCapacity(info, shape),
      tokenizer: (pad) => this.#clipTokenizer(pad),
      t5Tokenizer: (weights) => this.#t5Tokenizer(weights),
    });
  }

  get report(): DeviceReport | null {
    return this.#report;
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
      open: (file) => this.#open(file),
      gradient: (session, of, wrt) => this.#gradient(session, of, wrt),
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
    const result = await readModelInfo(path, network);
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

  checkpointInfo(path: string, fingerprint: string | null): InfoResult {
    return this.#checkpoints.info(path, fingerprint);
  }

  checkpoint(path: string): Model {
    return this.#checkpoints.model(path);
  }

  withParts(model: Model, paths: Readonly<Record<string, string>>): Model {
    return this.#checkpoints.withParts(model, paths);
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

  beginRun(signal: AbortSignal): Meter {
    this.#run += 1;
    for (const model of this.#models.values()) model.forgetSessions();
    return this.#batcher.begin(signal);
  }

  evaluated(): void {
    this.#batcher.meter.nfe += 1;
  }

  async endRun(): Promise<void> {
    let bytes = [...this.#sessions.values()].reduce((sum, open) => sum + open.bytes, 0);
    const budget = this.#options.sessionBudgetBytes ?? totalmem() / 2;
    const unused = [...this.#sessions].filter(([, open]) => open.lastRun < this.#run);
    for (const [key, open] of unused.sort(([, a], [, b]) => a.lastRun - b.lastRun)) {
      if (bytes <= budget) return;
      bytes -= open.bytes;
      this.#sessions.delete(key);
      await releaseQuietly(open);
    }
  }

  openNetworks(): string[] {
    return [...this.#sessions.keys()].map((key) => key.split("|")[0]);
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

  async close(): Promise<void> {
    const open = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const one of open) await releaseQuietly(one);
  }

  /** The open session of a file as it is now on disk. */
  #open(path: string): Promise<Session> {
    const { size, stamp } = fileFacts(path);
    return this.#kept(`${path}|${stamp}`, size, (options) => openSession(path, options));
  }

  /** The open gradient network of a network file. */
  #gradient(session: Session, of: string, wrt: readonly string[]): Promise<Session> {
    const { path, label } = session;
    const { size, stamp } = fileFacts(path);
    const key = `${path}|${stamp}|${label}|gradient of ${of} by ${wrt}`;
    return this.#kept(key, size, (options) =>
      openGraph(path, gradientGraph(session, of, wrt), { ...options, staysMapped: Boolean(session.document) }),
    );
  }

  /** The open session of a network that is built in memory over the weights of a file. */
  #built({ path, name, graph }: BuiltNetwork): Promise<Session> {
    const { size, stamp } = fileFacts(path);
    return this.#kept(`${path}|${stamp}|${name}`, size, async (options) => {
      const mapped = { ...options, staysMapped: true };
      const session = await openGraph(path, encodeModel(graph()), mapped, `${name} of ${basename(path)}`);
      return { ...session, document: graph };
    });
  }

  /** An open session by its key; opening counts as loading and holds the batcher. */
  #kept(key: string, bytes: number, open: (options: OpenOptions) => Promise<Session>): Promise<Session> {
    const known = this.#sessions.get(key);
    if (known) {
      known.lastRun = this.#run;
      return known.session;
    }
    const session = this.#batcher.load(this.#openNow(open));
    this.#sessions.set(key, { session, bytes, lastRun: this.#run });
    session.catch(() => this.#sessions.delete(key));
    return session;
  }

  async #openNow(open: (options: OpenOptions) => Promise<Session>): Promise<Session> {
    const report = await this.#provider();
    const threads = this.#options.threads ?? availableParallelism();
    try {
      return await open({ provider: report.used, threads });
    } catch (error) {
      if (report.used === "cpu") throw error;
      const session = await open({ provider: "cpu", threads });
      // A provider may work and still not know an operator of this network.
      const refused = { device: report.used, ok: false, reason: (error as Error).message };
      this.#report = { ...report, tried: [...report.tried, refused] };
      return session;
    }
  }

  async #provider(): Promise<DeviceReport> {
    this.#choice ??= chooseProvider(this.#options.device, this.#options.cacheFolder ?? null);
    this.#report = await this.#choice;
    return this.#report;
  }
}

interface OpenSession {
  readonly session: Promise<Session>;
  /** Of the file with its external data: about what its weights take. */
  readonly bytes: number;
  lastRun: number;
}

/** A session that never opened has nothing to release. */
async function releaseQuietly({ session }: OpenSession): Promise<void> {
  await session.then((found) => found.release()).catch(() => {});
}

function fileFacts(path: string): { size: number; stamp: string } {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new Error(`${path} is missing.`);
  const data = statSync(`${path}_data`, { throwIfNoEntry: false });
  return { size: found.size + (data?.size ?? 0), stamp: `${found.size}|${found.mtimeMs}` };
}
