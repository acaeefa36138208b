import { cast, formatShape, mulSample, sub } from "../tensor/index.ts";
import { traced } from "../tensor/kernel.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { logDensity, score } from "./density.ts";
import { type Mixture, weightsUnder } from "./mixture.ts";

/**
 * Log-probability of a label given noisy points x [B, …]: the exact noise-aware classifier, [B] in float64. Small
 * probabilities keep their digits. Its slope is (D under the label − D) / sigma². Throws for an unknown label, and if x
 * does not have the mixture's size.
 */
export function logLabel(x: Tensor, sigma: number, mixture: Mixture, label: string): Tensor {
  const labelled = label === "" ? null : weightsUnder(mixture, label);
  if (!labelled) throw new RangeError(`There is no label “${label}”.`);
  if (x.data.length !== x.shape[0] * mixture.size)
    throw new RangeError(`Points are ${formatShape(x.shape)}, but this model has ${mixture.size} numbers in a sample.`);
  const wide = cast(x, "float64");
  const all = Float64Array.from(mixture.gaussians, (one) => one.weight);
  const prior = all.reduce((sum, weight, k) => (labelled[k] > 0 ? sum + weight : sum), 0);
  const others = logDensity(mixture, all, wide, sigma);
  const data = logDensity(mixture, labelled, wide, sigma).map((one, n) =>
    Math.min(0, one - others[n] + Math.log(prior)),
  );
  return traced("logLabel", [wide], { data, shape: [x.shape[0]] }, (g) => [
    mulSample(sub(score(mixture, labelled, wide, sigma), score(mixture, all, wide, sigma)), g),
  ]);
}
