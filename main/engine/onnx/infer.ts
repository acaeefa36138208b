import { bodiesOf } from "./captures.ts";
import { type Dim, unknownDim } from "./dims.ts";
import type { OnnxBody, OnnxNode, OnnxPort } from "./document.ts";
import { convolutionRules } from "./inferConvolution.ts";
import { dataRules } from "./inferData.ts";
import { elementwiseRules } from "./inferElementwise.ts";
import { constantInfo, type InferRule, nothingKnown, type ValueInfo } from "./valueInfo.ts";

/** Shape rules by standard operator. */
const inferRules: ReadonlyMap<string, InferRule> = new Map(
  Object.entries({ ...elementwiseRules, ...convolutionRules, ...dataRules }),
);

/** Types, shapes and known whole numbers of every value of a graph. Operators without a rule leave their outputs unknown. */
export function inferValues(
  { inputs, weights, nodes }: OnnxBody,
  opset: number,
  stated: readonly OnnxPort[] = [],
): Map<string, ValueInfo> {
  const values = new Map<string, ValueInfo>();
  for (const { name, dtype, shape } of stated) values.set(name, { dtype, shape: namedSides(shape) });
  for (const { name, dtype, shape } of inputs) values.set(name, { dtype, shape: namedSides(shape) });
  for (const weight of weights) values.set(weight.name, constantInfo(weight));
  for (const node of nodes) inferNode(node, opset, values);
  return values;
}

/** Adds what is known of a node's outputs, from what is known of its inputs. */
export function inferNode(node: OnnxNode, opset: number, values: Map<string, ValueInfo>): void {
  const rule = (node.domain ?? "") === "" ? inferRules.get(node.op) : undefined;
  const found = rule ? foundBy(rule, node, opset, values) : statedByBranches(node);
  node.outputs.forEach((name, i) => {
    const info = found[i] ?? nothingKnown;
    const known = values.get(name);
    if (info.shape || info.dtype || !known) values.set(name, { ...known, ...info });
  });
}

/** What both branches of an If say of its outputs. */
function statedByBranches(node: OnnxNode): readonly ValueInfo[] {
  const [first, second] = node.op === "If" ? bodiesOf(node) : [];
  if (!first || !second) return [];
  return node.outputs.map((_, i) => {
    const [a, b] = [first.outputs[i], second.outputs[i]];
    const isAlike = a?.shape && a.shape.length === b?.shape?.length;
    const shape = isAlike ? a.shape.map((side, axis) => (side === b!.shape![axis] ? side : "")) : null;
    return { dtype: a?.dtype, shape: namedSides(shape) };
  });
}

/** What a rule finds; nothing where inputs do not fit the operator, which the runtime explains better. */
function foundBy(
  rule: InferRule,
  node: OnnxNode,
  opset: number,
  values: ReadonlyMap<string, ValueInfo>,
): readonly ValueInfo[] {
  const input = (i: number) => values.get(node.inputs[i] ?? "") ?? nothingKnown;
  const numbers = (i: number) => {
    const { elements } = input(i);
    return elements?.every((side) => typeof side === "number") ? (elements as readonly number[]) : undefined;
  };
  try {
    return rule({ node, opset, input, numbers });
  } catch {
    return [];
  }
}

/** A stated shape as sides: each side without a name is unknown by itself. */
export function namedSides(shape: OnnxPort["shape"]): readonly Dim[] | undefined {
  return shape?.map((side) => (side === "" ? unknownDim() : side));
}
