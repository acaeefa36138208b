import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { resolutionShift } from "../../shared/sampling/schedules/shift.ts";

export const node = defineNode({
  type: "sigmas/resolution-shift",
  version: 1,
  title: "Shift by resolution",
  summary: "Computes a flow model's time shift for the size of the picture.",
  keywords: ["ModelSamplingFlux", "flux", "dynamic shifting", "mu", "time shift", "base shift", "max shift"],
  doc: doc`
    Large pictures hide noise better, so flow models need more of it for the composition: FLUX's shift grows with the
    number of image tokens $n$ (16 × 16 pixels each). Connect the result to **shift** of *Schedule*.

    $$s = e^\mu, \qquad \mu = \text{base} + (\text{max} - \text{base})\,\frac{n - 256}{4096 - 256}$$

    The size is that of the **latent** where one is connected, else **width** and **height**. Composition that falls
    apart asks for a higher **max shift**, missing detail for a lower one.
  `,
  cites: [
    {
      id: "https://github.com/black-forest-labs/flux",
      by: "Black Forest Labs, 2024",
      title: "FLUX",
      where: "the schedule of its sampling code",
    },
    {
      id: "arXiv:2403.03206",
      by: "Esser and others, 2024",
      title: "Scaling Rectified Flow Transformers for High-Resolution Image Synthesis",
    },
  ],
  status: "stable",
  inputs: { latent: port.latent("whose size counts, instead of width and height", { optional: true }) },
  params: {
    width: param.integer({ default: 1024, min: 16, max: 16384, step: 16, unit: "px", about: "Width of the picture." }),
    height: param.integer({
      default: 1024,
      min: 16,
      max: 16384,
      step: 16,
      unit: "px",
      about: "Height of the picture.",
    }),
    baseShift: param.number({
      default: 0.5,
      min: 0,
      max: 100,
      step: 0.05,
      label: "Base shift",
      about: "Its logarithm at 256 × 256 pixels.",
    }),
    maxShift: param.number({
      default: 1.15,
      min: 0,
      max: 100,
      step: 0.05,
      label: "Max shift",
      about: "Its logarithm at 1024 × 1024 pixels.",
    }),
  },
  outputs: { shift: port.number("for the shift of a schedule") },
  forecast: ({ latent }, params) => ({ shift: shiftFor(latent?.shape, params) }),
  run: ({ latent }, params) => ({ shift: shiftFor(latent?.shape, params) }),
});

interface Params {
  readonly width: number;
  readonly height: number;
  readonly baseShift: number;
  readonly maxShift: number;
}

function shiftFor(shape: readonly number[] | undefined, { width, height, baseShift, maxShift }: Params): number {
  // A token is two by two places of the latent, which are 8 × 8 pixels each.
  const places = shape ? shape[shape.length - 2] * shape[shape.length - 1] : (width * height) / 64;
  return resolutionShift(places / 4, baseShift, maxShift);
}
