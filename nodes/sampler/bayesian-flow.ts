import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { addScaled, clamp, combine } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { reportInputs, widened } from "../lib/samplerInputs.ts";
import { callAt, infoAt, Path } from "../lib/steps.ts";

export const node = defineNode({
  type: "sampler/bayesian-flow",
  version: 1,
  title: "Bayesian flow",
  summary: "Refines a belief about the picture by noisy observations of the prediction.",
  keywords: ["bfn", "bayesian flow network", "belief", "precision", "stochastic"],
  doc: doc`
    Keeps a Gaussian belief about the picture, mean $\mu$ and precision $\rho$, and sharpens it by observations: the
    denoiser's prediction with noise on it. At first nothing is known, $\mu$ is the latent and $\rho = 1$.

    $$y = \hat x + \frac{z}{\sqrt{\alpha_i}}, \qquad \mu \leftarrow \frac{\rho\,\mu + \alpha_i\,y}{\rho + \alpha_i}, \qquad
    \rho \leftarrow \rho + \alpha_i, \qquad \alpha_i = s^{-2i/n}\,(1 - s^{2/n})$$

    where $s^2$ is the **least variance**. All observations together are one noisy picture, which the denoiser is asked
    about: $\hat x = D\big((\rho\,\mu - \mu_0) / (\rho - 1),\ 1 / \sqrt{\rho - 1}\big)$. Before the first observation
    that noise is infinite and $\hat x$ is the latent $\mu_0$ itself. The output **latent** is the prediction after the
    last observation, **mean** the belief's own mean.

    Any guided denoiser serves. Data should have about unit variance, as latents have, because the belief begins with
    precision 1. It is a stochastic sampler: more steps are better, and it never settles.

    **Costs** one evaluation for each step. **Try** 20 to 100 steps and a least variance of 0.001; a **clip** keeps
    predictions inside the range of pixel models.
  `,
  cites: [{ id: "arXiv:2308.07037", by: "Graves and others, 2023", title: "Bayesian Flow Networks" }],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("what predicts the clean picture"),
    noise: port.noise("noise of the observations"),
    latent: port.latent("mean of the first belief; empty for text to image"),
  },
  params: {
    steps: param.integer({ default: 20, min: 1, max: 100_000, slider: [1, 100], about: "Number of observations." }),
    leastVariance: param.number({
      default: 0.001,
      min: 1e-9,
      max: 0.5,
      step: 0.001,
      decimals: 6,
      safe: [1e-6, 1e-2],
      label: "Least variance",
      about: "Variance of the belief after the last observation.",
    }),
    clip: param.number({
      default: null,
      min: 0,
      max: 1e6,
      onCard: false,
      empty: "no limit",
      about: "Predictions are kept within plus and minus this; empty = no limit.",
    }),
  },
  outputs: {
    latent: port.latent("prediction after the last observation"),
    mean: port.latent("mean of the last belief", { optional: true }),
    path: port.tensor("mean of the belief at first and after every observation, [steps + 1, B, …]", { optional: true }),
  },
  calls: function* (_inputs, { steps, leastVariance }) {
    const sigmas = sigmasOf(steps, leastVariance);
    for (let step = 0; step < steps; step++) yield { input: "denoiser", at: infoAt(sigmas, step) };
  },
  forecast: ({ denoiser, latent }, { steps }, { problem }) => {
    reportInputs({ denoiser, latent }, false, problem);
    return { latent, mean: latent, path: latent ? { shape: [steps + 1, ...latent.shape] } : undefined };
  },
  run: async ({ denoiser, noise, latent: given }, { steps, leastVariance, clip }, context) => {
    const latent = widened(given, denoiser.model?.info);
    const path = new Path(context.uses("path"));
    const sigmas = sigmasOf(steps, leastVariance);
    const draw = noise.stream("bayesian-flow");
    let mean = latent;
    let denoised = latent;
    path.add(mean);
    for (let step = 0; step < steps; step++) {
      const before = precisionAfter(step, steps, leastVariance);
      const precision = precisionAfter(step + 1, steps, leastVariance);
      const observed = addScaled(denoised, draw(mean), 1 / Math.sqrt(precision - before));
      mean = combine(mean, before / precision, observed, 1 - before / precision);
      path.add(mean);
      const x = combine(mean, precision / (precision - 1), latent, -1 / (precision - 1));
      const sigma = sigmas[step];
      denoised = limited(await denoiser(x, sigma, callAt(infoAt(sigmas, step), noise)), clip);
      await context.step({ step, steps, sigma, x, denoised });
    }
    return { latent: denoised, mean, path: path.stacked(mean) };
  },
});

/** Precision of the belief after some of the observations; 1 before the first, 1 / leastVariance after the last. */
function precisionAfter(observations: number, steps: number, leastVariance: number): number {
  return leastVariance ** (-observations / steps);
}

/** Noise level of what all observations say together, after each of them; 0 at the end, where the walk leads. */
function sigmasOf(steps: number, leastVariance: number): number[] {
  const levels = Array.from(
    { length: steps },
    (_, i) => 1 / Math.sqrt(precisionAfter(i + 1, steps, leastVariance) - 1),
  );
  return [...levels, 0];
}

function limited(denoised: Tensor, clip: number | null): Tensor {
  return clip === null ? denoised : clamp(denoised, -clip, clip);
}
