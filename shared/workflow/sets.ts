import type { ParamValue } from "../node/params.ts";
import { changeAt, nodesAt, pathsIn } from "../subgraph/paths.ts";
import { JsonError, parseJson } from "./json.ts";
import type { Workflow, WorkflowNode } from "./workflow.ts";

/** A parameter that was set. */
export interface SetTarget {
  /** As the change names it: "sample", or "outer/inner" inside a subgraph. */
  readonly node: string;
  readonly type: string;
  readonly param: string;
  /** The document said nothing of it before. */
  readonly isNew: boolean;
}

/**
 * Applies NODE.PARAM=VALUE changes. VALUE is JSON if it parses as such, else text; node ids may contain dots (the longest
 * that fits is taken), and reach into subgraphs: `outer/inner.scale=3` changes this place only, so a subgraph that is used
 * elsewhere too is copied first. A problem is one sentence.
 */
export function applySets(
  workflow: Workflow,
  sets: readonly string[],
): { readonly workflow: Workflow; readonly targets: readonly SetTarget[] } | { readonly problem: string } {
  let result = workflow;
  const targets: SetTarget[] = [];
  for (const set of sets) {
    const equals = set.indexOf("=");
    if (equals < 0) return { problem: `--set ${set} has no “=”. Write NODE.PARAM=VALUE.` };
    const target = split(set.slice(0, equals), result);
    if (!target) return { problem: `--set ${set}: ${unknownNode(set.slice(0, equals), result)}` };
    const { path, param } = target;
    const value = parameterValue(set.slice(equals + 1));
    const { type, params } = path[path.length - 1]!;
    targets.push({ node: target.id, type, param, isNew: !Object.hasOwn(params, param) });
    result = changeAt(result, path, (node) => ({ ...node, params: withParam(node.params, param, value) }));
  }
  return { workflow: result, targets };
}

/** A name such as `__proto__` becomes a plain own property. */
function withParam(params: WorkflowNode["params"], name: string, value: ParamValue): WorkflowNode["params"] {
  return Object.defineProperty({ ...params }, name, { value, enumerable: true, configurable: true, writable: true });
}

function split(text: string, workflow: Workflow) {
  for (let dot = text.lastIndexOf("."); dot > 0; dot = text.lastIndexOf(".", dot - 1)) {
    const id = text.slice(0, dot);
    const path = dot + 1 < text.length ? nodesAt(workflow, id) : null;
    if (path) return { id, path, param: text.slice(dot + 1) };
  }
  return null;
}

function unknownNode(path: string, workflow: Workflow): string {
  if (!path.includes(".")) return "Write NODE.PARAM=VALUE.";
  const ids = pathsIn(workflow, 13);
  const some = ids.slice(0, 12).join(", ");
  return `there is no node “${path.slice(0, path.lastIndexOf("."))}”. The nodes are ${some}${ids.length > 12 ? ", …" : ""}.`;
}

function parameterValue(text: string): ParamValue {
  try {
    return parseJson(text) as ParamValue;
  } catch (error) {
    if (error instanceof JsonError) return text;
    throw error;
  }
}
