import type { OnnxGraph, OnnxNode } from "../onnx/document.ts";
import { activeNodes, stopsAt } from "./activity.ts";
import { GradientError } from "./error.ts";
import { expanders, operatorName } from "./expand.ts";
import { prepared } from "./prepare.ts";
import { gradientRules } from "./rules.ts";

/** How the gradient of an operator is made. */
export type Support = "rule" | "expanded" | "no slope" | "missing";

/** One operator of a model. */
export interface OperatorCoverage {
  /** With its domain, unless that is the standard one. */
  readonly op: string;
  readonly support: Support;
  /** How many nodes the model has, and how many of them the gradient passes through. */
  readonly count: number;
  readonly needed: number;
}

function supportOf(node: OnnxNode): Support {
  if (expanders.has(operatorName(node))) return "expanded";
  if (stopsAt(node) || node.op === "Constant") return "no slope";
  return (node.domain ?? "") === "" && gradientRules.has(node.op) ? "rule" : "missing";
}

/** The operators of a model, most frequent first, and which of them the gradient of `of` by `wrt` passes through. */
export function coverageOf(
  model: OnnxGraph,
  { of, wrt }: { readonly of: readonly string[]; readonly wrt: readonly string[] },
): readonly OperatorCoverage[] {
  const { graph, infos } = prepared(model, wrt);
  const made = new Set<string>();
  for (const node of activeOf()) for (const name of node.outputs) made.add(name);
  const rows = new Map<string, { support: Support; count: number; needed: number }>();
  for (const node of model.nodes) {
    const name = operatorName(node);
    const row = rows.get(name) ?? { support: supportOf(node), count: 0, needed: 0 };
    row.count += 1;
    if (node.outputs.some((output) => made.has(output))) row.needed += 1;
    rows.set(name, row);
  }
  return [...rows].map(([op, row]) => ({ op, ...row })).sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1));

  /** An output that depends on an input through flat operators alone is told elsewhere. */
  function activeOf(): Iterable<OnnxNode> {
    try {
      return activeNodes(graph, infos, { of, wrt }).nodes;
    } catch (error) {
      if (error instanceof GradientError) return [];
      throw error;
    }
  }
}
