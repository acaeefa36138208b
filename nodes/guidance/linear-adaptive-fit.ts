import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { extrapolate, fromNumbers, norm, sub } from "../../shared/tensor/index.ts";
import { askingAt, askParams } from "../lib/askPattern.ts";
import { pairInputs, scaleParam } from "../lib/pair.ts";
import { emptyHistory, fittedRow, predictedWeak, remembered } from "../lib/regression.ts";
import { conversion } from "../lib/space.ts";
import { callAt, infoAt, refuseSigmas, startFrom } from "../lib/steps.ts";

export const node = defineNode({
  type: "guidance/linear-adaptive-fit",
  version: 1,
  title: "Fit linear guidance",
  summary: "Learns to tell the weak prediction from earlier ones, for Linear guidance.",
  keywords: ["linearag", "regression", "coefficients", "least squares", "calibrate"],
  doc: doc`
    Walks a batch with full guidance and Euler's method, and fits, for each step $i$, the numbers $\beta$ by which the weak
    noise prediction follows from what is known by then:

    $$\varepsilon_\text{weak}[i] \approx \sum_{j = i-h}^{i} \beta^s_{i,j}\,\varepsilon_\text{strong}[j] + \sum_{j = i-h}^{i-1} \beta^w_{i,j}\,\varepsilon_\text{weak}[j]$$

    Earlier weak predictions are those that **Linear guidance** will have: predicted ones at the steps that it does not
    ask. So give both nodes the same pattern. The fit belongs to a model, a schedule and a scale. Save the coefficients with *Save tensor* and load them again.

    Each step reports a metric \`residual\`: the length of the error, relative to that of the difference between both sides. Below 0.3
    the prediction is worth having.

    **Costs** two evaluations a step. **Try** a batch of 16 and more, with prompts of all kinds; the paper has 200.
  `,
  cites: [
    {
      id: "arXiv:2312.12487",
      by: "Castillo and others, 2023",
      title: "Adaptive Guidance: Training-free Acceleration of Conditional Diffusion Models",
    },
  ],
  status: "stable",
  inputs: {
    ...pairInputs,
    sigmas: port.sigmas("noise levels that will be walked"),
    noise: port.noise("noise to start from"),
    latent: port.latent("empty latent of the batch"),
  },
  params: {
    scale: scaleParam(4, [2, 8]),
    history: param.integer({ default: 3, min: 1, max: 8, about: "Earlier steps that count." }),
    ...askParams,
    ridge: param.number({
      default: 0.0001,
      min: 1e-9,
      max: 1,
      step: 0.0001,
      decimals: 6,
      about: "Draws the numbers towards the strong prediction alone, so that they stay small.",
      onCard: false,
    }),
  },
  outputs: { coefficients: port.tensor("a row of numbers for each step, [steps, 1 + 2 · history]") },
  calls: function* ({ sigmas }) {
    if (!sigmas || refuseSigmas(sigmas)) return;
    for (let step = 0; step + 1 < sigmas.length; step++) yield { input: ["strong", "weak"], at: infoAt(sigmas, step) };
  },
  forecast: ({ sigmas }, { history }, { problem }) => {
    const refused = sigmas && refuseSigmas(sigmas);
    if (refused) problem({ port: "sigmas", severity: "error", message: refused });
    return { coefficients: sigmas && { shape: [sigmas.length - 1, 1 + 2 * history] } };
  },
  run: async ({ strong, weak, sigmas, noise, latent }, { scale, history, ridge, ...pattern }, context) => {
    const steps = sigmas.length - 1;
    const rows: number[][] = [];
    let past = emptyHistory;
    let x = startFrom(latent, noise, sigmas[0], steps > 0);
    for (let step = 0; step < steps; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const call = callAt(infoAt(sigmas, step), noise);
      const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
      const { into } = conversion("eps", strong, x, sigma);
      const [cond, uncond] = [into(s), into(u)];
      const row = fittedRow(uncond, cond, past, history, ridge);
      rows.push(row);
      const predicted = predictedWeak(cond, past, row);
      context.metric("residual", lengthOf(sub(predicted, uncond)) / lengthOf(sub(cond, uncond)), { step, sigma });
      past = remembered(past, [cond, askingAt(pattern, call) === "predicted" ? predicted : uncond], history);
      const denoised = extrapolate(u, s, scale(call));
      await context.step({ step, steps, sigma, x, denoised });
      x = eulerStep(x, denoised, sigma, next);
    }
    return { coefficients: fromNumbers(rows.flat(), [steps, 1 + 2 * history], "float64") };
  },
});

/** Length of a whole batch; not 0, so that it can be divided by. */
function lengthOf(x: Parameters<typeof norm>[0]): number {
  return Math.max(1e-30, Math.hypot(...norm(x).data));
}
