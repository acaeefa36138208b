import type { CurveValue } from "../curves/curveValue.ts";
import type { Curve } from "../denoiser.ts";
import type { Component } from "../testbed/component.ts";
import type { Citation } from "./define.ts";
import type { WireType } from "./wires.ts";

interface Common {
  readonly about: string;
  /** Shown name; the key with a capital letter when absent. */
  readonly label?: string;
  /** Shown on the card too, not only in the inspector; true unless said otherwise. */
  readonly onCard: boolean;
  /** Shown only while another parameter has one of these values. */
  readonly visibleIf?: { readonly param: string; readonly is: readonly (string | number | boolean)[] };
}

interface Numeric extends Common {
  readonly min?: number;
  readonly max?: number;
  readonly step: number;
  readonly unit?: string;
  /** Where results are usually good; shown in green and in the help, never enforced. */
  readonly safe?: readonly [number, number];
  /** Decimals shown. */
  readonly decimals: number;
  /** Drawn as a slider over min..max (or `slider` if given). */
  readonly slider?: readonly [number, number];
}

export interface NumberParam extends Numeric {
  readonly kind: "number";
  readonly default: number | null;
  /** Empty is a value (null), described by this text. */
  readonly empty?: string;
}
export interface IntegerParam extends Numeric {
  readonly kind: "integer";
  readonly default: number;
}
/** A number that may change over the walk: a document stores a number, or a curve whose values keep within the limits. */
export interface CurveParam extends Numeric {
  readonly kind: "curve";
  readonly default: number | CurveValue;
}
export interface TextParam extends Common {
  readonly kind: "text";
  readonly default: string;
  readonly multiline: boolean;
  readonly placeholder?: string;
}
export interface Choice {
  readonly value: string;
  readonly label?: string;
  /** One line, beside the name. */
  readonly about?: string;
  /** Markdown: what the choice does to a picture and when to make it. */
  readonly doc?: string;
  readonly cites?: readonly Citation[];
}
export interface SelectParam extends Common {
  readonly kind: "select";
  readonly default: string;
  readonly options: readonly Choice[];
  /** Values outside the list are allowed: the list depends on something else (a folder's networks). */
  readonly open?: boolean;
}
/** A whole number from 0 to 2^64 - 1 with a mode parameter beside it. */
export interface SeedParam extends Common {
  readonly kind: "seed";
  readonly default: number;
  /** Name of the select parameter that holds fixed, random or increment; none = always fixed. */
  readonly mode?: string;
}
export interface BooleanParam extends Common {
  readonly kind: "boolean";
  readonly default: boolean;
}
/** A path that the node reads; absolute, or relative to the workflow's own folder. */
export interface FileParam extends Common {
  readonly kind: "file";
  readonly default: string;
  readonly what: "model-folder" | "image" | "npy" | "onnx" | "checkpoint";
  readonly placeholder?: string;
}
/** A list of numbers; a document may have one number for a list of one. */
export interface NumbersParam extends Common {
  readonly kind: "numbers";
  readonly default: readonly number[];
}
export interface ColorParam extends Common {
  readonly kind: "color";
  /** #rrggbb */
  readonly default: string;
}
/** Gaussians of a mixture in the plane; a document may leave a label out. */
export interface ComponentsParam extends Common {
  readonly kind: "components";
  readonly default: readonly Component[];
}

export type Param =
  | NumberParam
  | IntegerParam
  | CurveParam
  | TextParam
  | SelectParam
  | SeedParam
  | BooleanParam
  | FileParam
  | NumbersParam
  | ColorParam
  | ComponentsParam;

export type ParamKind = Param["kind"];

/** A parameter's value as a document stores it. Integers above 2^53 are bigint. */
export type ParamValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly ParamValue[]
  | { readonly [key: string]: ParamValue };

/** What `build` and `run` receive for a parameter. */
export type ParamArgument<P extends Param> = P extends CurveParam
  ? Curve
  : P extends NumberParam
    ? P["empty"] extends string
      ? number | null
      : number
    : P extends IntegerParam
      ? number
      : P extends SeedParam
        ? bigint
        : P extends BooleanParam
          ? boolean
          : P extends NumbersParam
            ? readonly number[]
            : P extends ComponentsParam
              ? readonly Component[]
              : P extends SelectParam
                ? P["open"] extends true
                  ? string
                  : P["options"][number]["value"]
                : string;

type Given<P, Optional extends keyof P> = Omit<P, "kind" | Optional> & Partial<Pick<P, Optional>>;

/** Wire types that may end on a parameter of a kind. */
export const wiresIntoParam: Readonly<Record<ParamKind, readonly WireType[]>> = {
  number: ["number"],
  integer: ["number"],
  curve: ["curve", "number"],
  text: ["text"],
  select: [],
  seed: ["number"],
  boolean: [],
  file: [],
  numbers: [],
  color: [],
  components: [],
};

/** Declares parameters: `param.curve({ default: 5, min: 0, max: 30, step: 0.1, about: "1 = no guidance" })`. */
export const param = {
  number: <const O extends Given<NumberParam, "step" | "decimals" | "onCard">>(options: O) => ({
    kind: "number" as const,
    step: 0.1,
    decimals: 2,
    onCard: true,
    ...options,
  }),
  integer: <const O extends Given<IntegerParam, "step" | "decimals" | "onCard">>(options: O) => ({
    kind: "integer" as const,
    step: 1,
    decimals: 0,
    onCard: true,
    ...options,
  }),
  curve: <const O extends Given<CurveParam, "step" | "decimals" | "onCard">>(options: O) => ({
    kind: "curve" as const,
    step: 0.1,
    decimals: 2,
    onCard: true,
    ...options,
  }),
  text: <const O extends Given<TextParam, "multiline" | "onCard">>(options: O) => ({
    kind: "text" as const,
    multiline: false,
    onCard: true,
    ...options,
  }),
  select: <const O extends Given<SelectParam, "onCard">>(options: O) => ({
    kind: "select" as const,
    onCard: true,
    ...options,
  }),
  seed: <const O extends Given<SeedParam, "onCard">>(options: O) => ({
    kind: "seed" as const,
    onCard: true,
    ...options,
  }),
  boolean: <const O extends Given<BooleanParam, "onCard">>(options: O) => ({
    kind: "boolean" as const,
    onCard: true,
    ...options,
  }),
  file: <const O extends Given<FileParam, "onCard">>(options: O) => ({
    kind: "file" as const,
    onCard: true,
    ...options,
  }),
  numbers: <const O extends Given<NumbersParam, "onCard">>(options: O) => ({
    kind: "numbers" as const,
    onCard: true,
    ...options,
  }),
  color: <const O extends Given<ColorParam, "onCard">>(options: O) => ({
    kind: "color" as const,
    onCard: true,
    ...options,
  }),
  components: <const O extends Given<ComponentsParam, "onCard">>(options: O) => ({
    kind: "components" as const,
    onCard: true,
    ...options,
  }),
};

/** The mode parameter that goes with a seed. */
export function seedMode() {
  return param.select({
    default: "fixed",
    about: "What happens to the seed when a run is queued.",
    label: "Seed mode",
    options: [
      { value: "fixed", label: "Fixed", about: "Every run uses this seed." },
      { value: "random", label: "Random", about: "Every run draws a new seed; it is kept in the result." },
      { value: "increment", label: "Increment", about: "Every run uses the next seed." },
    ],
  });
}
