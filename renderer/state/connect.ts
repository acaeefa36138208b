import type { NodeDescription } from "../../shared/node/describe.ts";
import { labelOf } from "../../shared/node/names.ts";
import { wiresIntoParam } from "../../shared/node/params.ts";
import { fits, type WireType, withArticle } from "../../shared/node/wires.ts";
import type { End, Workflow, WorkflowNode } from "../../shared/workflow/workflow.ts";

type Catalog = ReadonlyMap<string, NodeDescription>;

/** Wire types that may end on a port or parameter of a node, and how it is called; null if there is no such place. */
export function placeOf(
  description: NodeDescription | undefined,
  name: string,
): { label: string; takes: readonly WireType[]; many: boolean } | null {
  const port = description?.inputs[name];
  if (port) return { label: labelOf(name, port), takes: [port.wire, ...(port.accepts ?? [])], many: port.many };
  const param = description?.params[name];
  if (!param) return null;
  return { label: labelOf(name, param), takes: wiresIntoParam[param.kind], many: false };
}

/** Whether a wire of a type may end there. */
export function canTake(description: NodeDescription | undefined, name: string, wire: WireType): boolean {
  const port = description?.inputs[name];
  if (port) return fits(wire, port.wire, port.accepts);
  const param = description?.params[name];
  return param !== undefined && wiresIntoParam[param.kind].includes(wire);
}

/** A sentence why a link may not be made, or null. Two asterisks set a wire type in bold. */
export function refuse(workflow: Workflow, catalog: Catalog, from: End, to: End): string | null {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const [source, target] = [nodes.get(from[0]), nodes.get(to[0])];
  if (!source || !target) return "One end of this link does not exist.";
  const wire = catalog.get(source.type)?.outputs[from[1]]?.wire;
  const description = catalog.get(target.type);
  const place = placeOf(description, to[1]);
  if (!wire || !place) return "A node of unknown type takes no new links.";
  if (!canTake(description, to[1], wire)) return misfit(place, wire, catalog);
  if (from[0] === to[0]) return "A node cannot feed itself.";
  if (leadsTo(workflow, to[0], from[0]))
    return `This link would make a loop: ${titleOf(target, catalog)} already feeds ${titleOf(source, catalog)}.`;
  return null;
}

function titleOf(node: WorkflowNode, catalog: Catalog): string {
  return node.title ?? catalog.get(node.type)?.title ?? node.type;
}

function misfit(place: { label: string; takes: readonly WireType[] }, wire: WireType, catalog: Catalog): string {
  if (place.takes.length === 0) return `${place.label} takes no link.`;
  const bold = (type: WireType) => `**${type}**`;
  const sentence = `${place.label} takes ${withArticle(place.takes[0] ?? wire, bold)}, not ${withArticle(wire, bold)}.`;
  const between = [...catalog.values()].find((node) => turns(node, wire, place.takes));
  return between ? `${sentence} Put a ${between.title} node between them.` : sentence;
}

/** A node that has the one type going in and the other coming out. */
function turns(node: NodeDescription, wire: WireType, takes: readonly WireType[]): boolean {
  const hasInput = Object.values(node.inputs).some((port) => port.wire === wire);
  return hasInput && Object.values(node.outputs).some((port) => takes.includes(port.wire));
}

/** Whether links lead from one node to another. Does not recurse. */
export function leadsTo(workflow: Workflow, from: string, to: string): boolean {
  const readers = new Map<string, string[]>();
  for (const edge of workflow.edges) {
    const list = readers.get(edge.from[0]);
    if (list) list.push(edge.to[0]);
    else readers.set(edge.from[0], [edge.to[0]]);
  }
  const seen = new Set<string>();
  const waiting = [from];
  while (waiting.length > 0) {
    const id = waiting.pop();
    if (id === undefined || seen.has(id)) continue;
    if (id === to) return true;
    seen.add(id);
    waiting.push(...(readers.get(id) ?? []));
  }
  return false;
}
