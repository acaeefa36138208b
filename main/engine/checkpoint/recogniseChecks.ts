import { basename } from "node:path";
import { CheckpointError } from "./error.ts";
import { type Difference, firstDifference, type Layout } from "./layout/layout.ts";
import type { WeightTable } from "./weightTable.ts";

/** Types that weights may have: the graphs compute with floats only. */
const floats = new Set(["float32", "float16", "bfloat16", "float64", "float8e4m3fn", "float8e5m2"]);

/** What a sentence about a network needs. */
export interface Place {
  readonly weights: WeightTable;
  readonly prefix: string;
  /** For people: "a UNet of Stable Diffusion 1.x". */
  readonly title: string;
}

const sides = (shape: readonly number[]) => `[${shape.join(", ")}]`;

/** “key” as the file has it, and how it differs. */
export function describeDifference({ weights, prefix }: Place, { key, expected, found }: Difference): string {
  const name = weights.get(key)?.name ?? prefix + key;
  return found
    ? `“${name}” has the shape ${sides(found)} instead of ${sides(expected)}`
    : `“${name}” ${sides(expected)} is missing`;
}

/**
 * Refuses weights that do not fit their own structure: one is missing, its shape contradicts those around it, or its type
 * is none of floats. Nothing is read.
 */
export function checkWeights(place: Place, layout: Layout): void {
  const file = basename(place.weights.path);
  const difference = firstDifference(place.weights, layout);
  if (difference) {
    throw new CheckpointError(
      `${file} looks like ${place.title}, but ${describeDifference(place, difference)}. Download it again or take another version.`,
    );
  }
  for (const key of layout.keys()) {
    const stored = place.weights.get(key);
    if (stored && !floats.has(stored.dtype)) {
      throw new CheckpointError(
        `${file} looks like ${place.title}, but “${stored.name}” is of type ${stored.dtype}, not of floats. Take a version in F32, F16 or BF16.`,
      );
    }
  }
}

/** Refuses a network whose widths the heads of its attention do not divide. */
export function checkHeads({ weights, title }: Place, doDivide: boolean): void {
  if (doDivide) return;
  throw new CheckpointError(
    `${basename(weights.path)} looks like ${title}, but the known size of attention heads does not divide its widths. Take another version.`,
  );
}

/** Channels are normed in so many groups by all UNets and VAEs. */
const groups = 32;

/** Refuses a network whose widths the groups of its norms do not divide. */
export function checkGroups({ weights, title }: Place, widths: readonly number[]): void {
  const width = widths.find((one) => one === 0 || one % groups !== 0);
  if (width === undefined) return;
  throw new CheckpointError(
    `${basename(weights.path)} looks like ${title}, but has ${width} channels in a level where multiples of ${groups} are needed. Take another version.`,
  );
}
