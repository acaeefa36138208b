import type { Diagnostic } from "../plan.ts";
import type { Graph, Subgraph, Workflow, WorkflowEdge, WorkflowNode } from "../workflow/workflow.ts";
import { type Kinds, maxDepth } from "./kinds.ts";
import { isBoundary, outputsType, subgraphIdOf } from "./names.ts";

/** A graph as one instance shows it: the top of the document, or the inside of one node. */
export interface Level {
  /** "" at the top, "outer/" inside the node `outer`. */
  readonly path: string;
  readonly graph: Graph;
  /** Null at the top. */
  readonly subgraph: Subgraph | null;
  readonly parent: Level | null;
  /** The node of the parent that stands for it; null at the top. */
  readonly instance: WorkflowNode | null;
  readonly nodes: ReadonlyMap<string, WorkflowNode>;
  /** What instances inside hold, by node id. */
  readonly inner: Map<string, Level>;
  /** Links by their end: "node\nport". */
  readonly arriving: ReadonlyMap<string, readonly WorkflowEdge[]>;
  /** Links that give each output of the subgraph. */
  readonly leaving: ReadonlyMap<string, readonly WorkflowEdge[]>;
  /** Values that instances around it set, by node id and parameter. */
  readonly set: ReadonlyMap<string, WorkflowNode["params"]>;
}

/** More nodes, links or instances than this are no document where subgraphs multiply one another. */
export const maxParts = 20_000;

/** A document that grows beyond `maxParts` when it is written out. */
export class TooLarge extends Error {}

/** The graph of a level and its instances, down to the last, in the order of the file. Does not recurse. */
export function levelsOf(document: Workflow, kinds: Kinds) {
  const problems: Diagnostic[] = [];
  const subgraphs = new Map(document.subgraphs?.toReversed().map((one) => [one.id, one]));
  const levels = [levelOf(document, null, null, null, new Map())];
  const nodes: { readonly level: Level; readonly node: WorkflowNode }[] = [];
  let inside = 0;
  const stack: { level: Level; at: number }[] = [{ level: levels[0]!, at: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const { level } = top;
    const node = level.graph.nodes[top.at];
    top.at += 1;
    if (node === undefined) {
      stack.pop();
      continue;
    }
    if (level.parent !== null && isBoundary(node.type)) continue;
    const subgraph = enter(level, node, subgraphs, problems);
    if (subgraph === null) {
      nodes.push({ level, node });
      if (level.parent !== null && ++inside > maxParts) throw new TooLarge();
      continue;
    }
    const child = levelOf(subgraph, level, node, subgraph, valuesInside(level, node, subgraph, kinds, problems));
    level.inner.set(node.id, child);
    if (levels.push(child) > maxParts) throw new TooLarge();
    stack.push({ level: child, at: 0 });
  }
  return { levels, nodes, problems };
}

function levelOf(
  graph: Graph,
  parent: Level | null,
  instance: WorkflowNode | null,
  subgraph: Subgraph | null,
  set: Level["set"],
): Level {
  const nodes = new Map(graph.nodes.toReversed().map((node) => [node.id, node]));
  const arriving = new Map<string, WorkflowEdge[]>();
  const leaving = new Map<string, WorkflowEdge[]>();
  for (const edge of graph.edges) {
    push(arriving, edge.to.join("\n"), edge);
    if (nodes.get(edge.to[0])?.type === outputsType) push(leaving, edge.to[1], edge);
  }
  const path = parent === null ? "" : `${parent.path}${instance?.id}/`;
  return { path, graph, subgraph, parent, instance, nodes, inner: new Map(), arriving, leaving, set };
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/**
 * The subgraph that is written out in a node's place; null for nodes that stay: any other type, bypassed and muted
 * instances (their ports say what passes), and those that cannot be entered, which is a problem.
 */
function enter(
  level: Level,
  node: WorkflowNode,
  subgraphs: ReadonlyMap<string, Subgraph>,
  problems: Diagnostic[],
): Subgraph | null {
  const id = subgraphIdOf(node.type);
  if (id === null || node.mode !== undefined) return null;
  const subgraph = subgraphs.get(id);
  const refuse = (message: string) => {
    problems.push({ severity: "error", node: `${level.path}${node.id}`, port: null, message });
    return null;
  };
  if (subgraph === undefined)
    return refuse(`There is no subgraph “${id}” in this workflow. The node keeps its data and links.`);
  if (level.inner.has(node.id)) return refuse(`Two nodes have the id “${node.id}”. Give one of them another id.`);
  const around = aroundOf(level);
  const at = around.findIndex((one) => one.id === id);
  if (at >= 0) {
    const chain = [...around.slice(at), subgraph].map(({ name }) => name);
    const shown = chain.length > 6 ? [...chain.slice(0, 5), "…", subgraph.name] : chain;
    return refuse(`The subgraph contains itself: ${shown.join(" → ")}. Remove this node.`);
  }
  return around.length < maxDepth ? subgraph : refuse(`Subgraphs are nested deeper than ${maxDepth} levels here.`);
}

/** Subgraphs around a level, the outermost first. */
function aroundOf(level: Level): Subgraph[] {
  const around: Subgraph[] = [];
  for (let at: Level | null = level; at !== null; at = at.parent) if (at.subgraph !== null) around.unshift(at.subgraph);
  return around;
}

/** What an instance sets on the nodes inside it. */
function valuesInside(
  level: Level,
  instance: WorkflowNode,
  { name: title, params, nodes }: Subgraph,
  kinds: Kinds,
  problems: Diagnostic[],
): Level["set"] {
  const warn = (port: string, message: string) =>
    problems.push({ severity: "warning", node: `${level.path}${instance.id}`, port, message });
  const inner = new Map(nodes.map((node) => [node.id, node]));
  const shown = new Map(params.map((param) => [param.name, param]));
  const set = new Map<string, Record<string, WorkflowNode["params"][string]>>();
  for (const { name, to } of params) {
    const node = inner.get(to[0]);
    const kind = kinds.get(node?.type ?? "");
    const lost = node === undefined ? `the node “${to[0]}”` : `“${to[1]}” of ${node.title ?? kind?.title ?? to[0]}`;
    if (node === undefined || (kind !== undefined && !Object.hasOwn(kind.params, to[1])))
      warn(name, `${title} shows a parameter of ${lost}, which is not there. Its value is kept, but changes nothing.`);
  }
  for (const [name, value] of Object.entries({ ...instance.params, ...level.set.get(instance.id) })) {
    const param = shown.get(name);
    if (param === undefined) {
      warn(name, `${title} has no parameter “${name}”; it is kept, but changes nothing.`);
      continue;
    }
    const values = set.get(param.to[0]) ?? {};
    Object.defineProperty(values, param.to[1], { value, enumerable: true, configurable: true, writable: true });
    set.set(param.to[0], values);
  }
  return set;
}
