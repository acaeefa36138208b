/** Published shapes of a guidance weight over the walk, and a number that only some of them read. */
interface Shape {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  /** g over progress 0..1; its mean is 1 unless the shape says otherwise. */
  readonly at: (progress: number, power: number) => number;
}

/**
 * The shapes of arXiv:2404.13040. Progress is 0 at the first, noisiest step and 1 at the last; the paper counts noise
 * time, which runs the other way. All but `power-cosine` have mean 1, so that a schedule guides as much as its constant.
 */
export const scheduleShapes = [
  { id: "constant", label: "Constant", about: "The same weight at every step.", at: () => 1 },
  { id: "linear", label: "Linear", about: "Rises from nothing to twice the weight.", at: (p) => 2 * p },
  { id: "inverse-linear", label: "Inverse linear", about: "Falls from twice the weight.", at: (p) => 2 * (1 - p) },
  { id: "cosine", label: "Cosine", about: "Rises softly to twice the weight.", at: (p) => 1 - Math.cos(Math.PI * p) },
  { id: "sine", label: "Sine", about: "Falls softly from twice the weight.", at: (p) => 1 + Math.cos(Math.PI * p) },
  { id: "v-shape", label: "V-shape", about: "High, low in the middle, high.", at: (p) => 2 * Math.abs(1 - 2 * p) },
  {
    id: "lambda-shape",
    label: "Λ-shape",
    about: "Low, high in the middle, low.",
    at: (p) => 2 - 2 * Math.abs(1 - 2 * p),
  },
  {
    id: "power-cosine",
    label: "Power cosine",
    about: "Rises to the weight: early for powers below 1, late for powers above.",
    at: (p, power) => (1 - Math.cos(Math.PI * p ** power)) / 2,
  },
] as const satisfies readonly Shape[];

export type ScheduleShape = (typeof scheduleShapes)[number]["id"];

/** What the shape multiplies: the part of the weight above 1 (never below the strong prediction), or all of it. */
export type ScheduleReading = "above-one" | "literal";

export interface ScheduleOptions {
  readonly shape: ScheduleShape;
  /** The constant weight that the schedule stands for. */
  readonly scale: number;
  readonly reading: ScheduleReading;
  /** Exponent of power-cosine, above 0. */
  readonly power: number;
  /** No weight lies below it; null = no floor. */
  readonly floor: number | null;
}

/** The weight of a published schedule (arXiv:2404.13040) at a progress of 0..1. */
export function scheduleWeight({ shape, scale, reading, power, floor }: ScheduleOptions, progress: number): number {
  const { at }: Shape = scheduleShapes.find(({ id }) => id === shape)!;
  const g = at(progress, power);
  const weight = reading === "literal" ? scale * g : 1 + (scale - 1) * g;
  return floor === null ? weight : Math.max(floor, weight);
}
