import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import type { Subgraph, Workflow, WorkflowNode } from "../../shared/workflow/workflow.ts";
import { showToast } from "../ui/toasts.ts";
import { call } from "./bridge.ts";
import { catalogByType } from "./catalog.ts";
import { activeDocument } from "./documents.ts";
import { lastPart } from "./lastPart.ts";

/** Absolute paths of any system: /home/a, ~/a, C:\a, \\server\a, file:///a. */
const absolute = /^(file:|~[/\\]|[/\\]{1,2}[^/\\\s]|[a-z]:[/\\])/i;

/**
 * A workflow that says nothing of the machine it was made on: absolute paths become the names of their files, wherever
 * they stand; what people wrote (prompts, notes, titles) stays. Counts the paths.
 */
export function withoutLocalPaths(workflow: Workflow): { readonly workflow: Workflow; readonly count: number } {
  let count = 0;
  const clean = (value: unknown): unknown => {
    if (typeof value === "string" && absolute.test(value)) {
      count++;
      return lastPart(value);
    }
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]));
  };
  const cleanParams = ({ type, params }: WorkflowNode) => {
    const declared = catalogByType.get(type)?.params ?? {};
    const isWritten = (name: string) => declared[name] !== undefined && declared[name].kind !== "file";
    return mapped(params, (value, name) => (isWritten(name) ? value : clean(value)));
  };
  const cleanNode = (node: WorkflowNode) =>
    mapped(node, (value, key) => {
      if (key === "params") return cleanParams(node);
      return ["id", "type", "title"].includes(key) ? value : clean(value);
    });
  const written = ["id", "name", "about", "edges", "groups", "inputs", "outputs", "params"];
  const cleanSubgraph = (subgraph: Subgraph) =>
    mapped(subgraph, (value, key) => {
      if (key === "nodes") return subgraph.nodes.map(cleanNode);
      return written.includes(key) ? value : clean(value);
    });
  const shared = mapped(workflow, (value, key) => {
    if (key === "nodes") return workflow.nodes.map(cleanNode);
    if (key === "subgraphs") return workflow.subgraphs?.map(cleanSubgraph);
    return ["name", "about", "edges", "groups"].includes(key) ? value : clean(value);
  });
  return { workflow: shared, count };
}

/** An object of the same keys in the same order. */
function mapped<T extends object>(object: T, change: (value: unknown, key: string) => unknown): T {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)])) as T;
}

/** Writes a copy of the document in front that can be given to others; the document itself stays as it is. */
export async function shareActive(): Promise<void> {
  const active = activeDocument();
  if (active === undefined) return;
  const { workflow, count } = withoutLocalPaths(active.root);
  const written = await call("document.share", { suggestedName: active.name, text: serializeWorkflow(workflow) });
  if (written === null) return;
  const changed = count === 1 ? "One local path became a file name." : `${count} local paths became file names.`;
  showToast({ kind: "ok", text: `Written to ${written.path}. ${count === 0 ? "It held no local paths." : changed}` });
}
