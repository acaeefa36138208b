import { readsOf } from "./captures.ts";
import type { ElementType, OnnxGraph, OnnxNode, OnnxPort } from "./document.ts";
import { type Liveness, weightMemory } from "./liveness.ts";
import type { ValueInfo } from "./valueInfo.ts";

/** Types that can be handed from one part to the next. */
const passed: ReadonlySet<ElementType | undefined> = new Set([
  "float32",
  "float64",
  "float16",
  "int64",
  "int32",
  "bool",
]);

export interface Cuts {
  /** Types and ranks of the graph's values, without the sides of one call. */
  readonly infos: ReadonlyMap<string, ValueInfo>;
  /** Memory of its values in one call. */
  readonly liveness: Liveness;
  /** What node i adds to its part: bytes of weights, or of values. */
  readonly loads: readonly number[];
  /** Most that a part may add up to; single nodes may be beyond it. */
  readonly limit: number;
}

/**
 * A graph as a sequence of graphs that give the same when they run one after the other. Each but the first and the last
 * reads values that earlier ones make, and the cuts lie where few bytes are alive: between the blocks of a network.
 */
export function partitioned(graph: OnnxGraph, cuts: Cuts): OnnxGraph[] {
  const ends = [...endsOf(graph, cuts), graph.nodes.length];
  const groups = ends.map((end, i) => graph.nodes.slice(i === 0 ? 0 : ends[i - 1], end));
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const parts: OnnxGraph[] = [];
  for (const [i, nodes] of [...groups.entries()].reverse()) {
    parts.unshift(partOf(graph, nodes, { needed, infos: cuts.infos, label: `${i + 1} of ${groups.length}` }));
    for (const { name } of parts[0].inputs) needed.add(name);
  }
  return parts;
}

/** Memory of weights that each node is the first to read. */
export function weightLoads({ nodes, weights }: OnnxGraph): number[] {
  const left = new Map(weights.map((weight) => [weight.name, weightMemory(weight)]));
  return nodes.map((node) => {
    let load = 0;
    for (const name of readsOf(node)) {
      load += left.get(name) ?? 0;
      left.delete(name);
    }
    return load;
  });
}

/** Places of the cuts: node i is the first after one. */
function endsOf(graph: OnnxGraph, { liveness, loads, limit, infos }: Cuts): number[] {
  const isOpen = opennessOf(graph, infos);
  const ends: number[] = [];
  let [from, sum] = [0, 0];
  for (let i = 0; i < loads.length; i++) {
    if (sum + loads[i] > limit && i > from) {
      const end = bestEnd(from, i, { liveness, loads, isOpen, least: sum / 2 });
      if (end > from) {
        ends.push(end);
        from = end;
        sum = loads.slice(end, i).reduce((total, load) => total + load, 0);
      }
    }
    sum += loads[i];
  }
  return ends;
}

interface Window {
  readonly liveness: Liveness;
  readonly loads: readonly number[];
  readonly isOpen: readonly boolean[];
  readonly least: number;
}

/** The last of the cheapest cuts up to `to` that leave at least `least` before them; `from` where there is none. */
function bestEnd(from: number, to: number, { liveness, loads, isOpen, least }: Window): number {
  let [best, cost, sum] = [from, Number.POSITIVE_INFINITY, 0];
  for (let end = from + 1; end <= to; end++) {
    sum += loads[end - 1];
    if (sum < least || !isOpen[end - 1] || liveness.after[end - 1] > cost) continue;
    cost = liveness.after[end - 1];
    best = end;
  }
  return best;
}

/** Whether the graph can be cut after node i: all that is alive there is of a type that can be handed over. */
function opennessOf({ nodes, outputs }: OnnxGraph, infos: ReadonlyMap<string, ValueInfo>): boolean[] {
  const last = new Map<string, number>(outputs.map(({ name }) => [name, nodes.length]));
  nodes.forEach((node, i) => {
    for (const name of readsOf(node)) last.set(name, Math.max(i, last.get(name) ?? 0));
  });
  const blocked = new Uint32Array(nodes.length + 1);
  nodes.forEach((node, i) => {
    for (const name of node.outputs) {
      if (name === "" || passed.has(infos.get(name)?.dtype)) continue;
      for (let at = i; at < (last.get(name) ?? i); at++) blocked[at] += 1;
    }
  });
  return nodes.map((_, i) => blocked[i] === 0);
}

interface PartContext {
  /** Values that later parts read, or that the graph gives. */
  readonly needed: ReadonlySet<string>;
  readonly infos: ReadonlyMap<string, ValueInfo>;
  readonly label: string;
}

function partOf(graph: OnnxGraph, nodes: readonly OnnxNode[], { needed, infos, label }: PartContext): OnnxGraph {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const read = new Set(nodes.flatMap(readsOf));
  const weights = graph.weights.filter(({ name }) => read.has(name));
  const given = new Set(["", ...weights.map(({ name }) => name)]);
  const ports = new Map([...graph.inputs, ...graph.outputs].map((port) => [port.name, port]));
  const portOf = (name: string): OnnxPort => ports.get(name) ?? innerPort(name, infos.get(name));
  return {
    ...graph,
    name: `${graph.name}, part ${label}`,
    nodes,
    weights,
    inputs: [...read].filter((name) => !made.has(name) && !given.has(name)).map(portOf),
    outputs: [...made].filter((name) => needed.has(name)).map(portOf),
    values: [],
  };
}

function innerPort(name: string, info: ValueInfo | undefined): OnnxPort {
  const plain = /^[\w.-]+$/;
  const shape = info?.shape?.map((side) => (typeof side === "number" || plain.test(side) ? side : "")) ?? null;
  return { name, dtype: info?.dtype ?? "float32", shape };
}
