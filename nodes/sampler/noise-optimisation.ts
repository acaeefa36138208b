import type { Denoiser } from "../../shared/denoiser.ts";
import type { NodeContext } from "../../shared/node/context.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { NoiseSource } from "../../shared/noise.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { add, addScaled, combine, detach, full, mean, pullback, track } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { type Best, better, clippedNorm, sameLength, towardsNoise } from "../lib/noiseSearch.ts";
import { createOptimiser, momentumParam, type OptimiserKind, optimiserParam } from "../lib/optimiser.ts";
import { cleanGradient, cleanScore, forecastReward, type Score } from "../lib/rewardGradient.ts";
import { reportInputs, widened } from "../lib/samplerInputs.ts";
import { callAt, infoAt, refuseSigmas, startFrom } from "../lib/steps.ts";

export const node = defineNode({
  type: "sampler/noise-optimisation",
  version: 1,
  title: "Optimise noise",
  summary: "Searches for the noise whose picture a reward likes best, by its gradient.",
  keywords: [
    "reno",
    "doodl",
    "direct noise optimisation",
    "initial noise",
    "latent optimisation",
    "reward",
    "gradient",
  ],
  doc: doc`
    Samples with Euler steps again and again, and after each time changes the *noise* along the reward's gradient through
    all the steps. The network itself stays as it is, so pictures stay its own kind, as long as the noise looks like noise.

    $$z \leftarrow z + \text{step}\Big(\nabla_z\, R(x_0(z)) - \lambda\, \nabla_z \big(\tfrac12\lVert z\rVert^2 - (d - 1)
    \log \lVert z\rVert\big)\Big)$$

    It is an **optimiser** with no temperature: it seeks the best picture, not a distribution. Left alone it leaves what noise
    looks like and with it what the model can draw. **Regularise** $\lambda$ pulls the length of $z$ to that of noise (it must be
    weighed against the slope of the reward); **keep length** holds it there. Gradients longer than **clip** are cut, so that a step of plain
    descent is at most rate × clip. What comes out is, for each sample, the best picture met.

    **Last steps** walks to the last so many steps first and then changes the noise that is left there: cheaper, and the
    composition stays. 0 takes all. With stochastic denoisers every try sees the same draws.

    **Costs** for each iteration one evaluation and one pass back for each of these steps, with decoding, scoring and
    their gradients; memory grows with the steps. **Try** few steps (one to four), 20 to 50 iterations, and a second
    reward beside to see whether it is truly better. 0 iterations is plain Euler.
  `,
  cites: [
    {
      id: "arXiv:2406.04312",
      by: "Eyring and others, 2024",
      title: "ReNO: Enhancing One-step Text-to-Image Models through Reward-based Noise Optimization",
    },
    {
      id: "arXiv:2303.13703",
      by: "Wallace and others, 2023",
      title: "End-to-End Diffusion Latent Optimization Improves Classifier Guidance",
    },
  ],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("what predicts the clean picture"),
    reward: port.reward("what the picture should score high on"),
    sigmas: port.sigmas("noise levels to walk"),
    noise: port.noise("first noise"),
    latent: port.latent("where to start; empty for text to image"),
    model: port.model("whose decoder shows images to the reward; the denoiser's own if empty", { optional: true }),
  },
  params: {
    iterations: param.integer({ default: 20, min: 0, max: 10000, slider: [0, 100], about: "Changes of the noise." }),
    optimiser: optimiserParam("nesterov"),
    rate: param.number({
      default: 5,
      min: 0,
      max: 1e5,
      slider: [0, 10],
      decimals: 3,
      about: "Size of a step: about 5 for descent, momentum and Nesterov, 0.05 for Adam.",
    }),
    momentum: momentumParam,
    lastSteps: param.integer({
      default: 0,
      min: 0,
      max: 1000,
      onCard: false,
      label: "Last steps",
      about: "How many of the last steps are differentiated; 0 = all.",
    }),
    regularise: param.number({
      default: 0.01,
      min: 0,
      max: 1e5,
      step: 0.01,
      decimals: 3,
      onCard: false,
      about: "Pull of the noise's length to its usual one; 0 = none.",
    }),
    keepLength: param.boolean({
      default: false,
      onCard: false,
      label: "Keep length",
      about: "Gives the noise its first length back after each step.",
    }),
    clip: param.number({
      default: 0.1,
      min: 0,
      max: 1e5,
      step: 0.05,
      onCard: false,
      about: "Longest gradient of a sample (Euclidean norm); 0 = not cut.",
    }),
  },
  outputs: {
    latent: port.latent("the best samples met"),
    number: port.number("their rewards"),
  },
  calls: function* ({ sigmas }, { iterations, lastSteps }) {
    if (!sigmas || refuseSigmas(sigmas)) return;
    const first = firstStep(sigmas, lastSteps);
    for (let step = 0; step < first; step++) yield { input: "denoiser", at: infoAt(sigmas, step) };
    for (let k = 0; k <= iterations; k++) {
      const backward = k < iterations ? 1 : 0;
      for (let step = first; step + 1 < sigmas.length; step++) {
        yield { input: "denoiser", at: infoAt(sigmas, step), backward };
      }
    }
  },
  forecast: ({ denoiser, reward, sigmas, noise, latent, model }, _params, { problem }) => {
    forecastReward({ denoiser, reward, model }, cleanGradient, problem);
    return reportInputs({ denoiser, sigmas, latent, noise }, true, problem) ? {} : { latent };
  },
  run: async ({ denoiser, reward, sigmas, noise, latent: given, model = denoiser.model }, params, context) => {
    const refused = refuseSigmas(sigmas);
    if (refused) throw new Error(refused);
    const score = cleanScore(reward, model, cleanGradient);
    const latent = widened(given, denoiser.model?.info);
    if (sigmas.length < 2) return { latent, number: await score(latent) };
    const first = firstStep(sigmas, params.lastSteps);
    const search = { denoiser, score, sigmas, noise, context, first, ...params };
    const { base, z } = await arrive(search, latent);
    const best = await searched(search, base, z);
    return { latent: best.latent, number: best.value };
  },
});

/** The first step whose noise is changed. */
function firstStep(sigmas: readonly number[], lastSteps: number): number {
  return lastSteps === 0 ? 0 : Math.max(0, sigmas.length - 1 - lastSteps);
}

interface Search {
  readonly denoiser: Denoiser;
  readonly score: Score;
  readonly sigmas: readonly number[];
  readonly noise: NoiseSource;
  readonly context: NodeContext;
  readonly first: number;
  readonly iterations: number;
  readonly optimiser: OptimiserKind;
  readonly rate: number;
  readonly momentum: number;
  readonly regularise: number;
  readonly keepLength: boolean;
  readonly clip: number;
}

/** Walks to the first step that is differentiated: x = base + sigma · z there. */
async function arrive({ denoiser, sigmas, noise, context, first, iterations }: Search, latent: Tensor) {
  const sigma = sigmas[first];
  if (first === 0) return { base: latent, z: noise.initial(latent.shape, dtypeOf(latent)) };
  let x = startFrom(latent, noise, sigmas[0], true);
  let denoised = x;
  for (let step = 0; step < first; step++) {
    denoised = await denoiser(x, sigmas[step], callAt(infoAt(sigmas, step), noise));
    await context.step({ step, steps: first + iterations + 1, sigma: sigmas[step], x, denoised });
    x = eulerStep(x, denoised, sigmas[step], sigmas[step + 1]);
  }
  return { base: denoised, z: combine(x, 1 / sigma, denoised, -1 / sigma) };
}

/** Changes z again and again; the best latents met. */
async function searched(search: Search, base: Tensor, start: Tensor): Promise<Best> {
  const { score, context, first, iterations, sigmas } = search;
  const next = createOptimiser(search.optimiser, search.momentum);
  const means: number[] = [];
  let best: Best | null = null;
  let z = start;
  for (let k = 0; k <= iterations; k++) {
    const leaf = k < iterations ? track(z) : z;
    const end = await walked(search, addScaled(base, leaf, sigmas[first]));
    const value = await score(end);
    best = better(best, { value: detach(value), latent: detach(end) });
    means.push(mean({ data: value.data, shape: [1, value.shape[0]] }).data[0]);
    const at = { step: first + k, sigma: sigmas[first] };
    context.metric("reward", detach(value), at);
    await context.step({ ...at, steps: first + iterations + 1, x: detach(end), denoised: detach(end) });
    if (k < iterations) z = await changed(search, { z, leaf, value, start, next });
  }
  plotMeans(context, means);
  return best!;
}

interface Change {
  readonly z: Tensor;
  readonly leaf: Tensor;
  readonly value: Tensor;
  readonly start: Tensor;
  readonly next: ReturnType<typeof createOptimiser>;
}

/** The next noise. */
async function changed(search: Search, { z, leaf, value, start, next }: Change): Promise<Tensor> {
  const [slope] = await pullback(value, full(value.shape, 1, dtypeOf(value)), [leaf]);
  const pulled = search.regularise === 0 ? slope : add(slope, towardsNoise(z, search.regularise));
  const moved = add(z, next(clippedNorm(pulled, search.clip), search.rate));
  return search.keepLength ? sameLength(moved, start) : moved;
}

/** Euler steps from the first that is differentiated to the end. */
async function walked({ denoiser, sigmas, noise, first }: Search, start: Tensor): Promise<Tensor> {
  let x = start;
  for (let step = first; step + 1 < sigmas.length; step++) {
    const denoised = await denoiser(x, sigmas[step], callAt(infoAt(sigmas, step), noise));
    x = eulerStep(x, denoised, sigmas[step], sigmas[step + 1]);
  }
  return x;
}

function plotMeans(context: NodeContext, means: readonly number[]): void {
  const series = [{ name: "reward", x: means.map((_, k) => k), y: means }];
  const labels = { title: "Mean reward", xLabel: "iteration", yLabel: "reward" };
  context.plot({ kind: "lines", ...labels, logX: false, logY: false, series });
}
