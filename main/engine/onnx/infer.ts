import { type Dim, unknownDim } from "./dims.ts";
import type { OnnxBody, OnnxPort } from "./document.ts";
import { convolutionRules } from "./inferConvolution.ts";
import { dataRules } from "./inferData.ts";
import { elementwiseRules } from "./inferElementwise.ts";
import { constantInfo, type InferContext, type InferRule, nothingKnown, type ValueInfo } from "./valueInfo.ts";

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
  for (const node of nodes) {
    const rule = (node.domain ?? "") === "" ? inferRules.get(node.op) : undefined;
    const context: InferContext = {
      node,
      opset,
      input: (i) => values.get(node.inputs[i] ?? "") ?? nothingKnown,
      numbers: (i) => {
        const elements = values.get(node.inputs[i] ?? "")?.elements;
        return elements?.every((side) => typeof side === "number") ? (elements as readonly number[]) : undefined;
      },
    };
    const found = rule?.(context) ?? [];
    node.outputs.forEach((name, i) => {
      const info = found[i] ?? nothingKnown;
      const known = values.get(name);
      if (info.shape || info.dtype || !known) values.set(name, { ...known, ...info });
    });
  }
  return values;
}

function namedSides(shape: OnnxPort["shape"]): readonly Dim[] | undefined {
  return shape?.map((side) => (side === "" ? unknownDim() : side));
}
