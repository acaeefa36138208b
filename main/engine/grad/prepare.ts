import { bytesOfNumbers } from "../onnx/builder.ts";
import { bodiesOf, readsOf } from "../onnx/captures.ts";
import type { ElementType, OnnxBody, OnnxGraph, OnnxNode, OnnxWeight } from "../onnx/document.ts";
import { inferNode, namedSides } from "../onnx/infer.ts";
import { renamedNode } from "../onnx/rename.ts";
import { constantInfo, type ValueInfo } from "../onnx/valueInfo.ts";
import { GradientError } from "./error.ts";
import { expansionOf } from "./expand.ts";
import { inOrder } from "./order.ts";
import { raisedNode, workOpset } from "./raise.ts";

const [oldest, newest] = [9, 23];

export interface Prepared {
  readonly graph: OnnxGraph;
  readonly infos: ReadonlyMap<string, ValueInfo>;
}

/**
 * A model in the form that rules read: nodes in an order in which they can run, constants as weights, operators of older
 * sets as those of set 18 (axes as inputs), branches whose condition is known in place, and fused operators that depend on
 * `wrt` as the standard ones they stand for. Throws a GradientError for sets that are not known and for cycles.
 */
export function prepared(model: OnnxGraph, wrt: readonly string[]): Prepared {
  if (model.opset < oldest || model.opset > newest) {
    throw new GradientError(
      `Its operator set is ${model.opset}, but ${oldest} to ${newest} are supported. Export it again.`,
    );
  }
  const preparation = new Preparation(model, wrt);
  for (const node of inOrder(model)) preparation.take(node);
  const { nodes, weights, infos } = preparation;
  return { graph: { ...model, nodes, weights, opset: Math.max(workOpset, model.opset) }, infos };
}

class Preparation {
  readonly nodes: OnnxNode[] = [];
  readonly weights: OnnxWeight[] = [];
  readonly infos = new Map<string, ValueInfo>();
  readonly #opset: number;
  /** Values that depend on what gradients are wanted for, in whatever way. */
  readonly #active: Set<string>;

  constructor(model: OnnxGraph, wrt: readonly string[]) {
    this.#opset = model.opset;
    this.#active = new Set(wrt);
    for (const { name, dtype, shape } of [...(model.values ?? []), ...model.inputs]) {
      this.infos.set(name, { dtype, shape: namedSides(shape) });
    }
    for (const weight of model.weights) this.#add(weight);
  }

  readonly #add = (weight: OnnxWeight): void => {
    this.weights.push(weight);
    this.infos.set(weight.name, constantInfo(weight));
  };

  take(node: OnnxNode): void {
    if (node.op === "Constant" && constantOut(node, this.#add)) return;
    const chosen = chosenBranch(node, this.infos);
    if (chosen) {
      this.#takeBranch(node, chosen);
      return;
    }
    for (const raised of raisedNode(node, this.#opset, this.#add)) {
      const isActive = readsOf(raised).some((name) => this.#active.has(name));
      const parts = isActive ? expansionOf(raised, this.infos) : null;
      if (!parts) this.#put(this.#withBodies(raised), isActive);
      else {
        for (const weight of parts.weights) this.#add(weight);
        for (const part of parts.nodes) this.#put(part, isActive);
      }
    }
  }

  #put(node: OnnxNode, isActive: boolean): void {
    this.nodes.push(node);
    inferNode(node, Math.max(workOpset, this.#opset), this.infos);
    if (isActive) for (const name of node.outputs) this.#active.add(name);
  }

  /** Branches and loop bodies that stay are raised too. */
  #withBodies(node: OnnxNode): OnnxNode {
    if (this.#opset >= workOpset || bodiesOf(node).length === 0) return node;
    const raisedBody = (body: OnnxBody): OnnxBody => {
      const weights = [...body.weights];
      const nodes = body.nodes
        .flatMap((one) => raisedNode(one, this.#opset, (weight) => void weights.push(weight)))
        .map((one) => this.#withBodies(one));
      return { ...body, nodes, weights };
    };
    const attributes = Object.entries(node.attributes ?? {}).map(([key, value]) =>
      typeof value === "object" && "graph" in value ? [key, { graph: raisedBody(value.graph) }] : [key, value],
    );
    return { ...node, attributes: Object.fromEntries(attributes) };
  }

  #takeBranch(node: OnnxNode, { nodes, weights, outputs }: OnnxBody): void {
    const own = new Set([...weights.map(({ name }) => name), ...nodes.flatMap((one) => one.outputs)]);
    const prefix = `${node.outputs[0]}/`;
    const rename = (name: string) => (name !== "" && own.has(name) ? prefix + name : name);
    for (const weight of weights) this.#add({ ...weight, name: rename(weight.name) });
    for (const one of nodes) this.take(renamedNode(one, rename));
    node.outputs.forEach((name, i) => {
      if (name !== "") this.take({ op: "Identity", inputs: [rename(outputs[i].name)], outputs: [name] });
    });
  }
}

/** The branch that an If takes, where its condition is known before a run. */
function chosenBranch(node: OnnxNode, infos: ReadonlyMap<string, ValueInfo>): OnnxBody | null {
  if (node.op !== "If" || node.domain) return null;
  const condition = infos.get(node.inputs[0])?.elements?.[0];
  const branch = node.attributes?.[condition ? "then_branch" : "else_branch"];
  return typeof condition === "number" && typeof branch === "object" && "graph" in branch ? branch.graph : null;
}

/** Makes a Constant node a weight; false for a kind of constant that has to stay a node. */
function constantOut(node: OnnxNode, add: (weight: OnnxWeight) => void): boolean {
  const [name] = node.outputs;
  const {
    value,
    value_float: float,
    value_int: whole,
    value_floats: floats,
    value_ints: wholes,
  } = node.attributes ?? {};
  const put = (dtype: ElementType, shape: readonly number[], numbers: readonly number[]) =>
    add({ name, dtype, shape, data: bytesOfNumbers(numbers, dtype) });
  if (value && typeof value === "object" && "tensor" in value) add({ ...value.tensor, name });
  else if (typeof whole === "number") put("int64", [], [whole]);
  else if (float && typeof float === "object" && "float" in float) put("float32", [], [float.float]);
  else if (Array.isArray(wholes)) put("int64", [wholes.length], wholes as readonly number[]);
  else if (floats && typeof floats === "object" && "floats" in floats)
    put("float32", [floats.floats.length], floats.floats);
  else return false;
  return true;
}
