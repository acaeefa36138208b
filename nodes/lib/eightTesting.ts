import type { Denoiser } from "../../shared/denoiser.ts";
import type { Model } from "../../shared/model.ts";
import type { Reward } from "../../shared/reward.ts";
import { samplerOf } from "../../shared/sampling/samplers.ts";
import { dot, fromNumbers, repeatRows, scale, sub } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { bedModel } from "../../shared/testbed/bed.ts";
import { mixtureOf } from "../../shared/testbed/mixture.ts";
import { planeModel } from "./bedTesting.ts";
import { karrasLevels, noiseOf } from "./samplerTesting.ts";
import { callAt } from "./testing.ts";

/** A mixture on a line, latents [B, 1, 1, 1]. */
export function lineModel(weights: readonly number[], means: readonly number[], variances: readonly number[]): Model {
  const gaussians = weights.map((weight, k) => ({
    weight,
    mean: Float64Array.of(means[k]),
    variances: Float64Array.of(variances[k]),
    basis: null,
    label: String(k),
  }));
  return bedModel({ name: "Line", mixture: mixtureOf(gaussians) }, () => {});
}

/** The unconditional denoiser of a model. */
export async function unconditional(model: Model): Promise<Denoiser> {
  return model.denoiser(await model.encodeText(""));
}

/** a · x */
export function linearReward(a: readonly number[]): Reward {
  const along = fromNumbers(a, [1, a.length, 1, 1], "float64");
  return rewardOf(async (x) => dot(x, repeatRows(along, x.shape[0])));
}

/** −kappa |x − y|² / 2 */
export function quadraticReward(y: readonly number[], kappa: number): Reward {
  const target = fromNumbers(y, [1, y.length, 1, 1], "float64");
  return rewardOf(async (x) => {
    const away = sub(x, repeatRows(target, x.shape[0]));
    return scale(dot(away, away), -kappa / 2);
  });
}

/** A clean, differentiable reward of latents, or one with other properties. */
export function rewardOf(value: Reward["value"], changes: Partial<Reward> = {}): Reward {
  return { on: "latent", noiseAware: false, differentiable: true, value, ...changes };
}

/** A reward that counts how often it is asked. */
export function counted(reward: Reward): Reward & { asked: number } {
  const counting = {
    ...reward,
    asked: 0,
    value: (x: Tensor, sigma?: number) => {
      counting.asked += 1;
      return sigma === undefined ? reward.value(x) : reward.value(x, sigma);
    },
  };
  return counting;
}

const modes = Array.from({ length: 8 }, (_, k) => [2 * Math.cos((k * Math.PI) / 4), 2 * Math.sin((k * Math.PI) / 4)]);

/** Eight modes of deviation 0.2 on a circle of radius 2, labelled by their number; the first lies on the x axis. */
export const eightGaussians = planeModel(
  modes.map(([x, y], k) => ({ weight: 1, mean: [x, y] as const, std: 0.2, label: String(k) })),
);

/** Weights of the modes under exp(x₁): what guidance by the reward x₁ should come to. */
export const tiltedWeights = [0.405166, 0.225543, 0.054833, 0.013331, 0.007421, 0.013331, 0.054833, 0.225543];

/** The walk that reference values are given for: 60 Karras levels from 20 to 0.02, then 0. */
export const eightLevels = karrasLevels(60, 20, 0.02);

interface Walked {
  readonly sampler?: "euler" | "euler_ancestral";
  readonly count?: number;
  readonly levels?: readonly number[];
  readonly seed?: number;
}

/** Points that a sampler comes to, [count, 2, 1, 1]. */
export async function walkEight(denoiser: Denoiser, options: Walked = {}): Promise<Tensor> {
  const { sampler = "euler", count = 2000, levels = eightLevels, seed = 1 } = options;
  const noise = noiseOf(seed);
  const start = scale(noise.initial([count, 2, 1, 1], "float64"), levels[0]);
  const io = {
    noise: (like: Tensor, from: number, to: number) => noise.between(like, from, to),
    call: (step: number, stage: number, next = levels[step + 1], sigma = levels[step]) =>
      callAt({
        ...{ step, stage, next, sigma, sigmas: levels, steps: levels.length - 1 },
        noise: noise.stream(`${step}/${stage}`),
      }),
    step: async () => {},
  };
  const chosen = samplerOf(sampler);
  const options_ = { eta: chosen.defaultEta ?? 0, noiseScale: 1, churn: 0, frame: "variance-exploding" as const };
  return chosen.sample(denoiser, start, levels, io, options_);
}

/** How points lie among the eight modes. */
export interface Spread {
  /** Mean of the first coordinate. */
  readonly reward: number;
  /** Share of each mode. */
  readonly shares: readonly number[];
  /** Mean distance to the nearest mode, in its deviations; 1.253 for clean samples. */
  readonly off: number;
}

export function spreadOf({ data, shape: [count] }: Tensor): Spread {
  const shares = modes.map(() => 0);
  let [reward, off] = [0, 0];
  for (let i = 0; i < count; i++) {
    const [x, y] = [data[2 * i], data[2 * i + 1]];
    const away = modes.map(([mx, my]) => Math.hypot(x - mx, y - my));
    const nearest = Math.min(...away);
    shares[away.indexOf(nearest)] += 1 / count;
    reward += x / count;
    off += nearest / 0.2 / count;
  }
  return { reward, shares, off };
}

/** Total variation between shares of modes. */
export function totalVariation(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, share, k) => sum + Math.abs(share - b[k]), 0) / 2;
}

/** Root mean square of all values. */
export function rmsOf({ data }: Tensor): number {
  return Math.hypot(...data) / Math.sqrt(data.length);
}
