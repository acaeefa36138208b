import type { CallInfo, Curve, Denoiser } from "../../shared/denoiser.ts";
import type { Model } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { NoiseSource } from "../../shared/noise.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { addScaled, clamp, resize } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { type CascadeStage, callsOfStage, stagesOf } from "../lib/cascade.ts";
import { guidedByBands, sidesForBands } from "../lib/lowHigh.ts";
import { reportInputs, widened } from "../lib/samplerInputs.ts";
import { callAt, refuseSigmas, startFrom } from "../lib/steps.ts";

export const node = defineNode({
  type: "sampler/cascade",
  version: 1,
  title: "Cascade",
  summary: "Draws small first, then larger and larger, guiding the new detail by itself.",
  keywords: ["frecas", "high resolution", "hires fix", "upscale", "stages", "fa-cfg"],
  doc: doc`
    Most of a large picture is decided while it is small, where steps are cheap and the model knows what it does. The
    first stage walks at the latent's own size down to **ends**. Then the prediction is enlarged by a factor, noise is
    added up to a level where the larger picture can still be formed, and the next stage walks down from there.

    $$\sigma_\text{start} = q^{\gamma / 2}\,\sigma_\text{end}, \qquad
    \hat D = D_\text{weak} + w_\text{low}\,\mathrm{Low}[\Delta] + w_\text{high}\,(\Delta - \mathrm{Low}[\Delta])$$

    **Scale** guides the first stage and what a smaller picture can show; **scaleHigh** the detail that only this stage
    can. **Factors** are the growths $q$ of the sides, one for each further stage; without any, this is Euler's sampler
    with guidance. **Later steps** picks so many of the remaining levels. With a **model** connected, pictures are
    decoded, enlarged and encoded between stages; without one, the latents themselves are.

    More **gamma** forgets more of the small picture. It guides itself, so put no guidance before it. Reusing attention
    maps between stages, as the paper also does, is not part of it.

    **Costs** two evaluations a step; those of later stages take $q^2$ times as long. **Try** ends of 0.3 to 1, gamma 1.5
    to 3, 10 later steps, scaleHigh of 2 to 5 times the scale.
  `,
  cites: [
    {
      id: "arXiv:2410.18410",
      by: "Zhang and others, 2024",
      title: "FreCaS: Efficient Higher-Resolution Image Generation via Frequency-aware Cascaded Sampling",
    },
  ],
  status: "stable",
  inputs: {
    strong: port.denoiser("prediction to follow"),
    weak: port.denoiser("prediction to leave"),
    model: port.model("decodes and encodes between stages", { optional: true }),
    sigmas: port.sigmas("noise levels to walk"),
    noise: port.noise("noise of every stage"),
    latent: port.latent("where to start, of the size of the first stage"),
  },
  params: {
    scale: param.curve({
      default: 7.5,
      slider: [0, 16],
      safe: [2, 10],
      min: -100,
      max: 1000,
      about: "Guidance of the first stage and of the low part; 1 = off.",
    }),
    scaleHigh: param.curve({
      default: 20,
      slider: [0, 60],
      safe: [2, 45],
      min: -100,
      max: 1000,
      about: "Guidance of the detail that later stages add.",
    }),
    factors: param.numbers({ default: [2], about: "Growth of the sides, one for each further stage." }),
    ends: param.numbers({ default: [0.5], about: "Sigma at which each stage but the last ends." }),
    laterSteps: param.integer({
      default: 10,
      min: 0,
      max: 1000,
      about: "Steps of later stages; 0 = all that are left.",
    }),
    gamma: param.number({ default: 2, min: 0, max: 10, about: "How far noise goes up between stages." }),
    addNoise: param.boolean({ default: true, onCard: false, about: "Off: the latent already has its noise." }),
  },
  outputs: { latent: port.latent("the last x of the last stage") },
  sessions: ["vae_decoder", "vae_encoder"],
  calls: function* ({ sigmas, latent }, params) {
    if (!sigmas || sigmas.length < 2 || !latent || refuseSigmas(sigmas)) return;
    const stages = stagesOf(sigmas, latent.shape, params);
    for (const [index, { shape }] of stages.entries()) {
      for (const at of callsOfStage(stages, index)) {
        const { strong, weak } = sidesForBands(...weightsAt(params, at, index));
        yield { input: [...(strong === 0 ? [] : ["strong"]), ...(weak === 0 ? [] : ["weak"])], at, shape };
      }
    }
  },
  forecast: ({ strong, sigmas, latent, noise }, params, { problem }) => {
    if (reportInputs({ denoiser: strong, sigmas, latent, noise }, params.addNoise, problem)) return {};
    if (params.factors.some((factor) => !(factor > 0))) {
      problem({
        port: "factors",
        severity: "error",
        message: "Factors are growths of the sides, above 0, for example 2.",
      });
      return {};
    }
    if (sigmas && sigmas.length < 2) return { latent };
    const stages = latent && sigmas && stagesOf(sigmas, latent.shape, params);
    return { latent: stages && { shape: stages[stages.length - 1].shape } };
  },
  run: async ({ strong, weak, model, sigmas, noise, latent: given }, params, context) => {
    const latent = widened(given, strong.model?.info);
    if (sigmas.length < 2) return { latent };
    const stages = stagesOf(sigmas, latent.shape, params);
    let x = startFrom(latent, noise, sigmas[0], params.addNoise);
    let denoised = latent;
    for (const [index, stage] of stages.entries()) {
      if (index > 0) x = await raised(denoised, stage, index, model, noise);
      for (const at of callsOfStage(stages, index)) {
        denoised = await predicted({ strong, weak, noise, at, stage, weights: weightsAt(params, at, index) }, x);
        await context.step({ step: at.step, steps: at.steps, sigma: at.sigma, x, denoised });
        x = eulerStep(x, denoised, at.sigma, at.next);
      }
    }
    return { latent: x };
  },
});

type Weights = readonly [low: number, high: number];

/** The first stage has one weight. */
function weightsAt(
  { scale, scaleHigh }: { readonly scale: Curve; readonly scaleHigh: Curve },
  at: CallInfo,
  stage: number,
): Weights {
  return [scale(at), stage === 0 ? scale(at) : scaleHigh(at)];
}

interface Asked {
  readonly strong: Denoiser;
  readonly weak: Denoiser;
  readonly noise: NoiseSource;
  readonly at: CallInfo;
  readonly stage: CascadeStage;
  readonly weights: Weights;
}

async function predicted({ strong, weak, noise, at, stage, weights }: Asked, x: Tensor): Promise<Tensor> {
  const call = callAt(at, noise);
  const asked = sidesForBands(...weights);
  if (asked.weak === 0) return strong(x, at.sigma, call);
  if (asked.strong === 0) return weak(x, at.sigma, call);
  const [s, u] = await Promise.all([strong(x, at.sigma, call), weak(x, at.sigma, call)]);
  return guidedByBands(u, s, stage.factor, ...weights);
}

/** The prediction of the stage before at the size of this one, with fresh noise of its first level. */
async function raised(
  denoised: Tensor,
  { shape, sigmas }: CascadeStage,
  index: number,
  model: Model | undefined,
  noise: NoiseSource,
): Promise<Tensor> {
  const large = await enlarged(denoised, shape, model);
  return addScaled(large, noise.stream(`cascade/${index}`)(large), sigmas[0]);
}

async function enlarged(latent: Tensor, shape: readonly number[], model: Model | undefined): Promise<Tensor> {
  if (!model) return resize(latent, shape[2], shape[3], "nearest");
  const picture = clamp(await model.decode(latent), 0, 1);
  const { factor } = model.info.latent;
  return model.encode(resize(picture, shape[2] * factor, shape[3] * factor, "nearest"));
}
