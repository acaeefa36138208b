import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import {
  add,
  affine,
  combine,
  div,
  dot,
  extrapolate,
  mulSample,
  scale,
  shift,
  sqrt,
  square,
  sub,
} from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { pairInputs, scaleParam } from "../lib/pair.ts";
import { conversion, spaceParam } from "../lib/space.ts";

export const node = defineNode({
  type: "guidance/tangential",
  version: 1,
  title: "Tangential damping",
  summary: "Drops the part of the weak prediction that both sides do not share, then guides.",
  keywords: ["tcfg", "tangential damping cfg", "svd", "singular value", "manifold"],
  doc: doc`
    What the weak prediction has across the direction that it shares with the strong one is mostly noise, and guidance
    would magnify it. This method keeps only the weak prediction's part $u'$ along the first singular direction $v_1$ of
    both, and guides with that: steadier structure and calmer exposure at the same scale.

    $$P = u' + w\,(c - u'), \qquad u' = \langle u, v_1\rangle\,v_1, \qquad
    v_1 = \text{first right singular vector of } \begin{pmatrix} u \\ c \end{pmatrix}$$

    $u$ and $c$ are the weak and the strong prediction in the chosen space, each sample by itself. When both point the
    same way it is ordinary guidance.

    **Costs** two evaluations, one at scale 1. **Try** the scale that suits the model without it. In a chain it stands
    before all that changes the guidance itself; rescaling and thresholds come after it.
  `,
  cites: [
    {
      id: "arXiv:2503.18137",
      by: "Kwon and others, 2025",
      title: "TCFG: Tangential Damping Classifier-free Guidance",
    },
  ],
  status: "stable",
  inputs: pairInputs,
  params: {
    scale: scaleParam(7, [2, 8]),
    strength: param.curve({
      default: 1,
      slider: [0, 1],
      min: 0,
      max: 1,
      step: 0.05,
      about: "How much of the rest is dropped; 0 = ordinary guidance.",
      onCard: false,
    }),
    space: spaceParam("native"),
  },
  place: "branch",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale, strength }, at) => ({
    strong: scale(at) === 0 && strength(at) === 0 ? 0 : 1,
    weak: scale(at) === 1 ? 0 : 1,
  }),
  build: ({ strong, weak }, { scale, strength, space }) => ({
    denoiser: async (x, sigma, call) => {
      const [w, share] = [scale(call), strength(call)];
      if (w === 1) return strong(x, sigma, call);
      if (w === 0 && share === 0) return weak(x, sigma, call);
      const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
      const { into, back } = conversion(space, strong, x, sigma);
      const [cond, uncond] = [into(s), into(u)];
      return back(extrapolate(extrapolate(uncond, damped(uncond, cond), share), cond, w));
    },
  }),
});

/** A thousand million times below what squares of predictions differ by. */
const tiny = 1e-15;

/**
 * Part of `a` along the first right singular vector of the rows a and b, for each sample. That vector is
 * (a cos t + b sin t) / length with tan 2t = 2⟨a, b⟩ / (⟨a, a⟩ − ⟨b, b⟩), so the part is a cos² t + b sin t cos t.
 */
function damped(a: Tensor, b: Tensor): Tensor {
  const difference = sub(dot(a, a), dot(b, b));
  const product = scale(dot(a, b), 2);
  const length = sqrt(shift(add(square(difference), square(product)), tiny ** 2));
  const cosine = div(shift(difference, tiny), length);
  const sine = div(product, length);
  return combine(mulSample(a, affine(cosine, 0.5, 0.5)), 1, mulSample(b, sine), 0.5);
}
