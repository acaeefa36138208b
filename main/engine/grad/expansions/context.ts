import type { GraphBuilder } from "../../onnx/builder.ts";
import type { Dim } from "../../onnx/dims.ts";
import type { ElementType, OnnxNode } from "../../onnx/document.ts";
import type { Arithmetic } from "../rule.ts";

/** What an expander sees of its node, and what it builds with. */
export interface ExpandContext {
  readonly node: OnnxNode;
  readonly build: GraphBuilder;
  readonly m: Arithmetic;
  /** Element type of the first input. */
  readonly dtype: ElementType;
  /** Name of an input; null for one that is left out. */
  input(i: number): string | null;
  /** Shape of an input. Refuses the node where not even the rank is known. */
  shape(i: number): readonly Dim[];
  dtypeOf(i: number): ElementType | undefined;
  refuse(reason: string): never;
}

/** Values of the outputs in their order; null for one that the expansion does not make. */
export type Expander = (context: ExpandContext) => readonly (string | null)[];
