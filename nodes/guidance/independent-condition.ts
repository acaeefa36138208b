import type { Call } from "../../shared/denoiser.ts";
import type { Conditioning } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { extrapolate, mulSample, repeatRows, std, zeros } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { conditioningAt } from "../lib/conditioningAt.ts";
import { conditioningRows, largestInRows } from "../lib/conditioningRows.ts";
import { reportConditionings } from "../lib/fitConditioning.ts";
import { keptDraw } from "../lib/keptDraw.ts";

export const node = defineNode({
  type: "guidance/independent-condition",
  version: 1,
  title: "Independent condition",
  summary: "Leads away from a random condition that has nothing to do with the picture.",
  keywords: ["icg", "random prompt", "no null prompt", "classifier-free", "random class"],
  doc: doc`
    Guidance for models that were never trained without a condition: in the place of the empty prompt stands one that is
    drawn at random and so says nothing about this picture.

    $$\hat D = D(x, \hat c) + w\,\big(D(x, c) - D(x, \hat c)\big), \qquad \hat c \text{ independent of } x$$

    **Draw** says where the condition comes from: one of the connected **others**, each as likely, or normal numbers with
    the spread of the first of them. Every sample of a batch draws its own. A drawn condition that happens to be the
    wanted one gives no guidance in that step.

    Ordinary guidance stops pushing once the picture is clear; this does not, so **take a smaller scale**: about 3 where
    ordinary guidance takes 4 (text), 1.25 to 1.4 for class models. A draw in each step makes a deterministic sampler
    random; with \`run\` it keeps one condition to the end. **Costs** two evaluations, in one call of the network.
    In a chain it comes first, since it makes a weak side of its own.
  `,
  cites: [
    {
      id: "arXiv:2407.02687",
      by: "Sadat and others, 2024",
      title: "No Training, No Problem: Rethinking Classifier-Free Guidance for Diffusion Models",
    },
  ],
  status: "stable",
  inputs: {
    strong: port.denoiser("prediction to follow"),
    model: port.model("network that predicts under the drawn condition"),
    others: port.conditioning("conditions to draw from", { many: true }),
  },
  params: {
    scale: param.curve({
      default: 3,
      slider: [0, 10],
      safe: [1.2, 4],
      min: -100,
      max: 1000,
      about: "Weight of the difference; 1 = off.",
    }),
    draw: param.select({
      default: "others",
      about: "Where the random condition comes from.",
      options: [
        { value: "others", label: "others", about: "One of the connected conditions." },
        { value: "gaussian", label: "normal numbers", about: "Normal numbers with the spread of the first condition." },
      ],
    }),
    every: param.select({
      default: "step",
      onCard: false,
      about: "How long a draw is kept.",
      options: [{ value: "step" }, { value: "run", label: "whole run" }],
    }),
  },
  place: "sum",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale }, at) => ({ strong: scale(at) === 0 ? 0 : 1, model: scale(at) === 1 ? 0 : 1 }),
  forecast: ({ model, others }, { draw }, { problem }) => {
    reportConditionings(model, others, "others", problem);
    if (draw === "gaussian" && model?.labels) {
      const message = "This model is conditioned by labels, which normal numbers are not. Draw from others.";
      problem({ port: "draw", severity: "error", message });
    }
    return {};
  },
  build: ({ strong, model, others }, { scale, draw, every }) => {
    const kept = keptDraw<Conditioning>(every);
    const weak = (x: Tensor, sigma: number, call: Call) => {
      const now = others.map((one) => conditioningAt(one, call));
      const make = () => (draw === "others" ? oneOf(now, x, call) : normalLike(now[0], x, call));
      return model.denoiser(kept(call, make))(x, sigma, call);
    };
    return {
      denoiser: async (x, sigma, call) => {
        const w = scale(call);
        if (w === 1) return strong(x, sigma, call);
        if (w === 0) return weak(x, sigma, call);
        const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
        return extrapolate(u, s, w);
      },
    };
  },
});

/** For each sample one of the conditions: that with the largest of as many normal draws, so each is as likely. */
function oneOf(others: readonly Conditioning[], x: Tensor, call: Call): Conditioning {
  const draws = call.noise(zeros([x.shape[0], others.length], "float64"));
  return conditioningRows(others, largestInRows(draws));
}

/** Normal draws with the spread of the condition's embedding; its other inputs stay. */
function normalLike(condition: Conditioning, x: Tensor, call: Call): Conditioning {
  const normal = (embedding: Tensor) => {
    const batch = x.shape[0];
    const draws = call.noise(zeros([batch, ...embedding.shape.slice(1)], dtypeOf(embedding)));
    return mulSample(draws, repeatRows(std(embedding), batch));
  };
  const { context, pooled } = condition;
  return { ...condition, context: normal(context), ...(pooled ? { pooled: normal(pooled) } : {}) };
}
