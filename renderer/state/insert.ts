import type { Draft } from "immer";
import type { NodeDescription } from "../../shared/node/describe.ts";
import type { WireType } from "../../shared/node/wires.ts";
import type { Graph, Workflow } from "../../shared/workflow/workflow.ts";
import { catalogByType } from "./catalog.ts";
import { canTake, refuse } from "./connect.ts";
import { activeDocument, edit } from "./documents.ts";

type Catalog = ReadonlyMap<string, NodeDescription>;

/** Where a link goes in and out of a node that is put on it. */
export interface Through {
  readonly input: string;
  readonly output: string;
}

/** How a kind of node fits on a link: inputs and outputs of the link's own type first; null if it does not. */
export function throughOf(
  kind: NodeDescription | undefined,
  wire: WireType | undefined,
  isFit: (output: WireType) => boolean,
  taken: ReadonlySet<string> = new Set(),
): Through | null {
  if (kind === undefined || wire === undefined) return null;
  const inputs = Object.keys(kind.inputs).filter((name) => canTake(kind, name, wire) && !taken.has(name));
  const outputs = Object.entries(kind.outputs).filter(([, port]) => isFit(port.wire));
  const input = inputs.find((name) => kind.inputs[name]?.wire === wire) ?? inputs[0];
  const output = outputs.find(([, port]) => port.wire === wire) ?? outputs[0];
  return input === undefined || output === undefined ? null : { input, output: output[0] };
}

/** How kinds of node fit on a link of the document. */
export function fitOnLink(workflow: Workflow, catalog: Catalog, edge: number) {
  const link = workflow.edges[edge];
  const kindOf = (id: string | undefined) => catalog.get(workflow.nodes.find((node) => node.id === id)?.type ?? "");
  const wire = kindOf(link?.from[0])?.outputs[link?.from[1] ?? ""]?.wire;
  const target = kindOf(link?.to[0]);
  return (kind: NodeDescription | undefined, taken?: ReadonlySet<string>) =>
    throughOf(kind, wire, (output) => canTake(target, link?.to[1] ?? "", output), taken);
}

/** Where a present node can be put on a link; null where types do not fit, its ports are taken, or it would make a loop. */
export function placeOnLink(workflow: Workflow, catalog: Catalog, edge: number, id: string): Through | null {
  const link = workflow.edges[edge];
  const node = workflow.nodes.find((one) => one.id === id);
  if (link === undefined || node === undefined || link.from[0] === id || link.to[0] === id) return null;
  const taken = new Set(workflow.edges.filter(({ to }) => to[0] === id).map(({ to }) => to[1]));
  const through = fitOnLink(workflow, catalog, edge)(catalog.get(node.type), taken);
  if (through === null) return null;
  const without = { ...workflow, edges: workflow.edges.filter((one) => one !== link) };
  const loops =
    refuse(without, catalog, link.from, [id, through.input]) ?? refuse(without, catalog, [id, through.output], link.to);
  return loops === null ? through : null;
}

/** Puts a node on a link; joins with the step before if that has the key `merge`. False if it does not fit. */
export function insertOnLink(edge: number, id: string, merge: string): boolean {
  const workflow = activeDocument()?.workflow;
  const through = workflow && placeOnLink(workflow, catalogByType, edge, id);
  if (!through) return false;
  edit("Insert on link", (draft) => splice(draft, edge, id, through), { merge });
  return true;
}

function splice(draft: Draft<Graph>, index: number, id: string, { input, output }: Through): void {
  const link = draft.edges[index];
  if (link === undefined) return;
  // The second half takes the place of the link, so that a list keeps its order; reroute points stay before the node.
  const { via, ...rest } = link;
  draft.edges[index] = { ...rest, from: [id, output] };
  draft.edges.push({ from: [...link.from], to: [id, input], ...(via === undefined ? {} : { via }) });
}
