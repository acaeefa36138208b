import type { DoneEvent, RunEvent } from "../../../shared/events.ts";
import type { NodeContext } from "../../../shared/node/context.ts";
import type { AnyNode } from "../../../shared/node/define.ts";
import { labelOf } from "../../../shared/node/names.ts";
import type { Plan, PlanStep } from "../../../shared/plan.ts";
import { allFinite } from "../../../shared/tensor/index.ts";
import { type AnyTensor, dtypeOf, isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import type { Meter, Runtime } from "../runtime/types.ts";
import { gather, type Workshop } from "./build.ts";
import type { ResultCache, StepValues } from "./cache.ts";
import { failureAt } from "./failure.ts";
import { Scope } from "./scope.ts";

export interface ExecuteOptions {
  readonly registry: ReadonlyMap<string, AnyNode>;
  readonly runtime: Runtime;
  readonly cache: ResultCache;
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => void;
  /** Makes what a step may ask of the runtime; `inputs` are known for value steps only. */
  readonly contextOf: (step: PlanStep, inputs: Readonly<Record<string, unknown>>) => NodeContext;
  /** Work that a step left behind (previews): awaited before the run ends. */
  readonly settle: () => Promise<void>;
}

/**
 * Runs a plan. Steps whose inputs are ready run side by side, so that their model calls share batches; values of known
 * content come from the cache. Throws a Failure that names the node, or the abort reason.
 */
export async function execute(plan: Plan, options: ExecuteOptions): Promise<DoneEvent> {
  const abort = new AbortController();
  const { signal } = abort;
  if (options.signal.aborted) abort.abort(options.signal.reason);
  options.signal.addEventListener("abort", () => abort.abort(options.signal.reason), { once: true, signal });
  const meter = options.runtime.beginRun(signal);
  const started = performance.now();
  await new Execution(plan, { ...options, signal }, abort).run();
  await options.settle();
  return doneEvent(meter, performance.now() - started);
}

function doneEvent(meter: Meter, elapsedMs: number): DoneEvent {
  const { nfe, runs, backward, modelMs, gradientMs, loadMs } = meter;
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  return { event: "done", wallMs: elapsedMs - loadMs, loadMs, modelMs, gradientMs, nfe, runs, backward, peakRssBytes };
}

/** Wires whose values are seen or sampled from. */
const pictures: ReadonlySet<string> = new Set(["image", "latent", "mask"]);

class Execution {
  readonly #options: ExecuteOptions;
  readonly #values = new Map<string, StepValues>();
  readonly #shop: Workshop;
  readonly #waiting = new Map<string, Set<string>>();
  readonly #readers = new Map<string, string[]>();
  readonly #abort: AbortController;
  readonly #scope: Scope;
  #failure: Error | undefined;

  constructor(plan: Plan, options: ExecuteOptions, abort: AbortController) {
    this.#options = options;
    this.#abort = abort;
    this.#scope = new Scope(options.emit);
    const steps = new Map(plan.steps.map((step) => [step.id, step]));
    this.#shop = {
      steps,
      registry: options.registry,
      values: this.#values,
      signal: options.signal,
      scope: this.#scope,
      contextOf: (step) => options.contextOf(step, {}),
    };
    const toRun = this.#stepsToRun(plan);
    for (const id of toRun) {
      const open = steps.get(id)!.needs.filter((need) => toRun.has(need));
      this.#waiting.set(id, new Set(open));
      for (const need of open) {
        const readers = this.#readers.get(need);
        if (readers) readers.push(id);
        else this.#readers.set(need, [id]);
      }
    }
  }

  /** From the outputs backwards: what is cached needs nothing before it. Fills in cached values on the way. */
  #stepsToRun(plan: Plan): Set<string> {
    const steps = this.#shop.steps;
    const run = new Set<string>();
    const seen = new Set<string>();
    const open = plan.steps.filter((step) => step.isOutput).map((step) => step.id);
    while (open.length > 0) {
      const id = open.pop()!;
      if (seen.has(id)) continue;
      seen.add(id);
      const step = steps.get(id)!;
      const always = this.#options.registry.get(step.type)!.effect !== undefined;
      const cached = always ? undefined : this.#options.cache.get(step.key, step.used);
      if (cached) {
        this.#values.set(id, cached);
        this.#options.emit({ event: "state", node: id, state: "cached" });
        this.#replay(step, cached);
      } else {
        run.add(id);
        open.push(...step.needs);
      }
    }
    return run;
  }

  /** A window that was opened since wants the picture of a cached step again. */
  #replay(step: PlanStep, values: StepValues): void {
    const image = values.image as AnyTensor | undefined;
    if (image && !(image.data instanceof BigInt64Array)) {
      void this.#options.contextOf(step, {}).show({ data: image.data, shape: image.shape });
    }
  }

  /** Settles when nothing runs any more; the first failure ends the others between two model calls. */
  async run(): Promise<void> {
    const ready = [...this.#waiting].filter(([, open]) => open.size === 0).map(([id]) => id);
    await Promise.all(ready.map((id) => this.#runFrom(id)));
    this.#scope.end();
    if (this.#failure) throw this.#failure;
    this.#options.signal.throwIfAborted();
  }

  async #runFrom(id: string): Promise<void> {
    try {
      await this.#runStep(this.#shop.steps.get(id)!);
    } catch (error) {
      this.#failure ??= error as Error;
      this.#abort.abort();
      return;
    }
    const next: string[] = [];
    for (const reader of this.#readers.get(id) ?? []) {
      const open = this.#waiting.get(reader)!;
      open.delete(id);
      if (open.size === 0) next.push(reader);
    }
    await Promise.all(next.map((reader) => this.#runFrom(reader)));
  }

  async #runStep(step: PlanStep): Promise<void> {
    const { emit, signal, cache, registry, contextOf } = this.#options;
    signal.throwIfAborted();
    emit({ event: "state", node: step.id, state: "running" });
    const started = performance.now();
    try {
      const { inputs, args } = gather(step, this.#shop);
      const values = await registry.get(step.type)!.run!(inputs, args, this.#scope.watched(contextOf(step, inputs)));
      this.#checkFinite(step, values);
      this.#values.set(step.id, values);
      if (Object.keys(values).length > 0) cache.set(step.key, values);
      this.#scope.finished(step.id, inputs, values);
      this.#describe(step, values);
    } catch (error) {
      throw failureAt(step.id, error);
    }
    emit({ event: "state", node: step.id, state: "done", ms: performance.now() - started });
  }

  /** Pictures and latents with NaN or infinity in them would go on as black ones: the step that made them ends the run. */
  #checkFinite(step: PlanStep, values: StepValues): void {
    const { outputs } = this.#options.registry.get(step.type)!;
    for (const [name, value] of Object.entries(values)) {
      const port = outputs[name];
      if (!pictures.has(port?.wire ?? "") || !isFloatTensor(value as AnyTensor) || allFinite(value as Tensor)) continue;
      const what = labelOf(name, port).toLowerCase();
      throw new Error(`Its ${what} has values that are not finite. Use float32 weights, or milder settings before it.`);
    }
  }

  #describe(step: PlanStep, values: StepValues): void {
    for (const [output, value] of Object.entries(values)) {
      if (typeof value !== "object" || value === null || !("shape" in value)) continue;
      const tensor = value as AnyTensor;
      this.#options.emit({ event: "value", node: step.id, output, shape: tensor.shape, dtype: dtypeOf(tensor) });
    }
  }
}
