import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { addScaled, clamp, detach, div, full, mulSample, norm, sub } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { pairInputs, scaleParam } from "../lib/pair.ts";
import { parallelTo } from "../lib/projection.ts";
import { conversion, spaceParam } from "../lib/space.ts";
import { walkState } from "../lib/walkState.ts";

export const node = defineNode({
  type: "guidance/apg",
  version: 1,
  title: "Projected guidance",
  summary: "Guides at high scales without burnt colours, by holding back the part that saturates.",
  keywords: ["apg", "adaptive projected guidance", "orthogonal", "momentum", "saturation", "norm threshold"],
  doc: doc`
    The part of the guidance that is parallel to the prediction makes colours and contrast grow; the part at right angles
    adds what the prompt asks for. This method holds the first back, caps the length of the guidance, and lets it swing
    against its own past. Scales of 10 and more stay calm.

    $$g = D_\text{strong} - D_\text{weak} + \beta\,g_\text{before}, \qquad g_r = g\,\min(1, r / \lVert g\rVert), \qquad
    g' = g_\perp + \eta\,g_\parallel$$

    $$\hat D = D_\text{strong} + (w - 1)\,g'$$

    $\parallel$ and $\perp$ are taken with respect to $D_\text{strong}$. **Form** \`diffusers\` is
    $D_\text{weak} + w\,g'$ instead: with an $\eta$ of 0 it loses the parallel part of the strong prediction too. With
    $\eta = 1$, no cap and no momentum both are ordinary guidance.

    **Costs** two evaluations; one at scale 1 (scale 0 in the other form). **Try** scale 10, eta 0, momentum −0.5 to
    −0.75; the norm grows with the latent (15 for one of 128 × 128, 7.5 for 96 × 96, 2.5 to 5 for 64 × 64), so start at
    half the length of the difference that the Scope shows. In x0, as the paper does it. Momentum starts anew after steps without guidance.
    In a chain it takes the place of ordinary guidance; it does not need rescaling or thresholds after it.
  `,
  cites: [
    {
      id: "arXiv:2410.02416",
      by: "Sadat and others, 2024",
      title: "Eliminating Oversaturation and Artifacts of High Guidance Scales in Diffusion Models",
    },
  ],
  status: "stable",
  inputs: pairInputs,
  params: {
    scale: scaleParam(10, [4, 15]),
    eta: param.curve({
      default: 0,
      slider: [0, 1],
      safe: [0, 0.5],
      min: -10,
      max: 10,
      step: 0.05,
      about: "Share of the parallel part that is kept; 1 = all of it.",
    }),
    norm: param.curve({
      default: 15,
      slider: [0, 50],
      min: 0,
      step: 0.5,
      about: "The guidance is cut to this length, for each sample; 0 = no cap.",
    }),
    momentum: param.curve({
      default: -0.5,
      slider: [-0.95, 0.95],
      safe: [-0.75, 0],
      min: -1,
      max: 1,
      step: 0.05,
      about: "Share of the guidance before that is added; negative swings against it, 0 = none.",
    }),
    form: param.select({
      default: "paper",
      about: "Where the guidance is added.",
      onCard: false,
      options: [
        { value: "paper", label: "from strong", about: "strong + (scale − 1) · guidance, as in the paper." },
        { value: "diffusers", label: "from weak", about: "weak + scale · guidance, as in diffusers." },
      ],
    }),
    space: spaceParam("x0"),
  },
  place: "difference",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale, form }, at) => {
    const off = scale(at) === (form === "paper" ? 1 : 0);
    return form === "paper" ? { strong: 1, weak: off ? 0 : 1 } : { strong: off ? 0 : 1, weak: 1 };
  },
  build: ({ strong, weak }, { scale, eta, norm: cap, momentum, form, space }) => {
    const memory = walkState<Buffer>(() => ({ step: Number.NEGATIVE_INFINITY, guidance: null }));
    return {
      denoiser: async (x, sigma, call) => {
        const [start, amount] = form === "paper" ? [strong, scale(call) - 1] : [weak, scale(call)];
        if (amount === 0) return start(x, sigma, call);
        const own = memory(call, x);
        const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
        const { into, back } = conversion(space, strong, x, sigma);
        const [cond, uncond] = [into(s), into(u)];
        const before = call.step - own.state.step > 1 ? null : own.state.guidance;
        const guidance = withMomentum(sub(cond, uncond), before, momentum(call));
        if (call.stage === 0) own.state = { step: call.step, guidance: detach(guidance) };
        const capped = cut(guidance, cap(call));
        const changed = addScaled(capped, parallelTo(capped, cond), eta(call) - 1);
        return back(addScaled(form === "paper" ? cond : uncond, changed, amount));
      },
    };
  },
});

/** The guidance of an earlier step, with its momentum, before it was cut. */
interface Buffer {
  readonly step: number;
  readonly guidance: Tensor | null;
}

function withMomentum(difference: Tensor, before: Tensor | null, momentum: number): Tensor {
  return before === null || momentum === 0 ? difference : addScaled(difference, before, momentum);
}

/** Each sample cut to a length of at most `length`; 0 = no cap. */
function cut(guidance: Tensor, length: number): Tensor {
  if (length === 0) return guidance;
  const lengths = clamp(norm(guidance), 1e-30, Number.POSITIVE_INFINITY);
  return mulSample(guidance, clamp(div(full(lengths.shape, length, dtypeOf(lengths)), lengths), 0, 1));
}
