import { GraphBuilder } from "../onnx/builder.ts";
import { readsOf } from "../onnx/captures.ts";
import { isFloatType, type OnnxGraph, type OnnxNode, type OnnxPort } from "../onnx/document.ts";
import { nothingKnown, type ValueInfo } from "../onnx/valueInfo.ts";
import { type Active, activeNodes } from "./activity.ts";
import { GradientError, refusal, shown } from "./error.ts";
import { prepared } from "./prepare.ts";
import type { GradientRule, RuleContext } from "./rule.ts";
import { gradientRules } from "./rules.ts";

export interface GradientRequest {
  /** Outputs of the model whose cotangents are given. */
  readonly of: readonly string[];
  /** Inputs, or weights, whose gradients are wanted. */
  readonly wrt: readonly string[];
  /** Leave the outputs out of the result when only gradients are wanted; true keeps them. */
  readonly keepsOutputs: boolean;
}

/** Name of the input that holds the cotangent of an output. */
export const cotangentName = (output: string) => `cotangent/${output}`;
/** Name of the output that holds the gradient of an input. */
export const gradientName = (input: string) => `gradient/${input}`;

/**
 * The graph of a model's vector-Jacobian product: inputs are the model's and `cotangent/OUTPUT` for each output of `of`;
 * outputs are those and `gradient/INPUT` for each of `wrt`, where a gradient is Σ over the outputs of cotangent · Jacobian.
 * Values of the forward pass are used again; nothing is computed that no gradient needs. Throws a GradientError for an
 * operator without a rule, a name that does not exist, or a graph with a cycle.
 */
export function differentiate(model: OnnxGraph, request: GradientRequest): OnnxGraph {
  const { graph, infos } = prepared(model, request.wrt);
  const outputs = request.of.map((name) => portOf(graph, infos, name));
  const wrt = request.wrt.map((name) => wantedOf(graph, infos, name));
  const active = activeNodes(graph, infos, request);
  const { opset } = graph;
  const weights = new Set(graph.weights.map(({ name }) => name));
  const build = new GraphBuilder(freePrefix(graph));
  for (const node of graph.nodes) build.know(node);
  const cotangents = new Cotangents(build);
  for (const name of request.of) cotangents.add(name, cotangentName(name));
  for (const node of [...graph.nodes].reverse()) {
    if (active.nodes.has(node)) applyRule(node, { build, infos, active, cotangents, opset, weights });
  }
  const gradients = wrt.map(({ name, dtype }) => {
    const found = cotangents.of(name) ?? zeros(build, name, dtype);
    const output = freeName(graph, gradientName(name));
    build.nodes.push({ op: "Identity", inputs: [found], outputs: [output] });
    return { name: output, dtype, shape: shapeFor(infos, name) };
  });
  return trimmed({
    ...graph,
    name: `${graph.name}_gradient`,
    nodes: [...graph.nodes, ...build.nodes],
    weights: [...graph.weights, ...build.weights],
    inputs: [...graph.inputs, ...outputs.map((port) => ({ ...port, name: cotangentName(port.name) }))],
    outputs: [...(request.keepsOutputs ? outputs : []), ...gradients],
    values: [],
  });
}

/** Names of new values begin with this, and none of the model's does: gradient graphs can be differentiated again. */
function freePrefix({ nodes, inputs, weights }: OnnxGraph): string {
  const names = [...inputs, ...weights].map(({ name }) => name).concat(nodes.flatMap((node) => node.outputs));
  let prefix = "gradient/";
  while (names.some((name) => name.startsWith(prefix))) prefix += "2/";
  return prefix;
}

/** A second gradient of a gradient graph is called gradient/gradient/INPUT. */
function freeName({ nodes }: OnnxGraph, name: string): string {
  const isTaken = (one: string) => nodes.some((node) => node.outputs.includes(one));
  let free = name;
  while (isTaken(free)) free = gradientName(free);
  return free;
}

function zeros(build: GraphBuilder, name: string, dtype: OnnxPort["dtype"]): string {
  return build.op("Expand", [build.scalar(0, dtype), build.op("Shape", [name])]);
}

function portOf(graph: OnnxGraph, infos: ReadonlyMap<string, ValueInfo>, name: string): OnnxPort {
  const port = graph.outputs.find((output) => output.name === name);
  if (!port) {
    const names = graph.outputs.map((output) => output.name).join(", ");
    throw new GradientError(`There is no output “${name}”. The model has ${names}.`);
  }
  if (!isFloatType(port.dtype)) throw new GradientError(`Output “${name}” holds ${port.dtype}, which has no gradient.`);
  return { ...port, shape: port.shape ?? shapeFor(infos, name) };
}

function wantedOf(graph: OnnxGraph, infos: ReadonlyMap<string, ValueInfo>, name: string): OnnxPort {
  const found = graph.inputs.find((input) => input.name === name) ?? graph.weights.find((one) => one.name === name);
  if (!found) {
    const names = graph.inputs.map((input) => input.name).join(", ");
    throw new GradientError(`There is no input or weight “${name}”. The model's inputs are ${names}.`);
  }
  if (!isFloatType(found.dtype)) throw new GradientError(`“${name}” holds ${found.dtype}, which has no gradient.`);
  return { name, dtype: found.dtype, shape: shapeFor(infos, name) };
}

function shapeFor(infos: ReadonlyMap<string, ValueInfo>, name: string): OnnxPort["shape"] {
  const plain = /^[\w.-]+$/;
  return infos.get(name)?.shape?.map((side) => (typeof side === "number" || plain.test(side) ? side : "")) ?? null;
}

/** What has come in for each value; sums are made once, when the value's own node is reached. */
class Cotangents {
  readonly #build: GraphBuilder;
  readonly #parts = new Map<string, string[]>();

  constructor(build: GraphBuilder) {
    this.#build = build;
  }

  add(name: string, part: string): void {
    const parts = this.#parts.get(name);
    if (parts) parts.push(part);
    else this.#parts.set(name, [part]);
  }

  of(name: string): string | null {
    const parts = this.#parts.get(name);
    if (!parts) return null;
    const sum = parts.reduce((total, part) => this.#build.op("Add", [total, part]));
    this.#parts.set(name, [sum]);
    return sum;
  }
}

interface Work {
  readonly weights: ReadonlySet<string>;
  readonly opset: number;
  readonly build: GraphBuilder;
  readonly infos: ReadonlyMap<string, ValueInfo>;
  readonly active: Active;
  readonly cotangents: Cotangents;
}

function applyRule(node: OnnxNode, work: Work): void {
  const { infos, active } = work;
  const given = node.outputs.map((name) => (name === "" ? null : work.cotangents.of(name)));
  if (given.every((one) => one === null)) return;
  const context = contextOf(node, given, work);
  const entry = (node.domain ?? "") === "" ? gradientRules.get(node.op) : undefined;
  if (!entry) throw refusal(node, reasonOf(node));
  const isFloat = (name: string) => isFloatType(infos.get(name)?.dtype ?? "float32");
  const other = node.outputs.findIndex((name, i) => i > 0 && given[i] !== null && isFloat(name));
  if (other > 0 && !entry.takesAll) throw refusal(node, `its output ${other} has no rule`);
  const parts = partsOf(entry.rule, context);
  node.inputs.forEach((name, i) => {
    if (!active.values.has(name) || !isFloat(name) || entry.flatIn?.includes(i)) return;
    // Silence would be a gradient that is wrong.
    work.cotangents.add(name, parts[i] ?? context.refuse(`it has no rule for its input ${i}`));
  });
}

/** Why an operator without a rule has none. */
function reasonOf({ op }: OnnxNode): string {
  if (op === "If") return "its condition is known only in a run";
  if (op === "Loop" || op === "Scan") return "loops have no gradient; export the model with the loop unrolled";
  return "it has no rule";
}

/** What a rule gives; inputs that do not fit the operator make a sentence like any other refusal. */
function partsOf(rule: GradientRule, context: RuleContext): readonly (string | null)[] {
  try {
    return rule(context);
  } catch (error) {
    if (error instanceof GradientError) throw error;
    return context.refuse("its inputs do not fit the operator");
  }
}

function contextOf(
  node: OnnxNode,
  cotangents: readonly (string | null)[],
  { build, infos, active, opset, weights }: Work,
): RuleContext {
  const refuse = (reason: string): never => {
    throw refusal(node, reason);
  };
  const info = (name: string) => infos.get(name) ?? nothingKnown;
  const dtype = info(node.outputs[0]).dtype ?? "float32";
  return {
    node,
    opset,
    build,
    cotangents,
    info,
    refuse,
    dtype,
    isWeight: (i) => weights.has(node.inputs[i] ?? ""),
    wants: (i) => (node.inputs[i] ?? "") !== "" && active.values.has(node.inputs[i]),
    shape: (name) =>
      info(name).shape ?? refuse(name ? `the rank of “${shown(name)}” is not known` : "an input is missing"),
    constant: (i) => {
      const elements = info(node.inputs[i] ?? "").elements;
      return elements?.every((side) => typeof side === "number") ? (elements as readonly number[]) : undefined;
    },
  };
}

/** The graph with only what its outputs need; inputs stay, since callers feed them all. */
export function trimmed(graph: OnnxGraph): OnnxGraph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const nodes: OnnxNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of readsOf(node)) needed.add(name);
  }
  return { ...graph, nodes: nodes.reverse(), weights: graph.weights.filter(({ name }) => needed.has(name)) };
}
