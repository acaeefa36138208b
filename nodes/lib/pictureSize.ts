import { param } from "../../shared/node/params.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

const pixels = (label: string, about: string) =>
  param.integer({ default: 0, min: 0, max: 65536, unit: "px", onCard: false, label, about });

/** What SDXL is told about a picture (arXiv:2307.01952, 2.2). */
export const sizeParams = {
  originalHeight: pixels("Original height", "SDXL: height that the picture had; 0 = this picture's own."),
  originalWidth: pixels("Original width", "SDXL: width that the picture had; 0 = this picture's own."),
  cropTop: pixels("Crop top", "SDXL: pixels cut off at the top."),
  cropLeft: pixels("Crop left", "SDXL: pixels cut off at the left."),
  targetHeight: pixels("Target height", "SDXL: height that is asked for; 0 = this picture's own."),
  targetWidth: pixels("Target width", "SDXL: width that is asked for; 0 = this picture's own."),
  aestheticScore: param.number({
    default: 6,
    min: 0,
    max: 10,
    step: 0.5,
    onCard: false,
    label: "Aesthetic score",
    about: "SDXL refiner: how beautiful the picture is said to be; 2.5 is usual for a negative prompt.",
  }),
};

const names = ["originalHeight", "originalWidth", "cropTop", "cropLeft", "targetHeight", "targetWidth"] as const;

type Sizes = Readonly<Record<keyof typeof sizeParams, number>>;

/** What a conditioning says of sizes, as far as it says anything: `time_ids` [1, 6] with 0 for the picture's own. */
export function sizesToExtra(sizes: Sizes): Readonly<Record<string, Tensor>> {
  const row = (values: readonly number[]): Tensor => ({ data: Float32Array.from(values), shape: [1, values.length] });
  const ids = names.map((name) => sizes[name]);
  const score = sizes.aestheticScore;
  return {
    ...(ids.some((value) => value !== 0) ? { time_ids: row(ids) } : {}),
    ...(score === sizeParams.aestheticScore.default ? {} : { aesthetic_score: row([score]) }),
  };
}
