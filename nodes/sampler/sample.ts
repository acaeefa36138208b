import type { Call } from "../../shared/denoiser.ts";
import type { NodeContext } from "../../shared/node/context.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { NoiseSource } from "../../shared/noise.ts";
import { recurring, refuseRecurrence } from "../../shared/sampling/recurrence.ts";
import type { Sampler, SamplerIo } from "../../shared/sampling/sampler.ts";
import { samplerOf, samplers } from "../../shared/sampling/samplers.ts";
import { refuseLevels, Walk } from "../../shared/sampling/walk.ts";
import { allZero, stack } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { refuseLatent, refuseNoise, widened } from "../lib/samplerInputs.ts";

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
    an empty latent. Turn **add noise** off to go on with a latent that still has noise in it. **Recurrence** makes every step
    several times, going back up with fresh noise between: reward guidance gets more tries at each level.
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
      options: samplers.map((one) => ({
        value: one.id,
        label: one.title,
        about: one.summary,
        doc: one.doc,
        cites: one.cites,
      })),
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
    recurrence: param.integer({
      default: 1,
      min: 1,
      max: 100,
      onCard: false,
      about:
        "Times each step is made: after each but the last it goes back up with fresh noise. Helps reward guidance.",
    }),
    addNoise: param.boolean({ default: true, onCard: false, about: "Off: the latent already has its noise." }),
  },
  outputs: {
    latent: port.latent("the last x of the walk"),
    path: port.tensor("x before the first and after every step, [steps + 1, B, …]", { optional: true }),
  },
  calls: function* ({ sigmas, denoiser }, params) {
    if (!sigmas || sigmas.length < 2) return;
    const { sampler, options } = chosen(params);
    const walk = new Walk(sampler, sigmas, denoiser?.model.schedule, options);
    for (const at of walk.calls()) yield { input: "denoiser", at, upperBound: sampler.upperBound ?? false };
  },
  forecast: ({ sigmas, latent, denoiser, noise }, params, { problem }) => {
    const { sampler, options, refused: own } = chosen(params);
    if (own) problem({ port: "recurrence", severity: "error", message: own });
    if (sigmas && sigmas.length < 2) {
      problem({ port: "sigmas", severity: "warning", message: "There is no step to walk; the latent passes through." });
    }
    const message = sigmas && refuseLevels(sampler, sigmas);
    if (message) {
      problem({ port: "sigmas", severity: "error", message });
      return {};
    }
    const refused = latent && refuseLatent(latent.shape, denoiser?.model);
    if (refused) problem({ port: "latent", severity: "error", message: refused });
    const misfit = latent && params.addNoise ? refuseNoise(noise?.shape, latent.shape) : null;
    if (misfit) problem({ port: "noise", severity: "error", message: misfit });
    if (!latent || !sigmas || sampler.upperBound) return { latent };
    const steps = new Walk(sampler, sigmas, denoiser?.model.schedule, options).moves.length;
    return { latent, path: { shape: [steps + 1, ...latent.shape] } };
  },
  run: async ({ denoiser, sigmas, noise, latent: given }, params, context) => {
    const latent = widened(given, denoiser.model?.info);
    const { sampler, options } = chosen(params);
    const refused = refuseLatent(latent.shape, denoiser.model?.info) ?? refuseLevels(sampler, sigmas);
    if (refused) throw new Error(refused);
    const schedule = denoiser.model?.info.schedule;
    const walk = new Walk(sampler, sigmas, schedule, options);
    const path: Tensor[] = [];
    const keep = context.uses("path") ? (x: Tensor) => path.push(x) : null;
    if (sigmas.length < 2) return { latent, path: keep ? stack([latent]) : latent };
    const first = begin(walk, sampler, latent, sigmas, noise, { ...params, isFlow: schedule?.kind === "flow" });
    const io = ioOf(walk, noise, context, keep);
    const last = await sampler.sample(walk.inside(denoiser), first, walk.levels, io, walk.options);
    const end = walk.outside(last, walk.levels[walk.levels.length - 1]);
    return { latent: end, path: keep ? stack([...path, end]) : end };
  },
});

interface Params {
  readonly sampler: string;
  readonly eta: number | null;
  readonly noiseScale: number;
  readonly churn: number;
  readonly recurrence: number;
}

function chosen({ sampler: id, eta, noiseScale, churn, recurrence }: Params) {
  const plain = samplerOf(id);
  const refused = refuseRecurrence(plain, recurrence);
  const sampler = refused ? plain : recurring(plain, recurrence);
  return { sampler, refused, options: { eta: eta ?? sampler.defaultEta ?? 0, noiseScale, churn } };
}

interface Start {
  readonly start: string;
  readonly addNoise: boolean;
  readonly isFlow: boolean;
}

function begin(
  walk: Walk,
  sampler: Sampler,
  latent: Tensor,
  sigmas: readonly number[],
  noise: NoiseSource,
  { start, addNoise, isFlow }: Start,
): Tensor {
  if (!addNoise) return walk.begin(latent, null, 0);
  // Unit variance is a matter of variance-preserving chains; a flow has it at pure noise anyway.
  const isAutoUnit = start === "auto" && sampler.start === "unit" && !isFlow && allZero(latent);
  const factor = start === "unit" || isAutoUnit ? Math.sqrt(1 + sigmas[0] ** 2) : sigmas[0];
  return walk.begin(latent, noise.initial(latent.shape, dtypeOf(latent)), factor);
}

function ioOf(walk: Walk, noise: NoiseSource, context: NodeContext, keep: ((x: Tensor) => void) | null): SamplerIo {
  // What a sampler hands out is named by the runtime for each node; a call that nobody names has a stream of its own.
  const unnamed = (like: Tensor) => noise.stream("sampler")(like);
  return {
    noise: (like, sigma, next) => noise.between(like, walk.sigma(sigma), walk.sigma(next)),
    call: (step, stage, next, sigma): Call => ({
      ...walk.callInfo(step, stage, next, sigma),
      noise: unnamed,
      stream: (label) => noise.stream(label),
    }),
    step: async ({ step, sigma, x, denoised, isRepeat }) => {
      const outside = walk.outside(x, sigma);
      if (!isRepeat) keep?.(outside);
      await context.step({ step, steps: walk.moves.length, sigma: walk.sigma(sigma), x: outside, denoised });
    },
  };
}
