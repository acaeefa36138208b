import type { Denoiser } from "../../shared/denoiser.ts";
import type { Conditioning, Model } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { conditioningAt } from "../lib/conditioningAt.ts";
import { reportConditionings } from "../lib/fitConditioning.ts";

export const node = defineNode({
  type: "denoiser/condition",
  version: 1,
  title: "Condition",
  summary: "Makes a denoiser of a model and a conditioning.",
  keywords: ["denoiser", "unet", "conditional", "unconditional"],
  doc: doc`
    A denoiser predicts the clean picture from a noisy one:

    $$\hat D(x, \sigma) \approx \mathbb E[x_0 \mid x = x_0 + \sigma \varepsilon, c]$$

    This node asks the model's network under one conditioning $c$ and converts its prediction (noise, velocity, flow or
    clean sample) to $x_0$. Guidance nodes combine several such denoisers; every evaluation of one costs one pass of
    the network, and all that are asked at the same time share one call.
  `,
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
      where: "eq. 7",
    },
  ],
  status: "stable",
  inputs: { model: port.model("network to ask"), conditioning: port.conditioning("what it is told") },
  params: {},
  outputs: { denoiser: port.denoiser("prediction under this conditioning") },
  forecast: ({ model, conditioning }, _params, { problem }) => {
    reportConditionings(model, [conditioning], "conditioning", problem);
    return {};
  },
  build: ({ model, conditioning }) => ({ denoiser: conditioned(model, conditioning) }),
});

/** Of a prompt that changes on the way, each step asks under its own text. */
function conditioned(model: Model, conditioning: Conditioning): Denoiser {
  if (!conditioning.schedule) return model.denoiser(conditioning);
  const denoiser: Denoiser = (x, sigma, call) => model.denoiser(conditioningAt(conditioning, call))(x, sigma, call);
  return Object.assign(denoiser, { native: model.info.prediction, model });
}
