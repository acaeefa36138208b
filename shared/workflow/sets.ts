import type { ParamValue } from "../node/params.ts";
import { JsonError, parseJson } from "./json.ts";
import type { Workflow } from "./workflow.ts";

/**
 * Applies NODE.PARAM=VALUE changes. VALUE is JSON if it parses as such, else text; node ids may contain dots (the longest
 * that fits is taken). A problem is one sentence.
 */
export function applySets(
  workflow: Workflow,
  sets: readonly string[],
): { readonly workflow: Workflow } | { readonly problem: string } {
  const changes = new Map<string, Record<string, ParamValue>>();
  const ids = new Set(workflow.nodes.map((node) => node.id));
  for (const set of sets) {
    const equals = set.indexOf("=");
    if (equals < 0) return { problem: `--set ${set} has no “=”. Write NODE.PARAM=VALUE.` };
    const target = split(set.slice(0, equals), ids);
    if (!target) return { problem: `--set ${set}: ${unknownNode(set.slice(0, equals), ids)}` };
    const params = changes.get(target.id) ?? {};
    Object.defineProperty(params, target.param, {
      value: parameterValue(set.slice(equals + 1)),
      enumerable: true,
      configurable: true,
      writable: true,
    });
    changes.set(target.id, params);
  }
  const nodes = workflow.nodes.map((node) =>
    changes.has(node.id) ? { ...node, params: { ...node.params, ...changes.get(node.id) } } : node,
  );
  return { workflow: { ...workflow, nodes } };
}

function split(path: string, ids: ReadonlySet<string>): { id: string; param: string } | null {
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
    const id = path.slice(0, dot);
    if (ids.has(id) && dot + 1 < path.length) return { id, param: path.slice(dot + 1) };
  }
  return null;
}

function unknownNode(path: string, ids: ReadonlySet<string>): string {
  if (!path.includes(".")) return "Write NODE.PARAM=VALUE.";
  const some = [...ids].slice(0, 12).join(", ");
  return `there is no node “${path.slice(0, path.lastIndexOf("."))}”. The nodes are ${some}${ids.size > 12 ? ", …" : ""}.`;
}

function parameterValue(text: string): ParamValue {
  try {
    return parseJson(text) as ParamValue;
  } catch (error) {
    if (error instanceof JsonError) return text;
    throw error;
  }
}
