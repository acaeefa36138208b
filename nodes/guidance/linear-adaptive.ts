import type { Call } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { detach, extrapolate } from "../../shared/tensor/index.ts";
import { type AnyTensor, isFloatTensor, type Tensor } from "../../shared/tensor/tensor.ts";
import { askingAt, askParams } from "../lib/askPattern.ts";
import { pairInputs, scaleParam } from "../lib/pair.ts";
import { emptyHistory, type History, predictedWeak, remembered } from "../lib/regression.ts";
import { conversion } from "../lib/space.ts";
import { walkState } from "../lib/walkState.ts";

export const node = defineNode({
  type: "guidance/linear-adaptive",
  version: 1,
  title: "Linear guidance",
  summary: "Foretells the weak prediction from earlier ones in every other guided step.",
  keywords: ["linearag", "adaptive guidance", "speed", "skip", "regression", "coefficients"],
  doc: doc`
    The weak prediction changes so smoothly along a walk that a weighted sum of earlier predictions comes close to it.
    This method asks the weak side in every second of the first steps, foretells it between them by fitted numbers, and
    leaves guidance away in the second half, where it changes little:

    $$P = P_\text{weak} + w\,(P_\text{strong} - P_\text{weak}), \qquad P_\text{weak} \text{ asked, or } \sum_j \beta^s_j\,P_\text{strong}[j] + \sum_j \beta^w_j\,P_\text{weak}[j]$$

    The numbers come from **Fit linear guidance**, for the same model, schedule, scale and pattern. They belong to samplers
    of one evaluation a step, Euler first of all. All is done on predicted noise.

    **Costs** two evaluations in steps that ask, one in the others: 25 instead of 40 in 20 steps. In a chain it takes the
    place of ordinary guidance.
  `,
  cites: [
    {
      id: "arXiv:2312.12487",
      by: "Castillo and others, 2023",
      title: "Adaptive Guidance: Training-free Acceleration of Conditional Diffusion Models",
    },
  ],
  status: "stable",
  inputs: { ...pairInputs, coefficients: port.tensor("what Fit linear guidance found") },
  params: { scale: scaleParam(4, [2, 8]), ...askParams },
  place: "sum",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale, ...pattern }, at) => {
    if (askingAt(pattern, at) !== "asked") return { strong: 1 };
    const w = scale(at);
    return { strong: w === 0 ? 0 : 1, weak: w === 1 ? 0 : 1 };
  },
  build: ({ strong, weak, coefficients }, { scale, ...pattern }) => {
    const memory = walkState<Known>(() => ({ past: emptyHistory, latest: null }));
    return {
      denoiser: async (x, sigma, call) => {
        const row = rowAt(coefficients, call);
        const w = scale(call);
        const asking = askingAt(pattern, call);
        const own = memory(call, x);
        if (asking === "asked" && w === 0) return weak(x, sigma, call);
        if (asking === "off" || w === 1) return strong(x, sigma, call);
        const past = call.stage === 0 ? pastOf(own.state, (row.length - 1) / 2) : own.state.past;
        const [s, u] = await Promise.all([strong(x, sigma, call), asking === "asked" ? weak(x, sigma, call) : null]);
        if (!u && past.weak.length === 0) return s;
        const { into, back } = conversion("eps", strong, x, sigma);
        const cond = into(s);
        const uncond = u ? into(u) : predictedWeak(cond, past, row);
        if (call.stage === 0) own.state = { past, latest: [detach(cond), detach(uncond)] };
        return u ? extrapolate(u, s, w) : back(extrapolate(uncond, cond, w));
      },
    };
  },
});

/** Predictions of the last step, strong and weak, and of those before it: inner stages of a step see only the latter. */
interface Known {
  readonly past: History;
  readonly latest: readonly [Tensor, Tensor] | null;
}

function pastOf({ past, latest }: Known, length: number): History {
  return latest ? remembered(past, latest, length) : past;
}

/** The numbers of a step. Throws if they were fitted for another walk. */
function rowAt(coefficients: AnyTensor, { step, steps }: Call): Tensor["data"] {
  const [rows, width] = coefficients.shape;
  if (!isFloatTensor(coefficients) || coefficients.shape.length !== 2 || width % 2 !== 1)
    throw new Error("These are no coefficients of linear guidance. Connect Fit linear guidance, or what it saved.");
  if (rows !== steps)
    throw new Error(`The coefficients were fitted for ${rows} steps, not ${steps}. Fit them for these sigmas.`);
  return coefficients.data.subarray(step * width, (step + 1) * width);
}
