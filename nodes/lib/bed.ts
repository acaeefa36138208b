import { param } from "../../shared/node/params.ts";
import type { Bed } from "../../shared/testbed/bed.ts";
import { type FieldOptions, fieldMixture } from "../../shared/testbed/field.ts";
import { blurred, type Mixture } from "../../shared/testbed/mixture.ts";

/** Makes a worse model of the same data, for autoguidance and the like. */
export const blurParam = param.number({
  default: 0,
  min: 0,
  max: 100,
  step: 0.01,
  onCard: false,
  about: "Deviation of noise that every Gaussian is blurred by: above 0, a worse model of the same data.",
});

/** A test bed whose samples are points (x, y). */
export function planeBed(name: string, mixture: Mixture, blur: number): Bed {
  return { name, mixture: blur === 0 ? mixture : blurred(mixture, blur) };
}

/** A test bed whose samples are square grey pictures. */
export function pictureBed(name: string, size: number, options: (size: Size) => FieldOptions): Bed {
  const resized = (height: number, width: number) => fieldMixture(options({ height, width }));
  return { name, mixture: resized(size, size), picture: { height: size, width: size, resized } };
}

interface Size {
  readonly height: number;
  readonly width: number;
}
