import type { CallInfo } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, scale as times } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { forecastReward, refuseReward, slopeOf, type Wanted } from "../lib/rewardGradient.ts";
import { clipParam, landing, limited, stagesWatch, stepShift } from "../lib/rewardPush.ts";

const wanted: Wanted = { noiseAware: true, gradient: true };

export const node = defineNode({
  type: "guidance/classifier",
  version: 1,
  title: "Classifier guidance",
  summary: "Follows the gradient of a classifier that was trained on noisy samples.",
  keywords: ["adm-g", "classifier", "gradient", "noise-aware", "log-probability", "reward"],
  doc: doc`
    A classifier that knows noise says at every level how likely a sample is to become the wanted thing, and the
    prediction follows the slope of that. Pictures of the label become frequent and typical; variety falls.

    $$\hat D(x, \sigma) = D + s\,\sigma^2\, \nabla_x \log p(y \mid x, \sigma)$$

    With an exact classifier and scale 1 this *is* the prediction under the label. Other scales sharpen each noise level
    by itself, $p(x)\,p(y \mid x)^s$, which is not the same as sharpening the pictures.

    **Form** says how the push enters a step. *Prediction* is the one above (DDIM's form). *Mean* moves the mean of an
    ancestral step by its own variance, $\Delta = s \sqrt{\tfrac{1+\sigma^2}{1+\sigma'^2}}\; v\, \nabla_x \log p$ with
    $v = \sigma'^2 (\sigma^2 - \sigma'^2)/\sigma^2$, as the original does for DDPM: nothing is pushed in the last step. The two
    agree in small steps, not in large ones.

    The reward must be **noise-aware**: a classifier of clean pictures goes with DPS, MPGD or Universal guidance instead.

    **Costs** one pass through the classifier and back for each evaluation; nothing goes back through the network.
    **Try** 1 to 4, up to 10 on a model without a prompt: classifiers are unsure at high noise, where their slopes are
    small. Scale 0 asks nothing.
  `,
  cites: [
    {
      id: "arXiv:2105.05233",
      by: "Dhariwal and Nichol, 2021",
      title: "Diffusion Models Beat GANs on Image Synthesis",
      where: "algorithms 1 and 2",
    },
  ],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("prediction to guide"),
    reward: port.reward("noise-aware log-probability of what is wanted"),
  },
  params: {
    scale: param.curve({
      default: 1,
      slider: [0, 20],
      safe: [1, 4],
      min: -1000,
      max: 1000,
      about: "Weight of the classifier's slope; 0 = off.",
    }),
    form: param.select({
      default: "prediction",
      onCard: false,
      about: "How the push enters a step.",
      options: [
        { value: "prediction", about: "Shifts the prediction, for any sampler." },
        { value: "mean", about: "Shifts the mean of an ancestral step by its variance." },
      ],
    }),
    clip: clipParam,
  },
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: () => ({ denoiser: 1 }),
  forecast: (known, _params, { problem }) => forecastReward(known, wanted, problem),
  build: ({ denoiser, reward }, { scale, form, clip }, context) => {
    const refused = refuseReward(reward, denoiser.model?.info, wanted);
    if (refused) throw new Error(refused);
    const watch = stagesWatch(context);
    return {
      denoiser: async (x, sigma, call) => {
        const s = scale(call);
        if (s === 0) return denoiser(x, sigma, call);
        const [denoised, { gradient }] = await Promise.all([
          denoiser(x, sigma, call),
          slopeOf((point) => reward.value(point, sigma), x),
        ]);
        if (form === "prediction") return add(denoised, limited(times(gradient, s * sigma ** 2), clip));
        watch(call);
        return add(denoised, stepShift(limited(meanPush(gradient, s, call), clip), sigma, call));
      },
    };
  },
});

/** What the mean of the step moves by: the step's variance times the slope, in coordinates x0 + sigma · eps. */
function meanPush(gradient: Tensor, s: number, call: CallInfo): Tensor {
  const { sigma } = call;
  const next = landing(call);
  const variance = (next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2;
  return times(gradient, s * Math.sqrt((1 + sigma ** 2) / (1 + next ** 2)) * variance);
}
