import { UsageError } from "./usage.ts";

/** What `fairlead grad` was asked. */
export interface GradArguments {
  /** Null: the first output that holds numbers with a fraction. */
  readonly of: string | null;
  /** Empty: every input that holds numbers with a fraction. */
  readonly wrt: readonly string[];
  /** Where to write; null with --check. */
  readonly out: string | null;
  /** Sides of inputs that the model leaves open. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

export const gradOptions: readonly string[] = ["of", "wrt", "out", "check", "shape", "json"];

/** Reads the options of `fairlead grad`. Throws a UsageError with one sentence. */
export function gradArguments(values: Readonly<Record<string, unknown>>): GradArguments {
  const text = (name: string) => values[name] as string | undefined;
  const wrt = (text("wrt") ?? "").split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
  const shapes = new Map(((values.shape as string[] | undefined) ?? []).map(shapeOf));
  if (values.check === true) {
    if (text("out") !== undefined) throw new UsageError("fairlead grad --check writes nothing: leave out --out.");
    return { of: text("of") ?? null, wrt, out: null, shapes };
  }
  if (shapes.size > 0) throw new UsageError("--shape belongs to --check.");
  const missing = [
    text("of") ? "" : "--of OUTPUT",
    wrt.length > 0 ? "" : "--wrt INPUT",
    text("out") ? "" : "--out FILE",
  ];
  const names = missing.filter((name) => name !== "");
  if (names.length > 0) throw new UsageError(`fairlead grad needs ${names.join(" and ")}, or --check.`);
  return { of: text("of")!, wrt, out: text("out")!, shapes };
}

function shapeOf(given: string): [string, readonly number[]] {
  const at = given.lastIndexOf("=");
  const sides = given
    .slice(at + 1)
    .split("x")
    .map(Number);
  if (at < 1 || !sides.every((side) => Number.isInteger(side) && side > 0)) {
    throw new UsageError(`--shape ${given} is not INPUT=SIDExSIDE…, for example sample=1x4x16x16.`);
  }
  return [given.slice(0, at), sides];
}
