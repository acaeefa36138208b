import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { concatRows, extrapolate, sliceRows } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { pairInputs, scaleParam } from "../lib/pair.ts";
import { cosine } from "../lib/projection.ts";
import { conversion, spaceParam } from "../lib/space.ts";
import { walkState } from "../lib/walkState.ts";

export const node = defineNode({
  type: "guidance/adaptive",
  version: 1,
  title: "Adaptive guidance",
  summary: "Guides until both predictions agree, then goes on with the strong one alone.",
  keywords: ["adaptive guidance", "skip", "speed", "cosine similarity", "truncate", "gamma"],
  doc: doc`
    Late in a walk the prompt changes the prediction little. This method watches the cosine of both predictions,

    $$\gamma = \frac{\langle P_\text{strong}, P_\text{weak}\rangle}{\lVert P_\text{strong}\rVert\,\lVert P_\text{weak}\rVert},$$

    and once a sample has passed the threshold, it is guided no longer. When all samples of the batch have passed, the
    weak denoiser is not asked for the rest of the run: pictures hardly differ from those of ordinary guidance and cost
    about a quarter less.

    Each sample decides for itself, at the first evaluation of a step. A batch asks the weak side until its last sample
    has passed, since a conditioning may differ from row to row.

    At very high noise both predictions agree as well, since all they see is noise: set the steps that are guided in any
    case so that they reach beyond it.

    **Costs** two evaluations, later one: the forecast is an upper bound. **Try** 0.991 in eps for large latent models;
    the threshold belongs to a model and a space (cosines of x0 or flow are much lower), so read it off the cosine that
    the Scope shows. Above 1 it is ordinary guidance. In a chain it takes the place of ordinary guidance.
  `,
  cites: [
    {
      id: "arXiv:2312.12487",
      by: "Castillo and others, 2023",
      title: "Adaptive Guidance: Training-free Acceleration of Conditional Diffusion Models",
    },
  ],
  status: "stable",
  inputs: pairInputs,
  params: {
    scale: scaleParam(7.5, [2, 8]),
    threshold: param.curve({
      default: 0.991,
      slider: [0.9, 1],
      safe: [0.98, 0.997],
      min: -1,
      max: 2,
      step: 0.001,
      decimals: 4,
      about: "The paper's gamma-bar: cosine from which on a sample is no longer guided; above 1 = never.",
    }),
    space: spaceParam("eps"),
    latch: param.select({
      default: "next",
      about: "When a sample that has passed the threshold is unguided for the first time.",
      onCard: false,
      options: [
        { value: "next", label: "next step", about: "The step that finds out is still guided." },
        { value: "same", label: "same step", about: "The step that finds out is unguided already." },
      ],
    }),
    minSteps: param.integer({
      default: 0,
      min: 0,
      about: "Steps that are guided whatever the cosine is.",
      onCard: false,
    }),
  },
  place: "sum",
  outputs: { denoiser: port.denoiser("guided prediction") },
  upperBound: true,
  evaluations: ({ scale }, at) => ({ strong: 1, weak: scale(at) === 1 ? 0 : 1 }),
  build: ({ strong, weak }, { scale, threshold, space, latch, minSteps }) => {
    const memory = walkState<readonly boolean[]>(() => []);
    return {
      denoiser: async (x, sigma, call) => {
        const w = scale(call);
        const own = memory(call, x);
        if (w === 1 || (own.state.length > 0 && own.state.every(Boolean))) return strong(x, sigma, call);
        if (w === 0 && !own.state.some(Boolean)) return weak(x, sigma, call);
        const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
        const before = own.state;
        if (call.stage === 0 && call.step >= minSteps) {
          const { into } = conversion(space, strong, x, sigma);
          own.state = passed(cosine(into(s), into(u)), threshold(call), before);
        }
        return guidedWhere(latch === "same" ? own.state : before, s, u, w);
      },
    };
  },
});

/** Which samples are past the threshold, now or before. */
function passed(cosines: Tensor, threshold: number, before: readonly boolean[]): readonly boolean[] {
  return Array.from(cosines.data, (value, b) => before[b] === true || value >= threshold);
}

/** The guided prediction, of released samples the strong one. */
function guidedWhere(released: readonly boolean[], strong: Tensor, weak: Tensor, scale: number): Tensor {
  if (!released.some(Boolean)) return extrapolate(weak, strong, scale);
  if (released.every(Boolean)) return strong;
  const row = (x: Tensor, b: number) => sliceRows(x, b, b + 1);
  return concatRows(released.map((free, b) => extrapolate(row(weak, b), row(strong, b), free ? 1 : scale)));
}
