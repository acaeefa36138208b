import type { CallInfo, Curve, Denoiser } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { NoiseSource } from "../../shared/noise.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { addScaled, combine } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { reportInputs, widened } from "../lib/samplerInputs.ts";
import { callAt, infoAt, Path, refuseSigmas, startFrom } from "../lib/steps.ts";
import { weightedSum } from "../lib/weighted.ts";

export const node = defineNode({
  type: "sampler/predictor-corrector",
  version: 1,
  title: "Predictor-corrector guidance",
  summary: "Denoises with the prompt and sharpens by Langevin steps at each level.",
  keywords: ["pcg", "langevin", "gamma-powered", "cfg theory", "stochastic"],
  doc: doc`
    Takes guidance apart into what it is: a step of the *conditional* model, then steps that shake the sample at its level
    towards a sharpened distribution.

    1. predict: $x \leftarrow D_\text{strong} + \tfrac{\sigma'}{\sigma}\,(x - D_\text{strong})$
    2. correct, **corrections** times at $\sigma'$: $x \leftarrow x + \tfrac{\eta}{2}\,s + \sqrt{\eta}\,z$ with
       $s = \gamma\,s_\text{strong} + (1 - \gamma)\,s_\text{weak}$ and $\eta = a\,(\sigma^2 - \sigma'^2)$

    With one correction of size 1 and small steps the result has the distribution of ordinary guidance of scale $w$ with
    a stochastic sampler, if $\gamma = 2w - 1$; so **scale** is that $w$. More corrections come closer to the sharpened
    distribution $p_\text{strong}^{\gamma}\, p_\text{weak}^{1-\gamma}$ at each level: sharper, less varied, with less
    noise left over from the step.

    $\eta$ is never more than $\sigma'^2$, since larger steps are unstable, and levels at or below **lowest sigma** are
    not corrected. Without corrections this is the conditional DDIM. Do not put guidance before it: it guides itself.

    **Costs** one evaluation and two for each correction. **Try** one to three corrections and the scale of ordinary
    guidance with an ancestral sampler.
  `,
  cites: [
    {
      id: "arXiv:2408.09000",
      by: "Bradley and Nakkiran, 2024",
      title: "Classifier-Free Guidance is a Predictor-Corrector",
    },
  ],
  status: "stable",
  inputs: {
    strong: port.denoiser("prediction to follow"),
    weak: port.denoiser("prediction to leave"),
    sigmas: port.sigmas("noise levels to walk"),
    noise: port.noise("first and later noise"),
    latent: port.latent("where to start; empty for text to image"),
  },
  params: {
    scale: param.curve({
      default: 4,
      slider: [0, 16],
      safe: [1, 8],
      min: -100,
      max: 1000,
      about: "Equivalent guidance weight; 1 = corrections of the conditional model.",
    }),
    corrections: param.integer({ default: 1, min: 0, max: 100, about: "Langevin steps at each level." }),
    size: param.curve({
      default: 1,
      slider: [0.05, 2],
      min: 0,
      max: 100,
      step: 0.05,
      onCard: false,
      about: "Factor on the size of a Langevin step.",
    }),
    lowestSigma: param.number({
      default: 0.03,
      min: 0,
      max: 1000,
      step: 0.01,
      onCard: false,
      label: "Lowest sigma",
      about: "Levels at or below this are not corrected.",
    }),
    addNoise: param.boolean({ default: true, onCard: false, about: "Off: the latent already has its noise." }),
  },
  outputs: {
    latent: port.latent("the last x of the walk"),
    path: port.tensor("x before the first and after every step, [steps + 1, B, …]", { optional: true }),
  },
  calls: function* ({ sigmas }, { scale, corrections, lowestSigma }) {
    if (!sigmas || refuseSigmas(sigmas)) return;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      yield { input: "strong", at: infoAt(sigmas, step) };
      for (let k = 1; k <= corrections && sigmas[step + 1] > lowestSigma; k++) {
        const at = infoAt(sigmas, step, k);
        const gamma = gammaOf(scale, at);
        yield {
          input: [...(gamma === 0 ? [] : ["strong"]), ...(gamma === 1 ? [] : ["weak"])],
          at: { ...at, level: at.next },
        };
      }
    }
  },
  forecast: ({ strong, sigmas, latent, noise }, { addNoise }, { problem }) => {
    if (reportInputs({ denoiser: strong, sigmas, latent, noise }, addNoise, problem)) return {};
    return { latent, path: latent && sigmas ? { shape: [sigmas.length, ...latent.shape] } : undefined };
  },
  run: async ({ strong, weak, sigmas, noise, latent: given }, params, context) => {
    const latent = widened(given, strong.model?.info);
    const path = new Path(context.uses("path"));
    const steps = sigmas.length - 1;
    let x = startFrom(latent, noise, sigmas[0] ?? 0, params.addNoise && steps > 0);
    path.add(x);
    for (let step = 0; step < steps; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const denoised = await strong(x, sigma, callAt(infoAt(sigmas, step), noise));
      await context.step({ step, steps, sigma, x, denoised });
      x = eulerStep(x, denoised, sigma, next);
      for (let k = 1; k <= params.corrections && next > params.lowestSigma; k++) {
        x = await corrected(x, { strong, weak, noise, at: infoAt(sigmas, step, k), ...params });
      }
      path.add(x);
    }
    return { latent: x, path: path.stacked(x) };
  },
});

/** Exponent of the sharpened distribution whose corrections amount to the guidance weight. */
function gammaOf(scale: Curve, at: CallInfo): number {
  return 2 * scale(at) - 1;
}

interface Correction {
  readonly strong: Denoiser;
  readonly weak: Denoiser;
  readonly noise: NoiseSource;
  readonly at: CallInfo;
  readonly scale: Curve;
  readonly size: Curve;
}

/** One Langevin step at the level where the step goes. */
async function corrected(x: Tensor, { strong, weak, noise, at, scale, size }: Correction): Promise<Tensor> {
  const { sigma, next, step, stage } = at;
  const gamma = gammaOf(scale, at);
  const parts = [[weak, 1 - gamma] as const, [strong, gamma] as const];
  const denoised = await weightedSum(parts, x, next, callAt(at, noise));
  const eta = Math.min(size(at) * (sigma ** 2 - next ** 2), next ** 2);
  const drift = eta / (2 * next ** 2);
  const z = noise.stream(`predictor-corrector/${step}/${stage}`)(x);
  return addScaled(combine(x, 1 - drift, denoised, drift), z, Math.sqrt(eta));
}
