import type { End, Graph, Point, Subgraph, WorkflowEdge, WorkflowGroup, WorkflowNode } from "../workflow/workflow.ts";
import { inputsType, isBoundary, outputsType } from "./names.ts";
import { boxOf } from "./pack.ts";

export interface Unpacked {
  readonly graph: Graph;
  /** Ids of the nodes that came out. */
  readonly ids: readonly string[];
}

/**
 * Writes out what one instance holds into the graph around it, with free ids, where the instance was, and with the
 * values that the instance sets. Undoes `pack`.
 */
export function unpack(graph: Graph, instance: WorkflowNode, subgraph: Subgraph): Unpacked {
  const taken = new Set(graph.nodes.filter((node) => node !== instance).map(({ id }) => id));
  const steps = subgraph.nodes.filter(({ type }) => !isBoundary(type));
  const ids = new Map(steps.map(({ id }) => [id, free(id, taken)]));
  const offset = offsetOf(instance, steps);
  const out = steps.map((node) => ({
    ...node,
    id: ids.get(node.id) ?? node.id,
    params: { ...node.params, ...valuesFor(node.id, instance, subgraph) },
    ...(node.position === undefined ? {} : { position: moved(node.position, offset) }),
    ...(instance.mode === undefined ? {} : { mode: instance.mode }),
  }));
  const at = graph.nodes.indexOf(instance);
  const groups = [...(graph.groups ?? []), ...framesOut(graph, subgraph, offset)];
  return {
    graph: {
      nodes: [...graph.nodes.slice(0, at), ...out, ...graph.nodes.slice(at + 1)],
      edges: new Rewiring(graph, instance.id, subgraph, ids, offset).edges(),
      ...(groups.length === 0 ? {} : { groups }),
    },
    ids: [...ids.values()],
  };
}

function free(id: string, taken: Set<string>): string {
  let name = id;
  for (let number = 2; taken.has(name); number++) name = `${id}-${number}`;
  taken.add(name);
  return name;
}

function moved({ x, y }: Point, by: Point): Point {
  return { x: x + by.x, y: y + by.y };
}

/** How far the inside stands from the instance: the middles of both come together. */
function offsetOf({ position }: WorkflowNode, steps: readonly WorkflowNode[]): Point {
  if (position === undefined) return { x: 0, y: 0 };
  const box = boxOf(steps);
  const own = boxOf([{ id: "", type: "", params: {}, position }]);
  const middle = (low: number, high: number) => (low + high) / 2;
  return {
    x: Math.round(middle(own.left, own.right) - middle(box.left, box.right)),
    y: Math.round(middle(own.top, own.bottom) - middle(box.top, box.bottom)),
  };
}

function valuesFor(id: string, { params: given }: WorkflowNode, { params }: Subgraph): WorkflowNode["params"] {
  const mine = params.filter(({ name, to }) => to[0] === id && Object.hasOwn(given, name));
  return Object.fromEntries(mine.map(({ name, to }) => [to[1], given[name] ?? null]));
}

function framesOut(graph: Graph, { groups = [] }: Subgraph, offset: Point): WorkflowGroup[] {
  const taken = new Set(graph.groups?.map(({ id }) => id));
  return groups.map((group) => ({ ...group, id: free(group.id, taken), ...moved(group, offset) }));
}

/** The links of a graph when the inside of an instance stands in its place. */
class Rewiring {
  readonly #graph: Graph;
  readonly #instance: string;
  readonly #subgraph: Subgraph;
  readonly #ids: ReadonlyMap<string, string>;
  readonly #offset: Point;
  readonly #types: ReadonlyMap<string, string>;

  constructor(graph: Graph, instance: string, subgraph: Subgraph, ids: ReadonlyMap<string, string>, offset: Point) {
    this.#graph = graph;
    this.#instance = instance;
    this.#subgraph = subgraph;
    this.#ids = ids;
    this.#offset = offset;
    this.#types = new Map(subgraph.nodes.map(({ id, type }) => [id, type]));
  }

  edges(): WorkflowEdge[] {
    const outer = this.#graph.edges.flatMap((edge) => {
      const target = edge.to[0] === this.#instance ? this.#shownParam(edge.to[1]) : edge.to;
      if (target === null) return [];
      return this.#outside(edge.from, new Set()).map((from) => this.#led(edge, from, target));
    });
    const inner = this.#subgraph.edges.flatMap((edge) => {
      const target = this.#ids.get(edge.to[0]);
      if (target === undefined) return [];
      const via = edge.via?.map((point) => moved(point, this.#offset));
      const out = { ...edge, ...(via === undefined ? {} : { via }) };
      const around = via === undefined ? this.#viaTo(edge.from) : undefined;
      const led = around === undefined ? out : { ...out, via: around };
      return this.#inside(edge.from, new Set()).map((from) => this.#led(led, from, [target, edge.to[1]]));
    });
    return [...outer, ...inner];
  }

  /** Reroute points of the link that comes into an input of the instance, for those that go on from there. */
  #viaTo([id, name]: End): WorkflowEdge["via"] {
    if (this.#types.get(id) !== inputsType) return undefined;
    return this.#graph.edges.find(({ to }) => to[0] === this.#instance && to[1] === name)?.via;
  }

  #led(edge: WorkflowEdge, from: End, to: End): WorkflowEdge {
    return from === edge.from && to === edge.to ? edge : { ...edge, from, to };
  }

  /** The parameter that a parameter of the instance stands for; null for its inputs, which are found from inside. */
  #shownParam(name: string): End | null {
    const to = this.#subgraph.params.find((param) => param.name === name)?.to;
    const id = this.#ids.get(to?.[0] ?? "");
    return to === undefined || id === undefined ? null : [id, to[1]];
  }

  /** Where a link of the graph around comes from; `seen` ends what an instance passes on to itself. */
  #outside(from: End, seen: Set<string>): readonly End[] {
    if (from[0] !== this.#instance) return [from];
    const isGiven = ({ to }: WorkflowEdge) => to[1] === from[1] && this.#types.get(to[0]) === outputsType;
    const edge = this.#subgraph.edges.find(isGiven);
    if (edge === undefined || seen.has(from[1])) return [];
    return this.#inside(edge.from, new Set([...seen, from[1]]));
  }

  #inside(from: End, seen: Set<string>): readonly End[] {
    if (this.#types.get(from[0]) !== inputsType) return [[this.#ids.get(from[0]) ?? from[0], from[1]]];
    const arriving = this.#graph.edges.filter(({ to }) => to[0] === this.#instance && to[1] === from[1]);
    return arriving.flatMap((edge) => this.#outside(edge.from, seen));
  }
}
