import type { NodeDescription } from "../../../shared/node/describe.ts";
import type { Param, ParamValue } from "../../../shared/node/params.ts";
import type { WorkflowNode } from "../../../shared/workflow/workflow.ts";

/** A parameter that all selected nodes have. */
export interface SharedParam {
  readonly name: string;
  readonly param: Param;
  /** That of the first node. */
  readonly value: ParamValue;
  /** Whether all have it. */
  readonly isSame: boolean;
}

/** Kinds whose values belong to one node. */
const ownKinds: ReadonlySet<Param["kind"]> = new Set(["components", "seed"]);

/** Parameters of one name, kind and choice that all nodes have; nodes of unknown types share nothing. */
export function sharedParams(
  nodes: readonly WorkflowNode[],
  catalog: ReadonlyMap<string, NodeDescription>,
): readonly SharedParam[] {
  const kinds = nodes.map(({ type }) => catalog.get(type));
  const [first] = kinds;
  return Object.entries(first?.params ?? {})
    .filter(([name, param]) => !ownKinds.has(param.kind) && kinds.every((kind) => isAlike(param, kind?.params[name])))
    .map(([name, param]) => {
      const values = nodes.map((node, index) => node.params[name] ?? kinds[index]?.params[name]?.default ?? null);
      const isSame = values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]));
      return { name, param, value: values[0] ?? null, isSame };
    });
}

function isAlike(one: Param, other: Param | undefined): boolean {
  if (one.kind !== other?.kind) return false;
  if (one.kind !== "select" || other.kind !== "select") return true;
  return one.options.map(({ value }) => value).join("\n") === other.options.map(({ value }) => value).join("\n");
}
