import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { type Bed, bedInfo, bedModel } from "../../shared/testbed/bed.ts";
import { planeMixture } from "../../shared/testbed/mixture.ts";
import { blurParam, planeBed } from "../lib/bed.ts";

export const node = defineNode({
  type: "model/ring",
  version: 1,
  title: "Ring",
  summary: "Makes a model in closed form: classes on a circle in the plane.",
  keywords: ["test bed", "toy", "closed form", "2d", "points", "classes", "saturation", "diversity"],
  doc: doc`
    Round Gaussians of equal weight, evenly on a circle. Their labels are \`0\`, \`1\`, … counterclockwise from the right.

    The distance from the centre stands for saturation and the spread of angles for diversity: guidance that is too
    strong pushes points outwards and makes them alike. **Gaussian mixture** says how a model without a network works.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    classes: param.integer({ default: 8, min: 1, max: 64, slider: [1, 16], about: "Gaussians on the circle." }),
    radius: param.number({ default: 4, min: 0, max: 100, slider: [0, 8], about: "Radius of the circle." }),
    std: param.number({
      default: 0.5,
      min: 0.001,
      max: 100,
      slider: [0.05, 2],
      about: "Standard deviation of each Gaussian.",
    }),
    blur: blurParam,
  },
  outputs: { model: port.model("exact denoiser, labels and schedule") },
  forecast: (_inputs, params) => ({ model: bedInfo(bedOf(params)) }),
  build: (_inputs, params, context) => ({ model: bedModel(bedOf(params), () => context.evaluated()) }),
});

interface Params {
  readonly classes: number;
  readonly radius: number;
  readonly std: number;
  readonly blur: number;
}

function bedOf({ classes, radius, std, blur }: Params): Bed {
  const components = Array.from({ length: classes }, (_, k) => {
    const angle = (2 * Math.PI * k) / classes;
    return { weight: 1, mean: [radius * Math.cos(angle), radius * Math.sin(angle)] as const, std, label: String(k) };
  });
  return planeBed("Ring", planeMixture(components), blur);
}
