import type { GraphBuilder } from "../onnx/builder.ts";
import type { Dim } from "../onnx/dims.ts";
import type { ElementType, OnnxNode } from "../onnx/document.ts";
import type { ValueInfo } from "../onnx/valueInfo.ts";

/** What a rule sees of its node, and what it builds with. */
export interface RuleContext {
  readonly node: OnnxNode;
  /** Version of the standard operators. */
  readonly opset: number;
  readonly build: GraphBuilder;
  /** Cotangents of the outputs; null for one that the wanted output does not depend on. */
  readonly cotangents: readonly (string | null)[];
  /** Whether the gradient with respect to input i is wanted. */
  wants(i: number): boolean;
  info(name: string): ValueInfo;
  /** Shape of a value. Refuses the node where not even the rank is known. */
  shape(name: string): readonly Dim[];
  /** Element type that gradients of this node have. */
  readonly dtype: ElementType;
  /** Whether input i is a weight of the model. */
  isWeight(i: number): boolean;
  /** Contents of a small constant input as whole numbers; undefined for anything else. */
  constant(i: number): readonly number[] | undefined;
  /** Ends the work: this node has no gradient, for a reason. */
  refuse(reason: string): never;
}

/** Constants with more elements than this are not built. */
const maxConstant = 2 ** 23;

/** Refuses a node whose gradient would need a constant of a size that no sound model has. */
export function requireSmall(context: RuleContext, elements: number, what: string): void {
  if (!(elements <= maxConstant)) context.refuse(`its ${what} is too large`);
}

/** Gradients of the inputs, in their order; null for inputs that have or need none. */
export type GradientRule = (context: RuleContext) => readonly (string | null)[];

export interface RuleEntry {
  readonly rule: GradientRule;
  /** Inputs of a float type in which the operator is flat: a type to cast to, a ratio that is not used. */
  readonly flatIn?: readonly number[];
  /** The rule takes cotangents of all outputs, not of the first alone. */
  readonly takesAll?: boolean;
  /** For the table in the documentation: the rule in short, or why the gradient is 0. */
  readonly about: string;
}

/** Arithmetic on values by name, in the element type of the node. */
export class Arithmetic {
  readonly #build: GraphBuilder;
  readonly #dtype: ElementType;

  constructor({ build, dtype }: Pick<RuleContext, "build" | "dtype">) {
    this.#build = build;
    this.#dtype = dtype;
  }

  number(value: number): string {
    return this.#build.scalar(value, this.#dtype);
  }

  add(a: string, b: string | number): string {
    return this.#build.op("Add", [a, this.#named(b)]);
  }

  sub(a: string | number, b: string): string {
    return this.#build.op("Sub", [this.#named(a), b]);
  }

  mul(a: string, b: string | number): string {
    return b === 1 ? a : this.#build.op("Mul", [a, this.#named(b)]);
  }

  div(a: string | number, b: string | number): string {
    return this.#build.op("Div", [this.#named(a), this.#named(b)]);
  }

  unary(op: string, a: string): string {
    return this.#build.op(op, [a]);
  }

  /** 1 where a comparison holds, else 0. */
  where(op: "Greater" | "Less" | "GreaterOrEqual" | "LessOrEqual" | "Equal", a: string, b: string | number): string {
    return this.#build.op("Cast", [this.#build.op(op, [a, this.#named(b)])], { to: this.#typeNumber() });
  }

  select(condition: string, a: string | number, b: string | number): string {
    return this.#build.op("Where", [condition, this.#named(a), this.#named(b)]);
  }

  #named(value: string | number): string {
    return typeof value === "number" ? this.number(value) : value;
  }

  #typeNumber(): number {
    return { float32: 1, float16: 10, float64: 11, bfloat16: 16 }[this.#dtype as "float32"];
  }
}
