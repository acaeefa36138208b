import type { Conditioning, Model } from "../../shared/model.ts";
import { param } from "../../shared/node/params.ts";
import type { Box, Cloud, Ellipse, Guided } from "../../shared/plot.ts";
import { type AnyTensor, formatShape, isFloatTensor, type Tensor } from "../../shared/tensor/tensor.ts";
import { type Gaussian, type Mixture, weightsUnder } from "../../shared/testbed/mixture.ts";

/** What is shown of the exact distribution besides its rings. */
export const fieldParam = param.select({
  default: "none",
  onCard: false,
  about: "What is shown of the exact distribution besides its rings.",
  options: [
    { value: "none", label: "None", about: "rings only" },
    { value: "density", label: "Density", about: "darker where more of it lies" },
    { value: "score", label: "Score", about: "arrows that point to where it grows" },
    { value: "both", label: "Density and score", about: "arrows over the density" },
  ],
});

/** The power of what guidance aims at, for nodes that show it. */
export const powerParam = param.number({
  default: 1,
  min: -100,
  max: 1000,
  step: 0.1,
  onCard: false,
  visibleIf: { param: "field", is: ["density", "score", "both"] },
  about: "With a conditioning: w of the field p(x | c)^w p(x)^(1 − w); 1 = the distribution under the condition.",
});

/** Name of the i-th of several runs in one plot. */
export function nameOfRun(i: number): string {
  return `Run ${i + 1}`;
}

const latent = [2, 1, 1];

/**
 * A sentence why a tensor holds no points of the plane, or null.
 * @param axes how many axes stand before those of a latent: 1 for [B, 2, 1, 1], 2 for a path [moments, B, 2, 1, 1]
 */
export function refusePlane(shape: readonly number[], axes: 1 | 2): string | null {
  const isPlane = shape.length === axes + 3 && latent.every((side, i) => shape[axes + i] === side);
  if (isPlane) return null;
  const wanted = axes === 1 ? "B × 2 × 1 × 1" : "steps × B × 2 × 1 × 1";
  const source = axes === 1 ? "latent" : "path";
  return `A plot shows points of the plane (${wanted}), but this is ${formatShape(shape)}. Connect the ${source} of a test bed with two numbers in a sample.`;
}

/** Latents [B, 2, 1, 1] as a cloud that does not move. Throws a sentence for any other shape. */
export function cloudOf(samples: Tensor, name: string): Cloud {
  const refusal = refusePlane(samples.shape, 1);
  if (refusal) throw new Error(refusal);
  return { name, xy: samples.data, count: samples.shape[0], moments: 1, sigmas: null };
}

/** A walk [moments, B, 2, 1, 1] as a cloud on its way. `sigmas` are kept if there is one for each moment. */
export function walkOf(path: AnyTensor, name: string, sigmas: readonly number[] | undefined): Cloud {
  const refusal = refusePlane(path.shape, 2);
  if (refusal || !isFloatTensor(path)) throw new Error(refusal ?? "A path of whole numbers is no walk.");
  const [moments, count] = path.shape;
  return { name, xy: path.data, count, moments, sigmas: sigmas?.length === moments ? sigmas : null };
}

/** The Gaussians of a model in closed form as ellipses. Throws a sentence for other models. */
export function ellipsesOf(model: Model | undefined): Ellipse[] {
  if (!model) return [];
  if (model.mixture?.size !== 2) {
    throw new Error(
      `${model.info.name} is no distribution in the plane. Connect a test bed with two numbers in a sample.`,
    );
  }
  return model.mixture.gaussians.map(ellipseOf);
}

function ellipseOf({ mean, variances, basis, weight, label }: Gaussian): Ellipse {
  const [u, v] = [Math.sqrt(variances[0]), Math.sqrt(variances[1])];
  const rows = basis ?? [1, 0, 0, 1];
  return { center: [mean[0], mean[1]], axes: [u * rows[0], u * rows[1], v * rows[2], v * rows[3]], weight, label };
}

/**
 * Weights of a mixture's Gaussians under a conditioning, [K]; of the whole mixture without one. Throws a sentence for the
 * conditioning of another model.
 */
export function weightsOf(mixture: Mixture, conditioning: Conditioning | undefined): Float64Array {
  if (!conditioning) return weightsUnder(mixture, "")!;
  const { data } = conditioning.context;
  if (data.length === mixture.gaussians.length) return Float64Array.from(data);
  throw new Error("This conditioning is of another model. Encode the text with the model that is connected here.");
}

/** What guidance aims at, as a part of a plot; nothing without a conditioning. */
export function guidedOf(
  model: Model | undefined,
  conditioning: Conditioning | undefined,
  power: number,
): { readonly guided?: Guided } {
  if (!model?.mixture || !conditioning) return {};
  return { guided: { weights: [...weightsOf(model.mixture, conditioning)], power } };
}

/** Standard deviations that are in sight around a Gaussian. */
const sight = 2.6;
/** Share of the points, at each side, that may lie outside. */
const tail = 0.01;

/** The part of the plane that shows an exact distribution whole, and nearly all points of the last moment. */
export function viewOf(clouds: readonly Cloud[], exact: readonly Ellipse[]): Box {
  return { x: rangeOf(clouds, exact, 0), y: rangeOf(clouds, exact, 1) };
}

function rangeOf(clouds: readonly Cloud[], exact: readonly Ellipse[], axis: 0 | 1): readonly [number, number] {
  const ends = exact.flatMap(({ center, axes }) => {
    const reach = sight * Math.hypot(axes[axis], axes[axis + 2]);
    return [center[axis] - reach, center[axis] + reach];
  });
  for (const { xy, count, moments } of clouds) {
    const last = xy.subarray((moments - 1) * count * 2);
    const sorted = last.filter((value, i) => i % 2 === axis && Number.isFinite(value)).sort();
    if (sorted.length === 0) continue;
    const skipped = Math.floor(sorted.length * tail);
    ends.push(sorted[skipped], sorted[sorted.length - 1 - skipped]);
  }
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (!Number.isFinite(low)) return [-1, 1];
  const margin = Math.max((high - low) * 0.04, 1e-6);
  return [low - margin, high + margin];
}
