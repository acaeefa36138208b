import type { CallInfo, Curve } from "../../shared/denoiser.ts";
import { type AnyNode, defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, addScaled, detach, scale, sub, withPullback } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import {
  askTracked,
  cleanGradient,
  cleanScore,
  forecastReward,
  type Score,
  type Smoothing,
  smoothedGradient,
} from "../lib/rewardGradient.ts";
import { clipParam, landing, limited, stagesWatch, stepShift } from "../lib/rewardPush.ts";
import { node as dps } from "./dps.ts";
import { node as freedom } from "./freedom.ts";
import { node as lgd } from "./lgd.ts";
import { node as mpgd } from "./mpgd.ts";
import { node as universal } from "./universal.ts";

const schedules = [
  { value: "increase", about: "More in later steps." },
  { value: "decrease", about: "More in early steps." },
  { value: "constant", about: "The same in every step." },
] as const;

const own = { param: "preset", is: ["tfg"] } as const;

export const node = defineNode({
  type: "guidance/tfg",
  version: 1,
  title: "TFG",
  summary: "Guides by any reward in all ways at once; other training-free methods are its corners.",
  keywords: ["training-free guidance", "unified", "variance guidance", "mean guidance", "reward", "gradient", "dps"],
  doc: doc`
    One method with four ingredients: a push through the network (**rho**), steps on the predicted picture (**mu**,
    **iterations**), a reward smoothed with noise (**gamma**, **draws**), and **recurrence**, which is the sampler's.

    $$\Delta = \rho_t\,(1+\sigma^2)\,\nabla_x F(D(x)) + d_0, \qquad d_0: z \leftarrow z + \mu_t \nabla F(z) \text{ from } z = D$$

    $$F(z) = \log \frac1n \sum_j e^{R(z + \gamma_t \xi_j)}, \qquad \gamma_t = \frac{\bar\gamma\,\sigma}{\sqrt{1+\sigma^2}}$$

    $\Delta$ moves the sample after the step; the last step is not pushed, since nothing would clean up after it.
    Strengths are shared out over the steps by their schedules (mean 1). It is an **optimiser**, not a tilt: the
    push adds up over the steps, so strengths are to be found anew when their number or the reward changes. Start at rho and mu
    0.25, gamma 0.001 and double the ones that help.

    **Preset** takes one of the methods that are corners of it, as its own node would do:

    | preset | rho | mu | draws | recurrence | in its own way |
    |---|---|---|---|---|---|
    | DPS | strength | – | – | 1 | pushed as the tilt wants |
    | LGD-MC | strength | – | draws, at the radius of the level | 1 | the same |
    | FreeDoM | strength | – | – | 3 in the middle | steps as long as guidance |
    | MPGD | – | strength | – | 1 | steps as long as guidance, noise kept |
    | Universal | forward | rate of **iterations** | – | 2 to 10 | noise worked out anew |

    **Costs** one evaluation, with rho a pass back through every network behind the denoiser, and decoding and scoring
    with their gradients for every draw, iterations times. Meant for samplers with one evaluation in a step, best
    ancestral ones. With rho and mu 0 nothing is asked.
  `,
  cites: [
    {
      id: "arXiv:2409.15761",
      by: "Ye and others, 2024",
      title: "TFG: Unified Training-Free Guidance for Diffusion Models",
      where: "algorithm 1",
    },
  ],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("prediction to guide"),
    reward: port.reward("what the clean sample should score high on"),
    model: port.model("whose decoder shows images to the reward; the denoiser's own if empty", { optional: true }),
    weak: port.denoiser("unguided side, for the presets that measure by it", { optional: true }),
  },
  params: {
    preset: param.select({
      default: "tfg",
      about: "All of it, or the method of one corner.",
      options: [
        { value: "tfg", label: "TFG" },
        { value: "dps", label: "DPS" },
        { value: "lgd", label: "LGD-MC" },
        { value: "freedom", label: "FreeDoM" },
        { value: "mpgd", label: "MPGD" },
        { value: "universal", label: "Universal" },
      ],
    }),
    rho: param.curve({
      default: 0.25,
      slider: [0, 8],
      safe: [0.1, 2],
      min: -1e5,
      max: 1e5,
      step: 0.05,
      about: "Strength of the push through the network; 0 = off.",
      visibleIf: { param: "preset", is: ["tfg", "dps", "lgd", "freedom", "universal"] },
    }),
    mu: param.curve({
      default: 0.25,
      slider: [0, 8],
      safe: [0.1, 2],
      min: -1e5,
      max: 1e5,
      step: 0.05,
      about: "Size of the steps on the predicted picture; 0 = off.",
      visibleIf: { param: "preset", is: ["tfg", "mpgd", "universal"] },
    }),
    iterations: param.integer({
      default: 4,
      min: 1,
      max: 100,
      slider: [1, 16],
      about: "Steps on the predicted picture.",
      visibleIf: { param: "preset", is: ["tfg", "universal"] },
    }),
    gamma: param.number({
      default: 0.01,
      min: 0,
      max: 100,
      slider: [0, 1],
      step: 0.001,
      decimals: 3,
      onCard: false,
      about: "Noise that smooths the reward; 0 = none.",
      visibleIf: own,
    }),
    draws: param.integer({
      default: 1,
      min: 1,
      max: 1000,
      slider: [1, 16],
      onCard: false,
      about: "Noisy copies that are scored.",
      visibleIf: { param: "preset", is: ["tfg", "lgd"] },
    }),
    rhoSchedule: param.select({
      default: "increase",
      onCard: false,
      label: "Rho schedule",
      about: "How rho is shared out over the steps.",
      options: schedules,
      visibleIf: own,
    }),
    muSchedule: param.select({
      default: "increase",
      onCard: false,
      label: "Mu schedule",
      about: "How mu is shared out over the steps.",
      options: schedules,
      visibleIf: own,
    }),
    clip: clipParam,
  },
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: (params, at, edges) => {
    const corner = cornerOf(params);
    if (corner) return corner.node.evaluations!(corner.params, at, edges);
    return { denoiser: strengthsAt(params, at).rho === 0 ? 1 : askTracked };
  },
  forecast: (known, _params, { problem }) => forecastReward(known, cleanGradient, problem),
  build: (inputs, params, context) => {
    const corner = cornerOf(params);
    if (corner) return corner.node.build!(inputs, corner.params, context) as { denoiser: typeof inputs.denoiser };
    const { denoiser, reward, model = denoiser.model } = inputs;
    const score = cleanScore(reward, model, cleanGradient);
    const watch = stagesWatch(context);
    return {
      denoiser: async (x, sigma, call) => {
        const { rho, mu } = strengthsAt(params, call);
        if (rho === 0 && mu === 0) return denoiser(x, sigma, call);
        watch(call);
        const { result: denoised, back } =
          rho === 0
            ? { result: await denoiser(x, sigma, call), back: null }
            : await withPullback(x, (leaf) => denoiser(leaf, sigma, call));
        const radius = (params.gamma * sigma) / Math.sqrt(1 + sigma ** 2);
        const count = radius === 0 ? 0 : params.draws;
        const draws = Array.from({ length: count }, () => scale(call.noise(denoised), radius));
        const smoothing = { draws, temperature: 1 };
        const slope = await smoothedGradient(score, denoised, 1, smoothing);
        let push = scale(slope, 0);
        if (back) push = scale(await back(slope), rho * (1 + call.sigma ** 2));
        if (mu !== 0) push = add(push, await meanPush(score, detach(denoised), slope, { ...params, mu, smoothing }));
        return add(denoised, stepShift(limited(push, params.clip), sigma, call));
      },
    };
  },
});

interface MeanSteps {
  readonly mu: number;
  readonly iterations: number;
  readonly smoothing: Smoothing;
}

/** The way that gradient steps on the predicted picture make, the first along the slope that is known already. */
async function meanPush(score: Score, start: Tensor, first: Tensor, { mu, iterations, smoothing }: MeanSteps) {
  let z = addScaled(start, first, mu);
  for (let k = 1; k < iterations; k++) z = addScaled(z, await smoothedGradient(score, z, 1, smoothing), mu);
  return sub(z, start);
}

type Schedule = (typeof schedules)[number]["value"];

interface Params {
  readonly preset: string;
  readonly rho: Curve;
  readonly mu: Curve;
  readonly iterations: number;
  readonly draws: number;
  readonly rhoSchedule: Schedule;
  readonly muSchedule: Schedule;
  readonly clip: number;
}

function strengthsAt({ rho, mu, rhoSchedule, muSchedule }: Params, at: CallInfo) {
  if (landing(at) === 0) return { rho: 0, mu: 0 };
  return { rho: rho(at) * shareOf(rhoSchedule, at), mu: mu(at) * shareOf(muSchedule, at) };
}

/** Weight of a step; the mean over the walk is 1. */
function shareOf(schedule: Schedule, { sigmas, step }: CallInfo): number {
  if (schedule === "constant") return 1;
  const weights = sigmas.slice(1).map((next, i) => {
    // The share of the signal that the step adds: abar_t / abar_{t-1} of a variance-preserving chain.
    const alpha = (1 + next ** 2) / (1 + sigmas[i] ** 2);
    return schedule === "increase" ? alpha : 1 - alpha;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? 0 : ((weights[step] ?? 0) * weights.length) / total;
}

/** The node that a preset stands for, and its parameters; null for the whole method. */
function cornerOf(params: Params): { readonly node: AnyNode; readonly params: object } | null {
  const { preset, rho, mu, iterations, draws, clip } = params;
  const one = () => 1;
  switch (preset) {
    case "dps":
      return { node: dps, params: { strength: rho, form: "tilt", clip } };
    case "lgd":
      return { node: lgd, params: { strength: rho, draws, radius: one, temperature: 1, spread: 1, clip } };
    case "freedom":
      return { node: freedom, params: { strength: rho, clip } };
    case "mpgd":
      return { node: mpgd, params: { strength: mu, length: "relative", noise: "kept", spread: 1, clip } };
    case "universal": {
      const backward = { steps: iterations, rate: mu, proximity: () => 0, optimiser: "descent", momentum: 0 };
      return { node: universal, params: { forward: rho, ...backward, spread: 1, clip } };
    }
    default:
      return null;
  }
}
