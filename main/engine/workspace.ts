import { nodesByType } from "../../nodes/catalog.ts";
import type { DoneEvent, RunEvent } from "../../shared/events.ts";
import type { DeviceName, Diagnostic, PlanStep } from "../../shared/plan.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { type Compiled, compile } from "./compile/compile.ts";
import { gatherFacts } from "./compile/gatherFacts.ts";
import { ResultCache } from "./execute/cache.ts";
import { createContext, type RunServices } from "./execute/context.ts";
import { execute } from "./execute/execute.ts";
import { Failure } from "./execute/failure.ts";
import { Previews } from "./execute/previews.ts";
import { createFingerprints, type Fingerprints } from "./files/fingerprint.ts";
import { createOutputFolder } from "./files/outputFolder.ts";
import { createRuntime } from "./runtime/runtime.ts";
import type { Runtime } from "./runtime/types.ts";

export interface WorkspaceOptions {
  /** Folder of the model that an empty path means. */
  readonly embeddedModel: string;
  /** Where fingerprints, probes and optimised graphs may be kept; null = nowhere. */
  readonly cacheFolder: string | null;
  /** Memory for results of earlier runs. */
  readonly cacheBudgetBytes?: number;
}

export interface Place {
  /** Where relative paths of the document start. */
  readonly baseFolder: string | null;
  readonly device: DeviceName;
  /** Memory that networks and their calls may take; none = what the machine has free. */
  readonly memoryBytes?: number | null;
}

export interface RunOptions extends Place {
  readonly outputFolder: string;
  readonly emit: (event: RunEvent) => void;
  readonly signal: AbortSignal;
  /** Pictures as events, for a window. */
  readonly previews: boolean;
  /** Receives every image batch that a node shows, as computed. */
  readonly onImage?: (node: string, image: Tensor) => void;
}

/** Thrown instead of running a document that has errors. */
export class Refused extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.find((found) => found.severity === "error")?.message ?? "This document cannot run.");
    this.name = "Refused";
    this.diagnostics = diagnostics;
  }
}

/** What outlives a run: open networks, results by content, fingerprints. One for each process. */
export class Workspace {
  readonly #options: WorkspaceOptions;
  readonly #cache: ResultCache;
  readonly #fingerprints: Fingerprints;
  readonly #runtimes = new Map<DeviceName, Runtime>();

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    this.#cache = new ResultCache(options.cacheBudgetBytes ?? 1 << 30);
    this.#fingerprints = createFingerprints(options.cacheFolder);
  }

  /** Checks a document and forecasts its cost; opens no network. */
  async compile(workflow: Workflow, place: Place): Promise<Compiled> {
    const facts = await gatherFacts(workflow, {
      registry: nodesByType,
      runtime: this.#runtimeFor(place.device),
      fingerprints: this.#fingerprints,
      embeddedModel: this.#options.embeddedModel,
      baseFolder: place.baseFolder,
      device: place.device,
      memoryBytes: place.memoryBytes ?? null,
      isCached: (key) => this.#cache.has(key, []),
    });
    return compile(workflow, nodesByType, facts);
  }

  /** Runs a document whose seeds are resolved. Throws Refused, Failure, or the abort reason. */
  async run(workflow: Workflow, options: RunOptions): Promise<DoneEvent> {
    const { plan, diagnostics } = await this.compile(workflow, options);
    if (!plan) throw new Refused(diagnostics);
    for (const { severity, node, message } of diagnostics) {
      if (severity === "warning") options.emit({ event: "warning", node, message });
    }
    await this.#closeOthers(options.device);
    const runtime = this.#runtimeFor(options.device);
    runtime.setMemory(options.memoryBytes ?? null);
    const previews = options.previews ? new Previews(options.emit) : null;
    const services: RunServices = {
      runtime,
      emit: options.emit,
      signal: options.signal,
      baseFolder: options.baseFolder,
      output: createOutputFolder(options.outputFolder),
      workflowText: serializeWorkflow(workflow),
      previews,
      onImage: options.onImage,
    };
    const work = execute(plan, {
      registry: nodesByType,
      runtime,
      cache: this.#cache,
      signal: options.signal,
      emit: options.emit,
      contextOf: (step, inputs) => createContext(step, inputs, services),
      settle: async () => previews?.settle(),
    });
    const done = await work.finally(() => runtime.endRun());
    if (runtime.report) options.emit({ event: "device", report: runtime.report });
    return done;
  }

  /** Whether a run would take a step's values from the cache. */
  isCached(step: PlanStep): boolean {
    return step.kind === "value" && !isRunAlways(step) && this.#cache.has(step.key, step.used);
  }

  /** Releases every network. */
  async close(): Promise<void> {
    for (const runtime of this.#runtimes.values()) await runtime.close();
    this.#runtimes.clear();
  }

  /** A check for another device must not take the networks away from a run: they go when a run starts there. */
  async #closeOthers(device: DeviceName): Promise<void> {
    for (const [name, runtime] of this.#runtimes) if (name !== device) await runtime.close();
  }

  #runtimeFor(device: DeviceName): Runtime {
    const known = this.#runtimes.get(device);
    if (known) return known;
    const { embeddedModel, cacheFolder } = this.#options;
    const runtime = createRuntime({ device, embeddedModel, ...(cacheFolder === null ? {} : { cacheFolder }) });
    this.#runtimes.set(device, runtime);
    return runtime;
  }
}

function isRunAlways(step: PlanStep): boolean {
  return nodesByType.get(step.type)?.effect !== undefined;
}

/** Every reason why a run did not end well, as a sentence with its place. */
export function problemsOf(error: unknown): Omit<Diagnostic, "severity">[] {
  if (error instanceof Refused) return error.diagnostics.filter((found) => found.severity === "error");
  if (error instanceof Failure) return [{ node: error.node, port: error.port, message: error.message }];
  return [{ node: null, port: null, message: error instanceof Error ? error.message : String(error) }];
}
