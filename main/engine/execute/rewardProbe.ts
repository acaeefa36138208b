import type { Call, Denoiser } from "../../../shared/denoiser.ts";
import type { Model } from "../../../shared/model.ts";
import type { Reward } from "../../../shared/reward.ts";
import { traced } from "../../../shared/tensor/kernel.ts";
import { measureNorm } from "../../../shared/tensor/measure.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { ignore, type Probe, type ProbeOptions } from "./probe.ts";

/** An evaluation that is measured, and what came by on the way. */
interface Ask {
  readonly x: Tensor;
  readonly sigma: number;
  readonly call: Call;
  readonly values: Record<string, Float64Array>;
  /** What the latent was that is scored: its gradient is what is measured. */
  scored?: Tensor;
  /** How much each row of the reward counts, once a gradient is asked for. */
  weights?: Tensor;
  unguided?: Tensor;
}

/**
 * Measures guidance by a reward from outside, at the first evaluation of each step: what the clean sample scores, the norm
 * of the score's gradient by the latent, and how far the prediction is pushed. A reward that is asked about several noisy
 * copies of each sample counts with their mean, weighted as the node weights them for the gradient.
 */
export class RewardProbe implements Probe {
  readonly #options: ProbeOptions;
  #ask: Ask | null = null;

  constructor(options: ProbeOptions) {
    this.#options = options;
  }

  /** The inputs of the node with its reward, its decoder and the prediction that it guides watched. */
  tapped(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const { denoiser, model, reward } = inputs as { denoiser?: Denoiser; model?: Model; reward?: Reward };
    return {
      ...inputs,
      ...(reward && { reward: this.#tapReward(reward) }),
      ...(model && { model: this.#tapModel(model) }),
      ...(denoiser && { denoiser: this.#tapDenoiser(denoiser) }),
    };
  }

  /** The node's own denoiser, measured. */
  output(denoiser: Denoiser): Denoiser {
    const watched = (x: Tensor, sigma: number, call: Call): Promise<Tensor> => {
      const ask = this.#begin(x, sigma, call);
      const result = denoiser(x, sigma, call);
      if (ask) void result.then((guided) => this.#measure(ask, guided), ignore);
      return result;
    };
    return Object.assign(watched, denoiser);
  }

  #begin(x: Tensor, sigma: number, call: Call): Ask | null {
    const before = this.#ask?.call;
    if (call.stage !== 0 || (before?.step === call.step && before.sigma === call.sigma)) return null;
    this.#ask = { x, sigma, call, values: {} };
    return this.#ask;
  }

  #tapDenoiser(wire: Denoiser): Denoiser {
    const watched = (x: Tensor, sigma: number, call: Call): Promise<Tensor> => {
      const result = wire(x, sigma, call);
      const ask = this.#ask;
      // Methods that differentiate ask with the same numbers, marked for it.
      if (ask && ask.x.data === x.data && ask.sigma === sigma) {
        void result.then((unguided) => {
          ask.unguided ??= unguided;
        }, ignore);
      }
      return result;
    };
    return Object.assign(watched, wire, wire.model && { model: this.#tapModel(wire.model) });
  }

  /** A model whose decoder is watched: what is decoded is what an image reward scores. */
  #tapModel(model: Model): Model {
    const decode: Model["decode"] = (latent, ...options) => model.decode(this.#marked(latent), ...options);
    return new Proxy(model, {
      get(target, key) {
        if (key === "decode") return decode;
        const value = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  #tapReward(reward: Reward): Reward {
    const value = async (x: Tensor, sigma?: number): Promise<Tensor> => {
      const ask = this.#ask;
      const isFirst = ask !== null && ask.values.reward === undefined;
      const result = await reward.value(reward.on === "latent" ? this.#marked(x) : x, sigma);
      if (!isFirst || ask.values.reward) return result;
      ask.values.reward = meanOfRows(result, ask.x.shape[0]);
      return passed(result, (weights) => {
        ask.weights ??= weights;
      });
    };
    return { ...reward, value };
  }

  /** The first latent of a step that is scored; its gradient is measured when it comes back. */
  #marked(latent: Tensor): Tensor {
    const ask = this.#ask;
    if (!ask || ask.scored) return latent;
    ask.scored = latent;
    return passed(latent, (gradient) => {
      const norms = ask.weights && gradientNorms(gradient, ask.weights, ask.x.shape[0]);
      if (norms) ask.values["norm.gradient"] ??= norms;
    });
  }

  #measure({ x, call, values, unguided }: Ask, guided: Tensor): void {
    if (values.reward === undefined) return;
    const { emit, node, sampler } = this.#options;
    const isAlike = unguided?.data.length === x.data.length && guided.data.length === x.data.length;
    const push = isAlike ? { "norm.push": measureNorm(difference(guided, unguided)) } : {};
    emit({ event: "metrics", node, sampler, step: call.step + 1, sigma: call.sigma, values: { ...values, ...push } });
  }
}

/** The same values; a gradient that comes back through them is shown to `see`. */
function passed(x: Tensor, see: (cotangent: Tensor) => void): Tensor {
  return traced("watch", [x], x, (cotangent) => {
    see(cotangent);
    return [cotangent];
  });
}

/** Mean for each sample of a value for each noisy copy; copies come one after the other, each of the whole batch. */
function meanOfRows({ data }: Tensor, batch: number): Float64Array {
  const means = new Float64Array(batch);
  for (let i = 0; i < data.length; i++) means[i % batch] += (data[i] * batch) / data.length;
  return means;
}

/** Norm for each sample of the gradients of its copies added up, per unit of weight; null where nothing counts. */
function gradientNorms(gradient: Tensor, weights: Tensor, batch: number): Float64Array | null {
  const rows = weights.data.length;
  const size = gradient.data.length / rows;
  if (!Number.isInteger(size) || rows % batch !== 0) return null;
  const sums = new Float64Array(batch * size);
  const totals = new Float64Array(batch);
  for (let row = 0; row < rows; row++) {
    totals[row % batch] += weights.data[row];
    for (let i = 0; i < size; i++) sums[(row % batch) * size + i] += gradient.data[row * size + i];
  }
  if (totals.some((total) => total === 0)) return null;
  return measureNorm({ data: sums.map((value, i) => value / totals[Math.floor(i / size)]), shape: [batch, size] });
}

function difference(a: Tensor, b: Tensor): Tensor {
  return { data: Float64Array.from(a.data, (value, i) => value - b.data[i]), shape: a.shape };
}
