import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { derivedSource } from "../../shared/random/derivedSource.ts";
import { powerLaw } from "../../shared/random/powerLaw.ts";

export const node = defineNode({
  type: "noise/colored",
  version: 1,
  title: "Coloured noise",
  summary: "Shifts the power of noise to coarse or to fine structure.",
  keywords: ["pink", "brown", "blue", "power law", "spectrum", "1/f", "frequency"],
  doc: doc`
    Gives noise a power spectrum that follows a power of the frequency, over height and width:

    $$S(f) \propto f^{-\alpha}$$

    0 is white noise, as networks know it; 1 is pink and 2 brown, with large blotches that become large shapes; −1 is blue,
    with fine grain. The noise is scaled so that its values have variance 1 on average over seeds. The mean of a plane has
    the power of the lowest frequency, and the spectrum is that of a plane which goes on at its opposite edge.

    Networks are trained on white noise: the further the exponent is from 0, the more of the noise's blotches or grain may
    stay in the picture. Start with −0.3 to 0.3. All draws of the run are coloured, the first and the later ones. Works on
    latents of pictures; where there is a single cell, as for points of a test bed, the noise stays white.
  `,
  cites: [
    {
      id: "https://ui.adsabs.harvard.edu/abs/1995A&A...300..707T",
      by: "Timmer and König, 1995",
      title: "On generating power law noise",
    },
    {
      id: "arXiv:2402.04930",
      by: "Huang and others, 2024",
      title: "Blue noise for diffusion models",
    },
  ],
  status: "stable",
  inputs: { noise: port.noise("white noise") },
  params: {
    alpha: param.number({
      default: 0.2,
      min: -4,
      max: 4,
      slider: [-2, 2],
      safe: [-0.3, 0.3],
      step: 0.05,
      label: "Exponent",
      about: "0 = white, 1 = pink, 2 = brown, −1 = blue.",
    }),
  },
  outputs: { noise: port.noise("coloured noise, variance 1 on average") },
  forecast: ({ noise }) => ({ noise }),
  build: ({ noise }, { alpha }) => ({ noise: derivedSource([noise], ([white]) => powerLaw(white, alpha)) }),
});
