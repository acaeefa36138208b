import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { affine, alongAxis, axisMap } from "../../shared/tensor/index.ts";

export const node = defineNode({
  type: "mask/soften",
  version: 1,
  title: "Soften mask",
  summary: "Blurs the edges of a mask, or turns it inside out.",
  keywords: ["feather", "blur", "soft edge", "gaussian", "invert", "inverse"],
  doc: doc`
    A Gaussian blur whose standard deviation is **radius**, a part of the shorter side. Soft edges hide the seam between
    two regions. At the border of the picture the mask goes on as it is there. Radius 0 with **invert** only turns the
    mask around.
  `,
  cites: [],
  status: "stable",
  inputs: { mask: port.mask("[B, 1, H, W]") },
  params: {
    radius: param.number({ default: 0.05, min: 0, max: 1, step: 0.01, slider: [0, 0.25], about: "Width of the blur." }),
    invert: param.boolean({ default: false, about: "What was inside is outside." }),
  },
  outputs: { mask: port.mask("the softened mask") },
  forecast: ({ mask }) => ({ mask }),
  run: ({ mask }, { radius, invert }) => {
    const [, , height, width] = mask.shape;
    const deviation = radius * Math.min(height, width);
    const rows = deviation > 0 ? alongAxis(mask, 2, blurred(height, deviation)) : mask;
    const soft = deviation > 0 ? alongAxis(rows, 3, blurred(width, deviation)) : mask;
    return { mask: invert ? affine(soft, -1, 1) : soft };
  },
});

/** Gaussian weights of each place over its neighbours; what would lie beyond the border counts for the border. */
function blurred(length: number, deviation: number) {
  const reach = Math.ceil(3 * deviation);
  const offsets = Array.from({ length: 2 * reach + 1 }, (_, k) => k - reach);
  const weights = offsets.map((k) => Math.exp(-0.5 * (k / deviation) ** 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rows = Array.from({ length }, (_, i) => {
    const row = new Array<number>(length).fill(0);
    for (const [k, offset] of offsets.entries())
      row[Math.min(length - 1, Math.max(0, i + offset))] += weights[k] / total;
    return row;
  });
  return axisMap(rows);
}
