import type { NodeDescription } from "../../shared/node/describe.ts";
import type { Param, ParamValue } from "../../shared/node/params.ts";
import type { Workflow, WorkflowEdge, WorkflowNode } from "../../shared/workflow/workflow.ts";
import { catalogByType } from "./catalog.ts";
import { canTake, placeOf } from "./connect.ts";
import { activeDocument, edit } from "./documents.ts";

type Catalog = ReadonlyMap<string, NodeDescription>;

export interface Swap {
  /** The document's links afterwards, in their order. */
  readonly edges: readonly WorkflowEdge[];
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Links that find no place on the new node. */
  readonly lost: number;
}

/**
 * What becomes of a node's links and parameters when another type takes its place: a link keeps its port's name where
 * the new node has a fitting one, else it takes the first free fitting port; parameters of the same name and kind stay.
 */
export function swapOf(workflow: Workflow, catalog: Catalog, id: string, type: string): Swap {
  const node = workflow.nodes.find((one) => one.id === id);
  const kind = catalog.get(type);
  const kinds = new Map(workflow.nodes.map((one) => [one.id, catalog.get(one.type)]));
  const taken = new Set<string>();
  const edges = workflow.edges.flatMap((edge) => {
    if (edge.to[0] === id) {
      const wire = kinds.get(edge.from[0])?.outputs[edge.from[1]]?.wire;
      const names = [edge.to[1], ...Object.keys(kind?.inputs ?? {}), ...Object.keys(kind?.params ?? {})];
      const isFree = (name: string) => !taken.has(name) || (placeOf(kind, name)?.many ?? false);
      const port = names.find((name) => wire !== undefined && canTake(kind, name, wire) && isFree(name));
      if (port === undefined) return [];
      taken.add(port);
      return [port === edge.to[1] ? edge : { ...edge, to: [id, port] as const }];
    }
    if (edge.from[0] !== id) return [edge];
    const target = kinds.get(edge.to[0]);
    const names = [edge.from[1], ...Object.keys(kind?.outputs ?? {})];
    const port = names.find((name) => {
      const wire = kind?.outputs[name]?.wire;
      return wire !== undefined && canTake(target, edge.to[1], wire);
    });
    return port === undefined ? [] : [port === edge.from[1] ? edge : { ...edge, from: [id, port] as const }];
  });
  const params = node === undefined ? {} : keptParams(node, catalog.get(node.type), kind);
  return { edges, params, lost: workflow.edges.length - edges.length };
}

function keptParams(
  { params }: WorkflowNode,
  before: NodeDescription | undefined,
  after: NodeDescription | undefined,
): Record<string, ParamValue> {
  const stays = ([name, value]: [string, ParamValue]) => {
    const [old, next] = [before?.params[name], after?.params[name]];
    return next !== undefined && (old === undefined || old.kind === next.kind) && isOffered(next, value);
  };
  return Object.fromEntries(Object.entries(params).filter(stays));
}

function isOffered(param: Param, value: ParamValue): boolean {
  return param.kind !== "select" || param.open === true || param.options.some((option) => option.value === value);
}

/** Puts another type of node in the place of one, with the links and parameters that fit. */
export function swapNode(id: string, type: string): void {
  const workflow = activeDocument()?.workflow;
  if (workflow === undefined) return;
  const { edges, params } = swapOf(workflow, catalogByType, id, type);
  edit(`Replace by ${catalogByType.get(type)?.title ?? type}`, (draft) => {
    const node = draft.nodes.find((one) => one.id === id);
    if (node === undefined) return;
    node.type = type;
    node.params = params as typeof node.params;
    draft.edges = edges as typeof draft.edges;
  });
}
