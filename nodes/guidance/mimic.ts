import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { extrapolate } from "../../shared/tensor/index.ts";
import { mimicked } from "../lib/mimicked.ts";
import { pairInputs, scaleParam } from "../lib/pair.ts";

export const node = defineNode({
  type: "guidance/mimic",
  version: 1,
  title: "Mimic threshold",
  summary: "Guides at a high scale within the range of values that a lower scale would have.",
  keywords: ["dynamic thresholding", "mimic scale", "cfg scale fix", "saturation", "latent"],
  doc: doc`
    Makes two guided predictions of the same pair, $T$ at the scale and $M$ at the mimic scale, and brings the range of
    $T$ to that of $M$: the picture follows the prompt as at the high scale, with the colours of the low one. Unlike the
    dynamic threshold it needs no fixed bound, so it suits latents.

    **Around** \`mean\`: every channel is taken without its mean, which comes back at the end;
    $m$ and $t$ measure the spread of $M$ and $T$,

    $$R = \operatorname{mean}(T) + m\,\operatorname{clamp}\!\left(\frac{\tilde T}{q}, -1, 1\right),\quad q = \max(m, t)
    \qquad\text{or, by \`deviation\`,}\qquad R = \operatorname{mean}(T) + \frac{m}{t}\,\tilde T$$

    **Around** \`zero\`: $R = \frac{m}{t}\,T$. **Measure** \`peak\` takes $m$ as the largest size of $\tilde M$ and $t$ as
    a quantile of that of $\tilde T$; \`deviation\` takes standard deviations. The result is
    $\hat D = T + \varphi\,(R - T)$.

    **Costs** two evaluations. **Try** scale 10 to 20 with mimic scale 5 to 8. A quantile below 1 lets more of $T$ pass.
    Equal scales are ordinary guidance. It works on the picture (x0). In a chain it takes the place of ordinary guidance
    and of rescaling.
  `,
  cites: [
    {
      id: "https://github.com/mcmonkeyprojects/sd-dynamic-thresholding",
      by: "mcmonkey, 2023",
      title: "Stable Diffusion Dynamic Thresholding (CFG Scale Fix)",
    },
  ],
  status: "stable",
  inputs: pairInputs,
  params: {
    scale: scaleParam(15, [8, 20]),
    mimicScale: param.curve({
      default: 7,
      slider: [0, 20],
      safe: [4, 8],
      min: -100,
      max: 1000,
      about: "Scale whose range of values the result has.",
    }),
    measure: param.select({
      default: "peak",
      about: "How the range of a prediction is measured.",
      onCard: false,
      options: [
        { value: "peak", label: "peak", about: "The largest size; of the strongly guided one a quantile." },
        { value: "deviation", label: "deviation", about: "The standard deviation." },
      ],
    }),
    quantile: param.curve({
      default: 1,
      slider: [0.9, 1],
      safe: [0.95, 1],
      min: 0,
      max: 1,
      step: 0.005,
      decimals: 3,
      about: "Which size of the strongly guided prediction counts as its peak; 1 = the largest.",
      visibleIf: { param: "measure", is: ["peak"] },
      onCard: false,
    }),
    around: param.select({
      default: "mean",
      about: "What values are brought closer to.",
      onCard: false,
      options: [
        { value: "mean", label: "mean", about: "The mean of each channel, which is kept." },
        { value: "zero", label: "zero", about: "Nothing: means shrink too." },
      ],
    }),
    perChannel: param.boolean({
      default: true,
      label: "Each channel",
      about: "Whether each channel has a range of its own.",
      onCard: false,
    }),
    amount: param.curve({
      default: 1,
      slider: [0, 1],
      min: 0,
      max: 1,
      step: 0.05,
      about: "Share of the change; 0 = ordinary guidance.",
      onCard: false,
    }),
  },
  place: "output",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale, mimicScale, amount }, at) => sides(scale(at), mimicScale(at), amount(at)),
  build: ({ strong, weak }, { scale, mimicScale, measure, quantile, around, perChannel, amount }) => ({
    denoiser: async (x, sigma, call) => {
      const [w, mimic, share] = [scale(call), mimicScale(call), amount(call)];
      const asked = sides(w, mimic, share);
      if (!asked.weak && share === 0) return strong(x, sigma, call);
      if (!asked.strong && share === 0) return weak(x, sigma, call);
      const [s, u] = await Promise.all([
        (asked.strong ? strong : weak)(x, sigma, call),
        (asked.weak ? weak : strong)(x, sigma, call),
      ]);
      const target = extrapolate(u, s, w);
      const options = { measure, quantile: quantile(call), around, perChannel };
      return share === 0 ? target : extrapolate(target, mimicked(target, extrapolate(u, s, mimic), options), share);
    },
  }),
});

/** The sides that count: none is asked that both scales leave out. */
function sides(scale: number, mimicScale: number, amount: number): { strong: 0 | 1; weak: 0 | 1 } {
  const always = (weight: number) => scale === weight && (amount === 0 || mimicScale === weight);
  return { strong: always(0) ? 0 : 1, weak: always(1) ? 0 : 1 };
}
