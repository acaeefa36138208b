import type { Call, Denoiser } from "../../../shared/denoiser.ts";
import type { MetricsEvent, RunEvent } from "../../../shared/events.ts";
import type { NodeContext } from "../../../shared/node/context.ts";
import type { AnyNode } from "../../../shared/node/define.ts";
import { measureClipping, measureNorm } from "../../../shared/tensor/measure.ts";
import { type AnyTensor, isFloatTensor } from "../../../shared/tensor/tensor.ts";
import { GuidanceProbe } from "./guidanceProbe.ts";
import type { Probe } from "./probe.ts";
import { RewardProbe } from "./rewardProbe.ts";

/** Counts are told at most this often while evaluations go on. */
const tellingMs = 100;

type Inputs = Record<string, unknown>;

/** Where a sampler ended. */
type End = Pick<MetricsEvent, "node" | "sampler" | "step" | "sigma">;

/**
 * Measures one run from outside, so that no node has to: what guidance does at each step, what samplers predict, and how
 * often each denoiser is evaluated. It adds no work to the runtime and changes no value.
 */
export class Scope {
  readonly #emit: (event: RunEvent) => void;
  readonly #counts: Record<string, number> = {};
  readonly #ends = new Map<string, End>();
  /** What samplers left, to know whose picture is decoded. */
  readonly #endOf = new WeakMap<object, End>();
  #told = 0;

  constructor(emit: (event: RunEvent) => void) {
    this.#emit = emit;
  }

  /**
   * Watches a node that reads `strong` and `weak` denoisers on behalf of `sampler`, or that guides a denoiser by a reward;
   * null for any other node.
   */
  probe(node: string, { inputs, outputs }: AnyNode, sampler: string): Probe | null {
    const options = { node, sampler, emit: this.#emit };
    if (["strong", "weak"].every((name) => inputs[name]?.wire === "denoiser")) return new GuidanceProbe(options);
    const isGuided = ["reward", "denoiser"].every((name) => inputs[name]?.wire === name && outputs.denoiser);
    return isGuided ? new RewardProbe(options) : null;
  }

  /**
   * The inputs as a node gets them: the branches that its probe compares, and models whose evaluations count as its own.
   * Nodes that make models pass them on as they are.
   */
  inputsOf(node: string, { inputs: ports, outputs }: AnyNode, inputs: Inputs, probe: Probe | null): Inputs {
    const watched = probe ? probe.tapped(inputs) : { ...inputs };
    if (Object.values(outputs).some(({ wire }) => wire === "model")) return watched;
    for (const [name, value] of Object.entries(watched)) {
      const isModel = ports[name]?.wire === "model" && typeof value === "object" && value !== null;
      if (isModel) watched[name] = this.#countedModel(node, value);
    }
    return watched;
  }

  #countedModel(node: string, model: object): object {
    const count = () => this.#count(node);
    return new Proxy(model, {
      get(target, key) {
        const value = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        if (key !== "denoiser") return value.bind(target);
        return (...given: unknown[]) => countedDenoiser(value.apply(target, given) as Denoiser, count);
      },
    });
  }

  /** The same context, its sampler steps measured. */
  watched(context: NodeContext): NodeContext {
    const { node } = context;
    const step: NodeContext["step"] = async (report) => {
      await context.step(report);
      const end = { node, sampler: node, step: report.step + 1, sigma: report.sigma };
      this.#ends.set(node, end);
      this.#emit({ event: "metrics", ...end, values: { "norm.denoised": measureNorm(report.denoised) } });
    };
    return { ...context, step };
  }

  /** A step has run: the picture that a sampler's latent becomes is the last preview of its walk, of every sample. */
  finished(node: string, inputs: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>>): void {
    const end = this.#ends.get(node);
    if (end && typeof values.latent === "object" && values.latent !== null) this.#endOf.set(values.latent, end);
    const image = values.image as AnyTensor | undefined;
    const source =
      typeof inputs.latent === "object" && inputs.latent !== null ? this.#endOf.get(inputs.latent) : undefined;
    if (!source || !image || !isFloatTensor(image)) return;
    this.#emit({ event: "metrics", ...source, values: { clipping: measureClipping(image) } });
  }

  /** Tells the counts as they are at the end of the run. */
  end(): void {
    if (Object.keys(this.#counts).length > 0) this.#tell();
  }

  #count(node: string): void {
    this.#counts[node] = (this.#counts[node] ?? 0) + 1;
    if (performance.now() - this.#told >= tellingMs) this.#tell();
  }

  #tell(): void {
    this.#told = performance.now();
    this.#emit({ event: "evaluations", counts: { ...this.#counts } });
  }
}

function countedDenoiser(denoiser: Denoiser, count: () => void): Denoiser {
  const counting = (...ask: [Parameters<Denoiser>[0], number, Call]) => {
    count();
    return denoiser(...ask);
  };
  return Object.assign(counting, denoiser);
}
