import { wiresIntoParam } from "../node/params.ts";
import type { WireType } from "../node/wires.ts";
import type {
  End,
  Graph,
  Point,
  Subgraph,
  SubgraphPort,
  WorkflowEdge,
  WorkflowGroup,
  WorkflowNode,
} from "../workflow/workflow.ts";
import type { Kind } from "./kinds.ts";
import { freeName, inputsType, isBoundary, outputsType, subgraphType } from "./names.ts";

export interface Packing {
  readonly graph: Graph;
  readonly chosen: ReadonlySet<string>;
  /** Id and name of the new subgraph, and id of the node that stands for it. */
  readonly id: string;
  readonly name: string;
  readonly instance: string;
  kindOf(node: WorkflowNode): Kind | undefined;
}

export interface Packed {
  readonly graph: Graph;
  readonly subgraph: Subgraph;
}

/** Room that a card takes about, to centre and to place beside one another. */
const card: Point = { x: 208, y: 120 };
const gap = 80;

/**
 * Puts nodes of a graph into a subgraph: the links that are cut become its ports, one for each source, and nothing else
 * changes: written out again, it is the same graph. The rim of a subgraph is never packed.
 */
export function pack({ graph, chosen: wanted, id, name, instance, kindOf }: Packing): Packed {
  const inside = graph.nodes.filter((node) => wanted.has(node.id) && !isBoundary(node.type));
  const chosen = new Set(inside.map((node) => node.id));
  // Frames that hold packed nodes and no others go with them; one that holds all of them gives its name.
  const frames = (graph.groups ?? []).filter((group) => {
    const held = heldBy(group, graph.nodes);
    return held.length > 0 && held.every((node) => chosen.has(node.id));
  });
  const title = frames.find((group) => heldBy(group, inside).length === inside.length)?.title.trim();
  const rim = new Rim(inside, instance, new Map(graph.nodes.map((node) => [node.id, node])), kindOf);
  const outer: WorkflowEdge[] = [];
  const inner: WorkflowEdge[] = [];
  for (const edge of graph.edges) {
    const [from, to] = [chosen.has(edge.from[0]), chosen.has(edge.to[0])];
    if (from && to) inner.push(edge);
    else if (to) rim.enter(edge, outer, inner);
    else if (from) rim.leave(edge, outer, inner);
    else outer.push(edge);
  }
  const box = boxOf(inside);
  const middle = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
  // Rounded down, as unpacking rounds up: unless it was moved, everything comes back to its place.
  const position = { x: Math.floor(middle.x - card.x / 2), y: Math.floor(middle.y - card.y / 2) };
  const node: WorkflowNode = { id: instance, type: subgraphType(id), params: {}, position };
  const at = graph.nodes.findIndex((one) => chosen.has(one.id));
  const nodes = graph.nodes.filter((one) => !chosen.has(one.id));
  const stays = graph.groups?.filter((group) => !frames.includes(group));
  const subgraph = {
    id,
    name: title || name,
    inputs: rim.inputs,
    outputs: rim.outputs,
    params: [],
    nodes: [...inside, ...rim.nodes(box)],
    edges: inner,
    ...(frames.length > 0 ? { groups: frames } : {}),
  };
  return {
    graph: {
      nodes: [...nodes.slice(0, at), node, ...nodes.slice(at)],
      edges: outer,
      ...(stays === undefined || stays.length === 0 ? {} : { groups: stays }),
    },
    subgraph,
  };
}

/** Ports of a subgraph as links are cut, and the nodes inside that hold them. */
class Rim {
  readonly inputs: SubgraphPort[] = [];
  readonly outputs: SubgraphPort[] = [];
  readonly #instance: string;
  readonly #nodes: ReadonlyMap<string, WorkflowNode>;
  readonly #kindOf: Packing["kindOf"];
  readonly #names = new Map<string, string>();
  readonly #ids: { readonly inputs: string; readonly outputs: string };

  constructor(
    inside: readonly WorkflowNode[],
    instance: string,
    nodes: ReadonlyMap<string, WorkflowNode>,
    kindOf: Packing["kindOf"],
  ) {
    const taken = new Set(inside.map(({ id }) => id));
    this.#ids = { inputs: freeName("inputs", taken), outputs: freeName("outputs", taken) };
    this.#instance = instance;
    this.#nodes = nodes;
    this.#kindOf = kindOf;
  }

  /** A link from outside: one input for each source, named after the port that it leads to. */
  enter(edge: WorkflowEdge, outer: WorkflowEdge[], inner: WorkflowEdge[]): void {
    const key = `in\n${edge.from.join("\n")}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = freeName(edge.to[1], new Set(this.inputs.map((port) => port.name)));
      this.#names.set(key, name);
      this.inputs.push({ name, type: this.#wireOf(edge) });
      const { via } = edge;
      outer.push({ from: edge.from, to: [this.#instance, name], ...(via === undefined ? {} : { via }) });
    }
    // Its reroute points lie outside.
    const { via: _, ...rest } = edge;
    inner.push({ ...rest, from: [this.#ids.inputs, name] });
  }

  /** A link to outside: one output for each source inside, named as its node names it. */
  leave(edge: WorkflowEdge, outer: WorkflowEdge[], inner: WorkflowEdge[]): void {
    const key = `out\n${edge.from.join("\n")}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = freeName(edge.from[1], new Set(this.outputs.map((port) => port.name)));
      this.#names.set(key, name);
      this.outputs.push({ name, type: this.#wireOf(edge) });
      inner.push({ from: edge.from, to: [this.#ids.outputs, name] });
    }
    outer.push({ ...edge, from: [this.#instance, name] });
  }

  /** The type of a link's source, else of its target: where both nodes are unknown, any will do. */
  #wireOf({ from, to }: WorkflowEdge): WireType {
    const kindAt = ([id]: End) => {
      const node = this.#nodes.get(id);
      return node && this.#kindOf(node);
    };
    const param = kindAt(to)?.params[to[1]];
    const taken = kindAt(to)?.inputs[to[1]]?.wire ?? (param && wiresIntoParam[param.kind][0]);
    return kindAt(from)?.outputs[from[1]]?.wire ?? taken ?? "tensor";
  }

  /** The rim's nodes, left and right of what they hold. */
  nodes({ left, right, top, bottom }: Box): WorkflowNode[] {
    const y = Math.round((top + bottom) / 2 - card.y / 2);
    return [
      { id: this.#ids.inputs, type: inputsType, params: {}, position: { x: left - card.x - gap, y } },
      { id: this.#ids.outputs, type: outputsType, params: {}, position: { x: right + gap, y } },
    ];
  }
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The box around nodes, as large as cards are about. */
export function boxOf(nodes: readonly WorkflowNode[]): Box {
  const points = nodes.map(({ position }) => position ?? { x: 0, y: 0 });
  const all = points.length > 0 ? points : [{ x: 0, y: 0 }];
  return {
    left: Math.min(...all.map(({ x }) => x)),
    right: Math.max(...all.map(({ x }) => x)) + card.x,
    top: Math.min(...all.map(({ y }) => y)),
    bottom: Math.max(...all.map(({ y }) => y)) + card.y,
  };
}

/** Nodes that a frame holds. */
function heldBy({ x, y, width, height }: WorkflowGroup, nodes: readonly WorkflowNode[]): WorkflowNode[] {
  return nodes.filter(({ position: at = { x: 0, y: 0 } }) => {
    return at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height;
  });
}

/**
 * Nodes that lie between chosen ones: they read from one and feed another, so that a node in the place of the chosen
 * ones would feed itself.
 */
export function between({ nodes, edges }: Graph, chosen: ReadonlySet<string>): WorkflowNode[] {
  const reach = (next: (edge: WorkflowEdge) => readonly [string, string]) => {
    const links = new Map<string, string[]>();
    for (const edge of edges) {
      const [from, to] = next(edge);
      links.set(from, [...(links.get(from) ?? []), to]);
    }
    const seen = new Set<string>();
    const waiting = [...chosen].flatMap((id) => links.get(id) ?? []).filter((id) => !chosen.has(id));
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      for (const one of links.get(id) ?? []) if (!chosen.has(one)) waiting.push(one);
    }
    return seen;
  };
  const after = reach(({ from, to }) => [from[0], to[0]]);
  const before = reach(({ from, to }) => [to[0], from[0]]);
  return nodes.filter(({ id }) => after.has(id) && before.has(id));
}
