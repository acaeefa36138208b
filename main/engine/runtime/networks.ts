import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import type { DeviceReport } from "../../../shared/plan.ts";
import type { BuiltNetwork } from "../checkpoint/parts.ts";
import { fileStamp } from "../files/fileStamp.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import { readModel } from "../onnx/read.ts";
import { encodeModel } from "../onnx/write.ts";
import type { Batcher } from "./batcher.ts";
import { rememberedCallBytes, weightBytes } from "./footprint.ts";
import { gradientDocument } from "./gradients.ts";
import { withOutputs } from "./innerValues.ts";
import { idleBytes, measuredMemory } from "./memory.ts";
import { chooseProvider } from "./providers.ts";
import { segmentedGradient } from "./segmentedGradient.ts";
import { type OpenOptions, openGraph, openSession, type Session } from "./session.ts";
import { type PooledNetwork, SessionPool } from "./sessionPool.ts";
import { splitSession } from "./splitSession.ts";
import type { RuntimeOptions } from "./types.ts";

/** Networks of files and networks built in memory, opened on one device under a memory budget. */
export class Networks {
  readonly #options: RuntimeOptions;
  readonly #pool: SessionPool;
  /** Networks that run in parts, and gradients, which may. */
  readonly #composed = new Map<string, Session>();
  /** Bytes that networks and their calls may take; null: measured. */
  #memoryBytes: number | null;
  #choice: Promise<DeviceReport> | null = null;
  #report: DeviceReport | null = null;

  constructor(options: RuntimeOptions, batcher: Batcher) {
    this.#options = options;
    this.#memoryBytes = options.memoryBytes ?? null;
    this.#pool = new SessionPool({
      load: (work) => batcher.load(work),
      budget: (held) => this.#memoryBytes ?? measuredMemory(held),
      count: (what) => {
        batcher.meter[what] += 1;
      },
    });
  }

  /** Known once the first network is open. */
  get report(): DeviceReport | null {
    return this.#report;
  }

  /** Memory that networks may take where nobody sets it, in bytes. */
  freeMemory(): number {
    return measuredMemory(this.#pool.taken());
  }

  /** Sets the memory that networks and their calls may take; null: what the machine has free. */
  setMemory(bytes: number | null): void {
    if (bytes !== this.#memoryBytes) this.#composed.clear();
    this.#memoryBytes = bytes;
  }

  /** The network of a file as it is now on disk. */
  file(path: string): Promise<Session> {
    const size = sizeWithData(path);
    const graph = () => readModel(path);
    return this.#whole(graph, {
      path,
      label: join(basename(dirname(path)), basename(path)),
      key: `${path}|${stampsOf([path])}`,
      weightBytes: () => size,
      isMapped: false,
      callBytes: rememberedCallBytes(graph),
      open: () => this.#open((options) => openSession(path, options)),
    });
  }

  /** A network that is built in memory over the weights of files, as they are now on disk. */
  built(network: BuiltNetwork): Promise<Session> {
    const { path, files, name, graph } = network;
    return this.#whole(graph, {
      path,
      label: `${name} of ${basename(path)}`,
      files,
      key: `${path}|${stampsOf(files)}|${name}`,
      weightBytes: () => weightBytes(graph()),
      isMapped: true,
      callBytes: rememberedCallBytes(graph),
      open: () => this.#open((options) => openBuilt(network, options)),
    });
  }

  /** The network of a file with other values as its outputs, inner ones among them. Throws a sentence for a name without one. */
  values(path: string, names: readonly string[]): Promise<Session> {
    return this.built({
      path,
      files: [path],
      name: `the values ${names.join(", ")}`,
      graph: () => withOutputs(readModel(path), names, path),
    });
  }

  /** The gradient network of an open network, for an output and some inputs. */
  async gradient(session: Session, of: string, wrt: readonly string[]): Promise<Session> {
    const { path, label } = session;
    const key = `${path}|${stampsOf(session.files ?? [path])}|${label}|gradient of ${of} by ${wrt}`;
    const known = this.#composed.get(key);
    if (known) return known;
    const gradient = onceMade(() => gradientDocument(session, of, wrt));
    const network = onceMade(() => session.document?.() ?? readModel(path));
    const weights = session.document ? weightBytes(network()) : sizeWithData(path);
    const staysMapped = session.document !== undefined;
    const composed = segmentedGradient({
      path,
      label,
      network,
      gradient,
      of,
      wrt,
      room: () => this.#pool.budget() - weights,
      whole: () =>
        this.#pool.take({
          key,
          weightBytes: () => weights,
          isMapped: staysMapped,
          callBytes: rememberedCallBytes(gradient),
          open: () => this.#open((options) => openGraph(path, encodeModel(gradient()), { ...options, staysMapped })),
        }),
      open: (name, graph) => this.#part(path, `${key}, ${name}`, graph),
    });
    this.#composed.set(key, composed);
    return composed;
  }

  beginRun(): void {
    this.#pool.beginRun();
  }

  /** Releases what the run did not use where idle networks take too much. */
  endRun(): Promise<void> {
    return this.#pool.trim(Math.min(idleBytes, this.#memoryBytes ?? idleBytes));
  }

  /** Files of the networks that are open. */
  open(): string[] {
    return this.#pool.open().map((key) => key.split("|")[0]);
  }

  close(): Promise<void> {
    this.#composed.clear();
    return this.#pool.close();
  }

  /** A network as one, or in parts if its weights alone are more than all the memory that there is. */
  async #whole(graph: () => OnnxGraph, network: WholeNetwork): Promise<Session> {
    const { key, path, label, files } = network;
    const composed = this.#composed.get(key);
    if (composed) return composed;
    if (this.#pool.has(key) || network.weightBytes() <= this.#pool.budget()) return this.#pool.take(network);
    const split = splitSession({
      path,
      label,
      ...(files ? { files } : {}),
      graph,
      budget: () => this.#pool.budget(),
      open: (name, part) => this.#part(path, `${key}, ${name}`, part),
    });
    this.#composed.set(key, split);
    return split;
  }

  /** A part of a network. Memory of its calls goes back after each: parts never run at the same time. */
  #part(path: string, name: string, graph: OnnxGraph): Promise<Session> {
    const [first, last] = [graph.nodes[0], graph.nodes[graph.nodes.length - 1]].map((node) => node?.outputs[0]);
    return this.#pool.take({
      key: `${name}|${first} to ${last}`,
      weightBytes: () => weightBytes(graph),
      isMapped: true,
      callBytes: rememberedCallBytes(() => graph),
      open: () =>
        this.#open((options) =>
          openGraph(
            path,
            encodeModel(graph),
            { ...options, staysMapped: true, isPart: true },
            `${graph.name} of ${basename(path)}`,
          ),
        ),
    });
  }

  async #open(open: (options: OpenOptions) => Promise<Session>): Promise<Session> {
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

interface WholeNetwork extends PooledNetwork {
  readonly path: string;
  readonly label: string;
  readonly files?: readonly string[];
}

function onceMade<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function openBuilt({ path, files, name, graph }: BuiltNetwork, options: OpenOptions): Promise<Session> {
  const label = `${name} of ${basename(path)}`;
  const session = await openGraph(path, encodeModel(graph()), { ...options, staysMapped: true }, label);
  return { ...session, files, document: graph };
}

/** What tells networks of files as they are now from those of earlier contents; data files beside them count too. */
function stampsOf(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const stamp = fileStamp(path);
      if (stamp === null) throw new Error(`${path} is missing.`);
      return `${stamp}|${fileStamp(`${path}_data`) ?? ""}`;
    })
    .join("|");
}

/** Bytes of a network's file with the data beside it. */
function sizeWithData(path: string): number {
  return [path, `${path}_data`].reduce((sum, one) => sum + (statSync(one, { throwIfNoEntry: false })?.size ?? 0), 0);
}
