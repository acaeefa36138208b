import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { type Bed, bedInfo, bedModel } from "../../shared/testbed/bed.ts";
import { pictureBed } from "../lib/bed.ts";

export const node = defineNode({
  type: "model/random-field",
  version: 1,
  title: "Random field",
  summary: "Makes a model in closed form: grey pictures that are Gaussian fields.",
  keywords: ["test bed", "toy", "closed form", "spectrum", "frequency", "texture", "power law"],
  doc: doc`
    Grey pictures with a power-law spectrum, as natural pictures have one, whose frequencies are independent. Two labels,
    \`left\` and \`right\`, say which half is brighter. Under one label every frequency $k$ of the cosine transform is
    denoised by itself:

    $$\hat D(k) = \mu(k) + \frac{S(k)}{S(k) + \sigma^2}\,(x(k) - \mu(k)), \quad S(k) \propto (1 + |k|)^{-p}$$

    Guidance of one label against the other moves the mean of each frequency by its own weight, exactly
    $\mu_w + w(k)\,(\mu_s - \mu_w)$: a test for methods that treat frequencies differently. Empty text is the mixture of both.
    Latents are [B, 1, height, width] in double precision, of the model's own **size** unless the latent says otherwise;
    decoding shows −2 as black and 2 as white.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    size: param.integer({ default: 16, min: 2, max: 32, slider: [4, 32], unit: "px", about: "Pixels of a side." }),
    power: param.number({
      default: 2,
      min: 0,
      max: 10,
      slider: [0, 4],
      about: "Fall of the spectrum; 0 = white noise.",
    }),
    std: param.number({ default: 0.5, min: 0.001, max: 100, slider: [0.1, 2], about: "Average deviation of a pixel." }),
    contrast: param.number({
      default: 0.5,
      min: 0,
      max: 100,
      slider: [0, 2],
      about: "How much the brighter half of a label lies above 0, and the other below.",
    }),
  },
  outputs: { model: port.model("exact denoiser, labels and schedule") },
  forecast: (_inputs, params) => ({ model: bedInfo(bedOf(params)) }),
  build: (_inputs, params, context) => ({ model: bedModel(bedOf(params), () => context.evaluated()) }),
});

interface Params {
  readonly size: number;
  readonly power: number;
  readonly std: number;
  readonly contrast: number;
}

function bedOf({ size, power, std, contrast }: Params): Bed {
  return pictureBed("Random field", size, ({ height, width }) => {
    const left = (_y: number, x: number) => (2 * x < width - 1 ? contrast : -contrast);
    return {
      height,
      width,
      spectrum: (ky, kx) => (1 + Math.hypot(ky, kx)) ** -power,
      variance: std ** 2,
      means: { left, right: (y, x) => -left(y, x) },
    };
  });
}
