import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { guidedByBands, sidesForBands } from "../lib/lowHigh.ts";
import { pairInputs } from "../lib/pair.ts";

const weight = { slider: [0, 60], min: -100, max: 1000, step: 0.5 } as const;

export const node = defineNode({
  type: "guidance/frequency-cfg",
  version: 1,
  title: "Frequency-aware guidance",
  summary: "Guides what only the larger picture can show more strongly than the rest.",
  keywords: ["fa-cfg", "frecas", "high resolution", "detail", "bands"],
  doc: doc`
    When a picture is drawn larger than the model was trained for, the layout comes from the small picture and only the
    fine detail is new. This gives that detail a weight of its own.

    $$\hat D = D_\text{weak} + w_\text{low}\,\mathrm{Low}[\Delta] + w_\text{high}\,(\Delta - \mathrm{Low}[\Delta]), \qquad
    \Delta = D_\text{strong} - D_\text{weak}$$

    $\mathrm{Low}$ makes the latent smaller by **factor** and large again, linearly. The factor is how many times larger
    than the trained size the picture is. Equal weights are ordinary guidance. The result does not depend on the
    prediction space. \`sampler/cascade\` does this by itself in its later stages.

    **Costs** two evaluations. **Try** 7.5 for the low and 25 to 45 for the high weight in a walk that goes on from a
    small picture; from pure noise much less. In a chain it is the weight of the difference.
  `,
  cites: [
    {
      id: "arXiv:2410.18410",
      by: "Zhang and others, 2024",
      title: "FreCaS: Efficient Higher-Resolution Image Generation via Frequency-aware Cascaded Sampling",
    },
  ],
  status: "stable",
  inputs: pairInputs,
  params: {
    scaleLow: param.curve({
      ...weight,
      default: 7.5,
      safe: [2, 10],
      about: "Weight of what a smaller latent can show.",
    }),
    scaleHigh: param.curve({ ...weight, default: 15, safe: [2, 45], about: "Weight of the finer detail." }),
    factor: param.number({ default: 2, min: 1, max: 64, about: "How many times smaller the low part is." }),
  },
  place: "sum",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scaleLow, scaleHigh }, at) => sidesForBands(scaleLow(at), scaleHigh(at)),
  build: ({ strong, weak }, { scaleLow, scaleHigh, factor }) => ({
    denoiser: async (x, sigma, call) => {
      const [low, high] = [scaleLow(call), scaleHigh(call)];
      const asked = sidesForBands(low, high);
      if (asked.weak === 0) return strong(x, sigma, call);
      if (asked.strong === 0) return weak(x, sigma, call);
      const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
      return guidedByBands(u, s, factor, low, high);
    },
  }),
});
