import type { Call, Denoiser } from "../../../shared/denoiser.ts";
import type { MetricsEvent } from "../../../shared/events.ts";
import { measureDifferenceMap, measureGuidance, measureNorm } from "../../../shared/tensor/measure.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { ignore, type Probe, type ProbeOptions } from "./probe.ts";

/** An evaluation that is compared: what was asked, and what the branches answered so far. */
interface Ask {
  readonly x: Tensor;
  readonly sigma: number;
  readonly call: Call;
  strong?: Tensor;
  weak?: Tensor;
}

/**
 * Compares what passes through the ports `strong` and `weak` of a node with what it makes of them, at the first
 * evaluation of each step. Branches asked at another x or sigma than the node itself are not compared.
 */
export class GuidanceProbe implements Probe {
  readonly #options: ProbeOptions;
  /** A node that gives no denoiser (a sampler of its own) is measured where both branches first answer in a step. */
  #isSampler = true;
  #ask: Ask | null = null;

  constructor(options: ProbeOptions) {
    this.#options = options;
  }

  /** The inputs of the node with its two branches watched. */
  tapped(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const taps: Record<string, unknown> = { ...inputs };
    for (const port of ["strong", "weak"] as const) {
      if (typeof inputs[port] === "function") taps[port] = this.#tap(port, inputs[port] as Denoiser);
    }
    return taps;
  }

  /** The node's own denoiser, compared with its branches. */
  output(denoiser: Denoiser): Denoiser {
    this.#isSampler = false;
    const watched = (x: Tensor, sigma: number, call: Call): Promise<Tensor> => {
      const ask = this.#begin(x, sigma, call);
      const result = denoiser(x, sigma, call);
      if (ask) void result.then((guided) => this.#measure(ask, guided), ignore);
      return result;
    };
    return Object.assign(watched, denoiser);
  }

  #tap(port: "strong" | "weak", wire: Denoiser): Denoiser {
    const watched = (x: Tensor, sigma: number, call: Call): Promise<Tensor> => {
      if (this.#isSampler) this.#begin(x, sigma, call);
      const result = wire(x, sigma, call);
      const ask = this.#ask;
      if (ask && ask.x === x && ask.sigma === sigma && isSameStage(ask.call, call)) {
        void result.then((prediction) => this.#answer(ask, port, prediction), ignore);
      }
      return result;
    };
    return Object.assign(watched, wire);
  }

  /** A new ask, if this evaluation is to be compared: the first one of a step, or of a sampler's the first with both. */
  #begin(x: Tensor, sigma: number, call: Call): Ask | null {
    const before = this.#ask;
    const isSameStep = before?.call.step === call.step && before.call.sigma === call.sigma;
    if (this.#isSampler) {
      const isOver = before?.strong && before.weak;
      if (isSameStep && (isOver || before.x === x)) return null;
    } else if (call.stage !== 0 || isSameStep) return null;
    this.#ask = { x, sigma, call };
    return this.#ask;
  }

  #answer(ask: Ask, port: "strong" | "weak", prediction: Tensor): void {
    if (ask[port]) return;
    ask[port] = prediction;
    if (this.#isSampler && ask.strong && ask.weak) this.#measure(ask, null);
  }

  #measure({ x, call, strong, weak }: Ask, guided: Tensor | null): void {
    const { emit, node, sampler } = this.#options;
    const values = valuesOf(x, strong, weak, guided);
    if (Object.keys(values).length === 0) return;
    const isMapped = strong && weak && isPlane(strong) && strong.data.length === weak.data.length;
    const map = isMapped ? { map: measureDifferenceMap(strong, weak) } : {};
    emit({ event: "metrics", node, sampler, step: call.step + 1, sigma: call.sigma, values, ...map });
  }
}

/** Latents with places to tell apart; points of a test bed have one. */
function isPlane({ data, shape }: Tensor): boolean {
  return shape.length === 4 && data.length > shape[0] * shape[1];
}

function isSameStage(a: Call, b: Call): boolean {
  return a.step === b.step && a.stage === b.stage;
}

function valuesOf(
  x: Tensor,
  strong: Tensor | undefined,
  weak: Tensor | undefined,
  guided: Tensor | null,
): MetricsEvent["values"] {
  const size = x.data.length;
  if (!strong || !weak || strong.data.length !== size || weak.data.length !== size) {
    return {
      ...(strong && { "norm.strong": measureNorm(strong) }),
      ...(weak && { "norm.weak": measureNorm(weak) }),
    };
  }
  const comparable = guided?.data.length === size ? guided : null;
  const found = measureGuidance(x, strong, weak, comparable);
  return {
    "norm.strong": found.strong,
    "norm.weak": found.weak,
    "norm.difference": found.difference,
    cosine: found.cosine,
    parallel: found.parallel,
    orthogonal: found.orthogonal,
    ...(comparable && { scale: found.scale }),
  };
}
