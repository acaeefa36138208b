import { GraphBuilder } from "../onnx/builder.ts";
import type { OnnxNode, OnnxWeight } from "../onnx/document.ts";
import { nothingKnown, type ValueInfo } from "../onnx/valueInfo.ts";
import { GradientError, refusal, shown } from "./error.ts";
import { attentionExpanders } from "./expansions/attention.ts";
import type { ExpandContext, Expander } from "./expansions/context.ts";
import { fusedExpanders } from "./expansions/fused.ts";
import { normExpanders } from "./expansions/norms.ts";
import { poolExpanders } from "./expansions/pools.ts";
import { rotaryExpanders } from "./expansions/rotary.ts";
import { Arithmetic } from "./rule.ts";
import { expanderInSingle } from "./single.ts";

interface Expansion {
  readonly nodes: readonly OnnxNode[];
  readonly weights: readonly OnnxWeight[];
}

/** By domain and operator; the standard domain has no name. */
export const expanders: ReadonlyMap<string, Expander> = new Map(
  Object.entries({
    ...fusedExpanders,
    ...inSinglePrecision({ ...normExpanders, ...poolExpanders }),
    ...attentionExpanders,
    ...rotaryExpanders,
  }),
);

function inSinglePrecision(table: Readonly<Record<string, Expander>>): Record<string, Expander> {
  return Object.fromEntries(Object.entries(table).map(([op, expander]) => [op, expanderInSingle(expander)]));
}

/** Name of an operator with its domain, as tables and sentences have it. */
export const operatorName = ({ op, domain }: Pick<OnnxNode, "op" | "domain">) => (domain ? `${domain}.${op}` : op);

/**
 * A fused operator as the standard ones that it stands for; null for one that stays as it is. Throws a GradientError for a
 * form of it that is not supported.
 */
export function expansionOf(node: OnnxNode, infos: ReadonlyMap<string, ValueInfo>): Expansion | null {
  const expander = expanders.get(operatorName(node));
  if (!expander) return null;
  const build = new GraphBuilder(`${node.outputs.find((name) => name !== "")}/`);
  const results = resultsOf(expander, contextOf(node, build, infos), node);
  const ends = node.outputs.flatMap((name, i): OnnxNode[] => {
    if (name === "") return [];
    const result = results[i];
    if (!result) throw refusal(node, `its output ${i} is not supported`);
    return [{ op: "Identity", inputs: [result], outputs: [name] }];
  });
  return { nodes: [...build.nodes, ...ends], weights: build.weights };
}

function resultsOf(expander: Expander, context: ExpandContext, node: OnnxNode): readonly (string | null)[] {
  try {
    return expander(context);
  } catch (error) {
    if (error instanceof GradientError) throw error;
    throw refusal(node, "its inputs do not fit the operator");
  }
}

function contextOf(node: OnnxNode, build: GraphBuilder, infos: ReadonlyMap<string, ValueInfo>): ExpandContext {
  const info = (i: number) => infos.get(node.inputs[i] ?? "") ?? nothingKnown;
  const dtype = info(0).dtype ?? "float32";
  const refuse = (reason: string): never => {
    throw refusal(node, reason);
  };
  return {
    node,
    build,
    dtype,
    m: new Arithmetic({ build, dtype }),
    input: (i) => (node.inputs[i] ?? "") || null,
    shape: (i) =>
      info(i).shape ??
      refuse(node.inputs[i] ? `the rank of “${shown(node.inputs[i])}” is not known` : "an input is missing"),
    dtypeOf: (i) => info(i).dtype,
    refuse,
  };
}
