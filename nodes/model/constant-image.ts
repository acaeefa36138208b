import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { type Bed, bedInfo, bedModel } from "../../shared/testbed/bed.ts";
import { pictureBed } from "../lib/bed.ts";

export const node = defineNode({
  type: "model/constant-image",
  version: 1,
  title: "Constant image",
  summary: "Makes a model in closed form: pictures of a single grey.",
  keywords: ["test bed", "toy", "closed form", "upsample guidance", "resolution", "rank one"],
  doc: doc`
    Every pixel of a picture has the same value $a \sim \mathcal N(0, s^2)$, so the denoiser averages all $n$ of them:

    $$\hat D(x, \sigma) = \frac{s^2}{s^2 + \sigma^2 / n}\,\bar x$$

    Pooling blocks of $m \times m$ pixels maps this model to itself with $\sigma / m$, which tests methods that relate
    resolutions exactly. There are no labels. Latents are [B, 1, height, width] in double precision, of any size;
    decoding shows −2 as black and 2 as white.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    size: param.integer({ default: 8, min: 1, max: 32, slider: [2, 32], unit: "px", about: "Pixels of a side." }),
    std: param.number({ default: 1, min: 0.001, max: 100, slider: [0.1, 2], about: "Standard deviation of the grey." }),
  },
  outputs: { model: port.model("exact denoiser and schedule") },
  forecast: (_inputs, params) => ({ model: bedInfo(bedOf(params)) }),
  build: (_inputs, params, context) => ({ model: bedModel(bedOf(params), () => context.evaluated()) }),
});

function bedOf({ size, std }: { size: number; std: number }): Bed {
  return pictureBed("Constant image", size, ({ height, width }) => ({
    height,
    width,
    spectrum: (ky, kx) => (ky === 0 && kx === 0 ? 1 : 0),
    variance: std ** 2,
    means: { "": () => 0 },
  }));
}
