import type { Call, CallInfo, Denoiser } from "../../shared/denoiser.ts";
import type { NodeContext } from "../../shared/node/context.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { NoiseSource } from "../../shared/noise.ts";
import {
  type Sampler,
  type SamplerIo,
  type SamplerOptions,
  samplerOf,
  samplers,
} from "../../shared/sampling/samplers.ts";
import { addScaled, allZero, stack } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";

export const node = defineNode({
  type: "sampler/sample",
  version: 1,
  title: "Sample",
  summary: "Walks the sigmas from noise to a picture.",
  keywords: ["ksampler", "euler", "ddim", "heun", "dpm", "steps", "denoise"],
  doc: doc`
    Walks the sigmas from high to low. At each one it asks the denoiser for a prediction and moves towards it; the
    **sampler** decides how. It knows nothing of guidance: that is in the denoiser.

    $$\frac{\mathrm d x}{\mathrm d \sigma} = \frac{x - \hat D(x, \sigma)}{\sigma}$$

    **Eta** sets how much fresh noise stochastic samplers add (0 = none); **churn** is the noise of Karras steps.
    **Start** says what the walk begins with: \`sigma\` adds the noise times the first sigma to the latent, \`unit\` makes
    the network see unit variance, as DDIM in diffusers and ComfyUI at full strength do; \`auto\` takes \`unit\` for ddim on
    an empty latent. Turn **add noise** off to go on with a latent that still has noise in it.
  `,
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
      where: "algorithms 1 and 2",
    },
    {
      id: "arXiv:2010.02502",
      by: "Song and others, 2020",
      title: "Denoising Diffusion Implicit Models",
      where: "eq. 12 and 16",
    },
  ],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("what predicts the clean picture"),
    sigmas: port.sigmas("noise levels to walk"),
    noise: port.noise("first and later noise"),
    latent: port.latent("where to start; empty for text to image"),
  },
  params: {
    sampler: param.select({
      default: "euler",
      about: "How a step is made.",
      options: samplers.map(({ id, title, summary }) => ({ value: id, label: title, about: summary })),
    }),
    eta: param.number({
      default: null,
      min: 0,
      max: 100,
      step: 0.05,
      empty: "the sampler's own",
      about: "Fresh noise of stochastic steps; empty = the sampler's own (0 for ddim, 1 for ancestral).",
    }),
    noiseScale: param.number({
      default: 1,
      min: 0,
      max: 10,
      step: 0.01,
      onCard: false,
      about: "Factor on every later draw; 0 keeps the drift and drops the noise.",
    }),
    churn: param.number({
      default: 0,
      min: 0,
      max: 1000,
      onCard: false,
      about: "Noise added and removed in Karras steps, over the whole walk.",
    }),
    start: param.select({
      default: "auto",
      onCard: false,
      about: "What the walk begins with.",
      options: [
        { value: "auto", about: "unit for ddim and ddpm on an empty latent, else sigma" },
        { value: "sigma", about: "latent + σ₀ · noise" },
        { value: "unit", about: "latent + √(1 + σ₀²) · noise: the network sees unit variance" },
      ],
    }),
    addNoise: param.boolean({ default: true, onCard: false, about: "Off: the latent already has its noise." }),
  },
  outputs: {
    latent: port.latent("the last x of the walk"),
    path: port.tensor("x before the first and after every step, [steps + 1, B, …]", { optional: true }),
  },
  calls: function* ({ sigmas }, params) {
    if (!sigmas || sigmas.length < 2) return;
    const options = optionsOf(params);
    for (const { step, stage, next } of options.sampler.calls(sigmas, options)) {
      yield { input: "denoiser", at: callInfo(sigmas, step, stage, next) };
    }
  },
  forecast: ({ sigmas, latent }, _params, { problem }) => {
    if (sigmas && sigmas.length < 2) {
      problem({ port: "sigmas", severity: "warning", message: "There is no step to walk; the latent passes through." });
    }
    return { latent, path: latent && sigmas ? { shape: [sigmas.length, ...latent.shape] } : undefined };
  },
  run: async ({ denoiser, sigmas, noise, latent }, params, context) => {
    checkLatent(denoiser, latent);
    const options = optionsOf(params);
    const path: Tensor[] = [];
    const first = begin(latent, sigmas, noise, options.sampler, params);
    const keep = context.uses("path");
    const walk = walker(sigmas, noise, context, keep ? (x) => path.push(x) : null);
    const last = sigmas.length < 2 ? first : await options.sampler.sample(denoiser, first, sigmas, walk, options);
    if (!keep) return { latent: last, path: last };
    return { latent: last, path: stack([...path, last]) };
  },
});

interface Params {
  readonly sampler: string;
  readonly eta: number | null;
  readonly noiseScale: number;
  readonly churn: number;
}

function optionsOf({ sampler, eta, noiseScale, churn }: Params): SamplerOptions & { readonly sampler: Sampler } {
  const chosen = samplerOf(sampler);
  return { sampler: chosen, eta: eta ?? chosen.defaultEta ?? 0, noiseScale, churn };
}

function checkLatent(denoiser: Denoiser, latent: Tensor): void {
  const takes = denoiser.model?.info.latent.channels;
  if (takes === undefined || latent.shape[1] === takes) return;
  throw new Error(
    `Latent has ${latent.shape[1]} channels, but this model takes ${takes}. Use an empty latent or load a tensor from the same model.`,
  );
}

function begin(
  latent: Tensor,
  sigmas: readonly number[],
  noise: NoiseSource,
  sampler: Sampler,
  params: { start: string; addNoise: boolean },
): Tensor {
  if (!params.addNoise || sigmas.length === 0) return latent;
  const isUnit = params.start === "unit" || (params.start === "auto" && sampler.start === "unit" && allZero(latent));
  const factor = isUnit ? Math.sqrt(1 + sigmas[0] ** 2) : sigmas[0];
  return addScaled(latent, noise.initial(latent.shape, dtypeOf(latent)), factor);
}

function callInfo(sigmas: readonly number[], step: number, stage: number, next?: number): CallInfo {
  const sigma = sigmas[step];
  return { step, steps: sigmas.length - 1, sigma, next: next ?? sigmas[step + 1], sigmas, stage, switches: {} };
}

function walker(
  sigmas: readonly number[],
  noise: NoiseSource,
  context: NodeContext,
  keep: ((x: Tensor) => void) | null,
): SamplerIo {
  // What a sampler hands out is named by the runtime for each node; a call that nobody names has a stream of its own.
  const unnamed = (like: Tensor) => noise.stream("sampler")(like);
  return {
    noise: (like, sigma, next) => noise.between(like, sigma, next),
    call: (step, stage, next): Call => ({
      ...callInfo(sigmas, step, stage, next),
      noise: unnamed,
      stream: (label) => noise.stream(label),
    }),
    step: async (report) => {
      keep?.(report.x);
      await context.step({ ...report, steps: sigmas.length - 1 });
    },
  };
}
