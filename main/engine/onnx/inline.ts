import type { OnnxAttribute, OnnxAttributes, OnnxBody, OnnxGraph, OnnxNode } from "./document.ts";
import { renamedNode } from "./rename.ts";

/** A function that a model brings along. Its nodes may refer to attributes of the call. */
export interface OnnxFunction {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes that calls may leave out. */
  readonly defaults: OnnxAttributes;
  readonly nodes: readonly OnnxNode[];
  /** Version of the standard operators that the function is written in; 0 where it does not say. */
  readonly opset: number;
}

const [maxDepth, maxNodes] = [16, 200_000];

/**
 * A graph whose calls of the model's own functions are replaced by what they do. Throws a RangeError for functions that call
 * themselves, grow without end, or are written in another operator set.
 */
export function inlined(graph: OnnxGraph, functions: readonly OnnxFunction[]): OnnxGraph {
  if (functions.length === 0) return graph;
  const other = functions.find(({ opset }) => opset !== 0 && opset !== graph.opset);
  if (other) throw new RangeError(`its function “${other.name}” is written in operator set ${other.opset}`);
  const byName = new Map(functions.map((one) => [`${one.domain}:${one.name}`, one]));
  return { ...graph, nodes: new Inlining(byName).all(graph.nodes, 0) };
}

class Inlining {
  readonly #functions: ReadonlyMap<string, OnnxFunction>;
  #calls = 0;
  #count = 0;

  constructor(functions: ReadonlyMap<string, OnnxFunction>) {
    this.#functions = functions;
  }

  all(nodes: readonly OnnxNode[], depth: number): OnnxNode[] {
    return nodes.flatMap((node) => this.#node(node, depth));
  }

  #node(node: OnnxNode, depth: number): OnnxNode[] {
    this.#count += 1;
    if (this.#count > maxNodes) throw new RangeError(`its functions make more than ${maxNodes} nodes`);
    const called = this.#functions.get(`${node.domain ?? ""}:${node.op}`);
    if (!called) return [this.#withBodies(node, depth)];
    if (depth >= maxDepth) throw new RangeError(`its function “${called.name}” calls itself`);
    this.#calls += 1;
    const inner = bodyOfCall(called, node, `${node.outputs[0]}/${this.#calls}/`);
    return this.all(inner, depth + 1);
  }

  #withBodies(node: OnnxNode, depth: number): OnnxNode {
    const attributes = Object.entries(node.attributes ?? {});
    if (!attributes.some(([, value]) => isBody(value))) return node;
    const open = (value: OnnxAttribute) =>
      isBody(value) ? { graph: { ...value.graph, nodes: this.all(value.graph.nodes, depth) } } : value;
    return { ...node, attributes: Object.fromEntries(attributes.map(([key, value]) => [key, open(value)])) };
  }
}

const isBody = (value: OnnxAttribute): value is { readonly graph: OnnxBody } =>
  typeof value === "object" && "graph" in value;

/** The nodes of a function with the names and attributes of one call. */
function bodyOfCall(called: OnnxFunction, call: OnnxNode, prefix: string): OnnxNode[] {
  const names = new Map<string, string>([["", ""]]);
  called.inputs.forEach((name, i) => void names.set(name, call.inputs[i] ?? ""));
  called.outputs.forEach((name, i) => void names.set(name, call.outputs[i] || `${prefix}${name}`));
  const rename = (name: string) => names.get(name) ?? `${prefix}${name}`;
  const given = { ...called.defaults, ...call.attributes };
  const resolved = (node: OnnxNode): OnnxNode => ({ ...node, attributes: resolvedAttributes(node.attributes, given) });
  const isPassed = called.outputs.flatMap((name, i) =>
    called.inputs.includes(name) && call.outputs[i] ? [[called.inputs.indexOf(name), i] as const] : [],
  );
  const passes = isPassed.map(([from, to]) => ({
    op: "Identity",
    inputs: [call.inputs[from]],
    outputs: [call.outputs[to]],
  }));
  return [...called.nodes.map((node) => renamedNode(resolved(node), rename)), ...passes];
}

function resolvedAttributes(attributes: OnnxAttributes = {}, given: OnnxAttributes): OnnxAttributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]): [string, OnnxAttribute][] => {
      if (typeof value === "object" && "reference" in value) {
        const found = given[value.reference];
        return found === undefined ? [] : [[key, found]];
      }
      if (!isBody(value)) return [[key, value]];
      const nodes = value.graph.nodes.map((node) => ({
        ...node,
        attributes: resolvedAttributes(node.attributes, given),
      }));
      return [[key, { graph: { ...value.graph, nodes } }]];
    }),
  );
}
