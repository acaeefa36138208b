import type { CallInput, CallOutput, Checked, ContractError, Job, WindowEvents } from "../../shared/contract.ts";
import type { DeviceName } from "../../shared/plan.ts";

/** Where an engine finds and leaves files. All paths are absolute. */
export interface EngineOptions {
  /** Folder of the model that an empty `path` means. */
  readonly embeddedModel: string;
  /** The only folder that save nodes write to. */
  readonly outputFolder: string;
  /** Optimised graphs, fingerprints and device probes may be kept here. */
  readonly cacheFolder: string;
}

/** A document as text. Relative paths in it start at `baseFolder`, null for a document that was never saved. */
export interface EngineSource {
  /** Id that the window gave to the document. */
  readonly document: string;
  readonly text: string;
  readonly baseFolder: string | null;
}

/** A document and where it runs. */
export interface CheckInput extends EngineSource {
  readonly device: DeviceName;
  /** Memory that networks and their calls may take, in GB; none = what the machine has free. */
  readonly memoryGb?: number | null | undefined;
}
export interface RunInput extends CheckInput {
  readonly name: string;
  /** A job that waited in an engine that died: it keeps its id and number, and these seeds instead of new ones. */
  readonly as?: CallOutput<"engine.run">;
}
export type ExportInput = Omit<CallInput<"image.export">, "suggestedName"> & { readonly path: string };

/** What an engine says without being asked, under the names of the window's events. */
export type EngineMessage = {
  readonly [N in "job.event" | "queue.changed" | "engine.status"]: { readonly type: N } & WindowEvents[N];
}["job.event" | "queue.changed" | "engine.status"];

/** Compiles, queues and runs workflows: one job at a time, the others wait. Independent of the process it lives in. */
export interface Engine {
  /** Diagnostics and cost, without running. */
  check(input: CheckInput): Promise<Checked>;
  /** Queues a run and resolves its random seeds. */
  run(input: RunInput): Promise<CallOutput<"engine.run">>;
  /** Ends a running job between two model calls, or takes a waiting one out of the queue. */
  stop(job: string): Promise<void>;
  queue(): readonly Job[];
  devices(): Promise<CallOutput<"engine.devices">>;
  /** Writes a picture that the last run of a document left on a node. */
  exportImage(input: ExportInput): Promise<void>;
  on(listener: (message: EngineMessage) => void): void;
  /** Stops everything and releases sessions. */
  close(): Promise<void>;
}

/** Signature of `createEngine` in engine.ts. */
export type CreateEngine = (options: EngineOptions) => Engine;

/** Requests that travel to the engine process, by method. */
export interface EngineMethods {
  readonly check: { readonly in: CheckInput; readonly out: Checked };
  readonly run: { readonly in: RunInput; readonly out: CallOutput<"engine.run"> };
  readonly stop: { readonly in: { readonly job: string }; readonly out: null };
  readonly queue: { readonly in: null; readonly out: readonly Job[] };
  readonly devices: { readonly in: null; readonly out: CallOutput<"engine.devices"> };
  readonly export: { readonly in: ExportInput; readonly out: null };
}
export type EngineMethod = keyof EngineMethods;

/** What the engine process sends: answers to requests `{id, method, input}`, and events. */
export type HostMessage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ContractError }
  | { readonly event: EngineMessage };
