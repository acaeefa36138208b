import type { AnyNode } from "../../../shared/node/define.ts";
import { labelOf } from "../../../shared/node/names.ts";
import { wiresIntoParam } from "../../../shared/node/params.ts";
import { fits, type WireType, withArticle } from "../../../shared/node/wires.ts";
import type { Diagnostic } from "../../../shared/plan.ts";
import { expandSubgraphs } from "../../../shared/subgraph/expand.ts";
import type { Kind } from "../../../shared/subgraph/kinds.ts";
import { shownName, subgraphIdOf } from "../../../shared/subgraph/names.ts";
import { withModes } from "../../../shared/workflow/modes.ts";
import type { End, Workflow, WorkflowEdge, WorkflowNode } from "../../../shared/workflow/workflow.ts";
import { refuseValue } from "./params.ts";

export type Registry = ReadonlyMap<string, AnyNode>;

export interface Link {
  readonly from: string;
  readonly output: string;
  /** Undefined when the link comes from a node of unknown type. */
  readonly wire: WireType | undefined;
}

/** A node of the document with its declaration and the links that end on it. */
export interface Placed {
  readonly node: WorkflowNode;
  /** Undefined for a type that this program does not know. */
  readonly definition: AnyNode | undefined;
  /** By input or parameter, in the order of the file. */
  readonly links: Map<string, Link[]>;
  /** Outputs that something reads. */
  readonly used: Set<string>;
  readonly problems: Diagnostic[];
}

export interface Layout {
  readonly placed: ReadonlyMap<string, Placed>;
  /** Damage to the document itself. */
  readonly damage: readonly Diagnostic[];
  /** What is wrong with instances of subgraphs, which `placed` has no more: `node` is the path of one. */
  readonly around: readonly Diagnostic[];
  /** Ids of nodes that are muted or cannot do without one that is; `placed` has none of them. */
  readonly off: ReadonlySet<string>;
  /** The document with its subgraphs written out. */
  readonly expanded: Workflow;
}

/**
 * Joins nodes, declarations and edges, and collects what is wrong with each; of subgraphs what they hold
 * (`expandSubgraphs`), of bypassed and muted nodes only what they leave (`withModes`). Linear in the size of the document.
 */
export function layOut(document: Workflow, registry: Registry): Layout {
  const { workflow: expanded, problems: found, open, kinds } = expandSubgraphs(document, registry);
  const known: ReadonlyMap<string, Kind> = kinds.size === 0 ? registry : new Map<string, Kind>([...registry, ...kinds]);
  const { workflow, off, problems } = withModes(expanded, known);
  const placed = new Map<string, Placed>();
  const damage: Diagnostic[] = [];
  for (const node of workflow.nodes) {
    if (placed.has(node.id)) {
      damage.push(problem(node.id, null, `Two nodes have the id “${node.id}”. Give one of them another id.`));
      continue;
    }
    const definition = registry.get(node.type);
    placed.set(node.id, { node, definition, links: new Map(), used: new Set(), problems: [] });
  }
  const around: Diagnostic[] = [];
  for (const one of [...found, ...problems]) {
    if (one.node === null) damage.push(one);
    else (placed.get(one.node)?.problems ?? around).push(one);
  }
  for (const edge of workflow.edges) addEdge(placed, edge, damage);
  for (const one of placed.values()) checkNode(one, open);
  return { placed, damage, around, off, expanded };
}

/** A field of a record by a name from a file: never one that every object inherits. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

export function problem(
  node: string | null,
  port: string | null,
  message: string,
  severity: "error" | "warning" = "error",
): Diagnostic {
  return { severity, node, port, message };
}

function addEdge(placed: ReadonlyMap<string, Placed>, edge: WorkflowEdge, damage: Diagnostic[]): void {
  const [fromId, output] = edge.from;
  const [toId, input] = edge.to;
  const to = placed.get(toId);
  if (!to) {
    damage.push(problem(null, null, `A link ends on a node “${toId}” that does not exist.`));
    return;
  }
  const from = placed.get(fromId);
  if (!from) {
    damage.push(problem(toId, input, `Its link comes from a node “${fromId}” that does not exist.`));
    return;
  }
  from.used.add(output);
  const wire = own(from.definition?.outputs, output)?.wire as WireType | undefined;
  const refused = refuseEdge(from, output, wire, to, input);
  if (refused) to.problems.push(problem(toId, input, refused));
  // An end on something that does not exist stays out of the graph; a misfit stays in, so that order and cycles are still seen.
  if (from.definition && wire === undefined) return;
  if (to.definition && !own(to.definition.inputs, input) && !own(to.definition.params, input)) return;
  const links = to.links.get(input);
  if (links) links.push({ from: fromId, output, wire });
  else to.links.set(input, [{ from: fromId, output, wire }]);
}

function refuseEdge(
  from: Placed,
  output: string,
  wire: WireType | undefined,
  to: Placed,
  input: string,
): string | null {
  if (!from.definition || !to.definition) return null;
  if (!wire) return `Its link comes from “${output}”, which ${from.definition.title} does not have.`;
  const port = own(to.definition.inputs, input);
  if (port) {
    const label = labelOf(input, port);
    return fits(wire, port.wire, port.accepts)
      ? null
      : `${label} takes ${withArticle(port.wire)}, not ${withArticle(wire)}.`;
  }
  const param = own(to.definition.params, input);
  if (!param) return `A link ends on “${input}”, which ${to.definition.title} does not have.`;
  const takes = wiresIntoParam[param.kind as keyof typeof wiresIntoParam];
  if (takes.includes(wire)) return null;
  const label = labelOf(input, param);
  return takes.length === 0
    ? `${label} takes no link.`
    : `${label} takes ${takes.map((type) => withArticle(type)).join(" or ")}, not ${withArticle(wire)}.`;
}

function checkNode(placed: Placed, open: ReadonlyMap<string, End>): void {
  const { node, definition, links, problems } = placed;
  if (!definition) {
    // Of an instance that cannot be entered it was told why.
    if (subgraphIdOf(node.type) === null)
      problems.push(problem(node.id, null, `No node type “${node.type}” is known. Its data and links are kept.`));
    return;
  }
  for (const [name, port] of Object.entries(definition.inputs)) {
    const count = links.get(name)?.length ?? 0;
    const label = labelOf(name, port as { label?: string });
    const { optional, many, wire } = port as { optional: boolean; many: boolean; wire: WireType };
    const isTold = problems.some((found) => found.port === name);
    if (count === 0 && !optional && !isTold) {
      // Inside a subgraph the link is missing where the subgraph is used.
      const [at, port] = open.get(`${node.id}\n${name}`) ?? [node.id, name];
      const what = at === node.id ? label : shownName(port);
      problems.push(problem(at, port, `${what} is not connected. Connect ${withArticle(wire)}.`));
    }
    if (count > 1 && !many) problems.push(problem(node.id, name, `${label} takes one link, but ${count} end here.`));
  }
  checkParams(placed, definition);
}

function checkParams({ node, links, problems }: Placed, definition: AnyNode): void {
  for (const [name, value] of Object.entries(node.params)) {
    const param = own(definition.params, name);
    if (!param) {
      problems.push(
        problem(
          node.id,
          name,
          `${definition.title} has no parameter “${name}”; it is kept, but changes nothing.`,
          "warning",
        ),
      );
    } else if (!links.has(name)) {
      const refused = refuseValue(labelOf(name, param), param, value);
      if (refused) problems.push(problem(node.id, name, refused));
    }
  }
  for (const [name, list] of links) {
    const param = own(definition.params, name);
    if (param && list.length > 1) {
      problems.push(problem(node.id, name, `${labelOf(name, param)} takes one link, but ${list.length} end here.`));
    }
  }
}
