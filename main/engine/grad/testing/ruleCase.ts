import { bytesOfNumbers } from "../../onnx/builder.ts";
import type { ElementType, OnnxAttributes, OnnxGraph, OnnxNode, OnnxPort, OnnxWeight } from "../../onnx/document.ts";
import { type Draw, drawn, normal } from "./draw.ts";

/** An input of the operator under test. */
export interface CaseInput {
  readonly shape: readonly number[];
  readonly values?: Draw | readonly number[];
  /** Absent: the float type of the case. */
  readonly dtype?: "int64" | "int32" | "bool";
  /** Stands in the graph as a weight: axes, shapes, scales. Absent: an input of the graph. */
  readonly isWeight?: boolean;
  /** Keeps its sides where the others are open: kernels. Or the axes that keep them. */
  readonly keeps?: boolean | readonly number[];
}

/** One operator with attributes and inputs, whose rule is compared with differences. */
export interface RuleCase {
  readonly op: string;
  /** What is special about it. */
  readonly what?: string;
  readonly domain?: string;
  /** Null for an input that is left out. */
  readonly inputs: readonly (CaseInput | null)[];
  readonly attributes?: OnnxAttributes;
  readonly opset?: number;
  /** How many outputs the node has (1), and which of them are looked at (all). */
  readonly outputs?: number;
  readonly of?: readonly number[];
  /** ONNX Runtime has it, or what its gradient needs, only in float32. */
  readonly isSingle?: boolean;
  /** No kernel on the CPU: what it is decomposed into stands for it. */
  readonly isForeign?: boolean;
  /** Inputs in which it is linear, for the test of the adjoint. */
  readonly linearIn?: readonly number[];
  /** Inputs whose gradients are looked at; absent: all of the float type that are no weights. */
  readonly wrt?: readonly number[];
  /** Part of the sentence that refuses it where sides are open. */
  readonly refusedOpen?: string;
  /** Part of the sentence that refuses it always. */
  readonly refused?: string;
}

const inputName = (i: number) => `x${i}`;
const outputName = (i: number) => `y${i}`;

/** The graph of a case and what to feed it. */
export interface CaseGraph {
  readonly graph: OnnxGraph;
  readonly feeds: Readonly<Record<string, { readonly data: Float64Array; readonly shape: readonly number[] }>>;
  readonly of: readonly string[];
  readonly wrt: readonly string[];
}

/** A graph of the case's node alone. With open sides, every side of every input has a name of its own. */
export function graphOf(one: RuleCase, isOpen: boolean): CaseGraph {
  const float: ElementType = one.isSingle ? "float32" : "float64";
  const [inputs, weights]: [OnnxPort[], OnnxWeight[]] = [[], []];
  const feeds: Record<string, { data: Float64Array; shape: readonly number[] }> = {};
  one.inputs.forEach((input, i) => {
    if (!input) return;
    const name = inputName(i);
    const { shape, dtype = float } = input;
    const count = shape.reduce((product, side) => product * side, 1);
    const data = drawn(input.values ?? normal, count, 11 + 7 * i);
    if (input.isWeight) weights.push({ name, dtype, shape, data: bytesOfNumbers([...data], dtype) });
    else {
      const keeps = (axis: number) =>
        !isOpen || (typeof input.keeps === "object" ? input.keeps.includes(axis) : (input.keeps ?? false));
      inputs.push({ name, dtype, shape: shape.map((side, axis) => (keeps(axis) ? side : `${name}_${axis}`)) });
      feeds[name] = { data, shape };
    }
  });
  const outputs = Array.from({ length: one.outputs ?? 1 }, (_, i) => outputName(i));
  const node: OnnxNode = {
    op: one.op,
    name: "tested",
    inputs: one.inputs.map((input, i) => (input ? inputName(i) : "")),
    outputs,
    attributes: one.attributes ?? {},
    ...(one.domain ? { domain: one.domain } : {}),
  };
  const of = (one.of ?? outputs.map((_, i) => i)).map(outputName);
  const graph: OnnxGraph = {
    name: "case",
    nodes: [node],
    weights,
    inputs,
    outputs: of.map((name) => ({ name, dtype: float, shape: null })),
    opset: one.opset ?? 18,
    ...(one.domain ? { domains: { [one.domain]: 1 } } : {}),
  };
  const wanted = one.wrt ?? one.inputs.flatMap((input, i) => (input && !input.isWeight && !input.dtype ? [i] : []));
  return { graph, feeds, of, wrt: wanted.map(inputName) };
}
