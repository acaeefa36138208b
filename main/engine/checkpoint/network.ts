import { basename, relative, sep } from "node:path";
import { GraphBuilder } from "../onnx/builder.ts";
import type { ExternalData, OnnxGraph, OnnxPort, OnnxWeight } from "../onnx/document.ts";
import { CheckpointError } from "./error.ts";
import type { Adapter } from "./lora.ts";
import { type Change, changedParameter, convBranch, isDense, withBranches } from "./loraGraph.ts";
import type { StoredTensor } from "./safetensors.ts";
import { readBytes } from "./tensorBytes.ts";
import { folderOf, scaleKey, termsOf, type WeightTable, type WeightTerm } from "./weightTable.ts";

/** Operator set of built graphs: the first with Gelu. */
const opset = 20;
const float32 = 1;

/**
 * Builds a network's graph from the weights of a checkpoint. Weights stay in their file: what is not float32 is cast in
 * the graph. Values are float32; the layers are those of the original programs.
 */
export class NetworkBuilder {
  readonly graph = new GraphBuilder("/");
  readonly weights: WeightTable;
  readonly #adapters: readonly Adapter[];
  readonly #stored = new Map<string, OnnxWeight>();
  readonly #folder: string;

  /** `adapters` are low-rank changes that run beside the layers, so that the weights themselves stay in their file. */
  constructor(weights: WeightTable, adapters: readonly Adapter[] = []) {
    this.weights = weights;
    this.#folder = folderOf(weights);
    this.#adapters = adapters;
  }

  op(op: string, inputs: readonly string[], attributes: Parameters<GraphBuilder["op"]>[2] = {}): string {
    return this.graph.op(op, inputs, attributes);
  }

  has(key: string): boolean {
    return this.weights.get(key) !== undefined;
  }

  shape(key: string): readonly number[] {
    return this.#found(key).shape;
  }

  /** A weight as it is stored, in another shape of as many numbers if one is given. */
  stored(key: string, shape = this.shape(key)): string {
    if (!this.#stored.has(key)) {
      const tensor = this.#found(key);
      this.#stored.set(key, { name: key, dtype: tensor.dtype, shape, data: this.#place(tensor, this.weights.path) });
    }
    return key;
  }

  /** Part of a stored table as float32: the table itself stays in its file. */
  toFloat(part: string, table: string): string {
    return this.#found(table).dtype === "float32" ? part : this.op("Cast", [part], { to: float32 });
  }

  /** A weight as float32. Scaled 8-bit matrices are multiplied by their scale. */
  weight(key: string): string {
    this.#found(key);
    const terms = termsOf(this.weights, key, 1);
    const values = terms.map((term, i) => this.#term(terms.length === 1 ? key : `${key}@${i}`, term));
    return values.reduce((sum, value) => this.op("Add", [sum, value]));
  }

  #term(name: string, { path, tensor, scale, factor }: WeightTerm): string {
    const value = this.#floats(name, tensor, path);
    const unscaled = scale ? this.op("Mul", [value, this.#floats(scaleKey(name), scale, path)]) : value;
    return factor === 1 ? unscaled : this.op("Mul", [unscaled, this.scalar(factor)]);
  }

  /** A tensor of a file as float32. */
  #floats(name: string, tensor: StoredTensor, path: string): string {
    const { rows, dtype, shape } = tensor;
    if (rows) {
      const parts = rows.map((part, i) => this.#floats(`${name}#${i}`, part, path));
      return this.op("Concat", parts, { axis: 0 });
    }
    this.#stored.set(name, { name, dtype, shape, data: this.#place(tensor, path) });
    return dtype === "float32" ? name : this.op("Cast", [name], { to: float32 });
  }

  #place({ offset, length }: StoredTensor, path: string): ExternalData {
    return { location: relative(this.#folder, path).replaceAll(sep, "/"), offset, length };
  }

  /** Rows of a table by their numbers, as float32; the table itself stays in its file unless it is merged. */
  gather(table: string, ids: string): string {
    if (termsOf(this.weights, table, 1).length !== 1) return this.op("Gather", [this.weight(table), ids], { axis: 0 });
    return this.toFloat(this.op("Gather", [this.stored(table), ids], { axis: 0 }), table);
  }

  scalar(value: number): string {
    return this.graph.scalar(value, "float32");
  }

  ints(values: readonly number[]): string {
    return this.graph.ints(values);
  }

  /** x · Wᵀ + b over the last axis; W is stored as [out, in]. */
  linear(x: string, key: string, rank = 3): string {
    const [out, into] = this.shape(`${key}.weight`);
    const flat = rank === 2 ? x : this.op("Reshape", [x, this.ints([-1, into])]);
    const product = this.product(flat, key);
    return rank === 2 ? product : this.op("Reshape", [product, this.sides(x, [0, 1], [out])]);
  }

  /** Flat rows x [R, in] through a linear layer, with what adapters change of it; `dot` stands before its "weight". */
  product(x: string, key: string, dot = "."): string {
    const changes = this.changes(key);
    const name = `${key}${dot}weight`;
    const { rows } = this.#found(name);
    const isApart = rows && termsOf(this.weights, name, 1).length === 1;
    const bias = changedParameter(this, `${key}${dot}bias`, changes);
    const gemm = (weight: string, terms: readonly string[]) => this.op("Gemm", [x, weight, ...terms], { transB: 1 });
    let plain: string;
    if (isApart && !changes.some(isDense)) {
      const parts = rows.map((part, i) => gemm(this.#floats(`${name}#${i}`, part, this.weights.path), []));
      const wide = this.op("Concat", parts, { axis: 1 });
      plain = bias ? this.op("Add", [wide, bias]) : wide;
    } else {
      plain = gemm(changedParameter(this, name, changes) as string, bias ? [bias] : []);
    }
    const [out] = this.shape(name);
    return withBranches(this, plain, changes, { out, isConv: false }, ({ down, up }) =>
      this.op("Gemm", [gemm(down, []), up], { transB: 1 }),
    );
  }

  /** What adapters do to a module. */
  changes(key: string): readonly Change[] {
    return this.#adapters.flatMap((adapter) => {
      const pieces = adapter.find(key);
      return pieces.length > 0 ? [{ adapter, pieces }] : [];
    });
  }

  /** A matrix of an adapter as float32. It is small, and lies in another folder: the graph holds a copy. */
  ofAdapter({ lora }: Adapter, tensor: StoredTensor, shape: readonly number[]): string {
    const name = `${lora.path}/${tensor.name}/${shape.join()}`;
    if (!this.#stored.has(name)) {
      this.#stored.set(name, { name, dtype: tensor.dtype, shape, data: readBytes(lora.path, tensor) });
    }
    return tensor.dtype === "float32" ? name : this.op("Cast", [name], { to: float32 });
  }

  /** A shape from some sides of a value, then given ones. */
  sides(x: string, axes: readonly number[], rest: readonly number[]): string {
    const shape = this.op("Shape", [x]);
    const taken = this.op("Gather", [shape, this.ints(axes)], { axis: 0 });
    return rest.length === 0 ? taken : this.op("Concat", [taken, this.ints(rest)], { axis: 0 });
  }

  conv(x: string, key: string, { stride = 1, pads }: { stride?: number; pads?: readonly number[] } = {}): string {
    const shape = this.shape(`${key}.weight`);
    const kernel = shape.slice(2);
    const around = kernel.map((side) => Math.floor(side / 2));
    const window = {
      kernel_shape: kernel,
      strides: kernel.map(() => stride),
      pads: pads ?? [...around, ...around],
    };
    const changes = this.changes(key);
    const parameters = (["weight", "bias"] as const).flatMap((part) => {
      const value = changedParameter(this, `${key}.${part}`, changes);
      return value ? [value] : [];
    });
    const plain = this.op("Conv", [x, ...parameters], window);
    return withBranches(this, plain, changes, { out: shape[0], isConv: true }, (branch) =>
      convBranch(this, x, branch, window),
    );
  }

  /** Over 32 groups of channels of [N, C, h, w]. */
  groupNorm(x: string, key: string, epsilon: number): string {
    const groups = 32;
    const ones = this.graph.floats(new Array(groups).fill(1), [groups], "float32");
    const zeros = this.graph.floats(new Array(groups).fill(0), [groups], "float32");
    const grouped = this.op("Reshape", [x, this.ints([0, groups, -1])]);
    const normed = this.op("InstanceNormalization", [grouped, ones, zeros], { epsilon: { float: epsilon } });
    const back = this.op("Reshape", [normed, this.op("Shape", [x])]);
    const changes = this.changes(key);
    const wide = (part: string) =>
      this.op("Unsqueeze", [changedParameter(this, `${key}.${part}`, changes) as string, this.ints([1, 2])]);
    return this.op("Add", [this.op("Mul", [back, wide("weight")]), wide("bias")]);
  }

  /** Over the last axis, whose width is needed where the norm has no weights of its own. */
  layerNorm(x: string, key: string | null, epsilon: number, width = 0): string {
    const changes = key ? this.changes(key) : [];
    const own = (part: string) => changedParameter(this, `${key}.${part}`, changes);
    const scale = (key && own("weight")) ?? this.graph.floats(new Array(width).fill(1), [width], "float32");
    const bias = key && own("bias");
    return this.op("LayerNormalization", [x, scale, ...(bias ? [bias] : [])], {
      axis: -1,
      epsilon: { float: epsilon },
    });
  }

  /** x / rms(x) · weight over the last axis. */
  rmsNorm(x: string, weight: string, epsilon: number): string {
    const square = this.op("ReduceMean", [this.op("Mul", [x, x]), this.ints([-1])], { keepdims: 1 });
    const root = this.op("Sqrt", [this.op("Add", [square, this.scalar(epsilon)])]);
    return this.op("Mul", [this.op("Div", [x, root]), this.weight(weight)]);
  }

  silu(x: string): string {
    return this.op("Mul", [x, this.op("Sigmoid", [x])]);
  }

  gelu(x: string, approximate: "none" | "tanh" = "none"): string {
    return this.op("Gelu", [x], { approximate });
  }

  quickGelu(x: string): string {
    return this.op("Mul", [x, this.op("Sigmoid", [this.op("Mul", [x, this.scalar(1.702)])])]);
  }

  /** [N, L, heads · d] as [N, heads, L, d]. */
  split(x: string, heads: number, size: number): string {
    const parts = this.op("Reshape", [x, this.sides(x, [0, 1], [heads, size])]);
    return this.op("Transpose", [parts], { perm: [0, 2, 1, 3] });
  }

  /** [N, heads, L, d] as [N, L, heads · d]. */
  merge(x: string, width: number): string {
    const turned = this.op("Transpose", [x], { perm: [0, 2, 1, 3] });
    return this.op("Reshape", [turned, this.sides(turned, [0, 1], [width])]);
  }

  /** softmax(q·kᵀ·scale + bias)·v of [N, heads, L, d]. */
  attend(q: string, k: string, v: string, scale: number, bias?: string): string {
    const turned = this.op("Transpose", [k], { perm: [0, 1, 3, 2] });
    const product = this.op("MatMul", [q, turned]);
    const scores = scale === 1 ? product : this.op("Mul", [product, this.scalar(scale)]);
    const biased = bias ? this.op("Add", [scores, bias]) : scores;
    return this.op("MatMul", [this.op("Softmax", [biased], { axis: -1 }), v]);
  }

  /** Parts of a value along an axis. */
  parts(x: string, count: number, axis: number): readonly string[] {
    return this.graph.many("Split", [x], count, { axis, num_outputs: count });
  }

  /** [cos(t·f), sin(t·f)] with `width` / 2 falling frequencies, of t [N] as [N, width]. */
  sinusoid(t: string, width: number): string {
    const half = width / 2;
    // Rounded as the original programs round: at angles of thousands the last digit of a frequency is seen.
    const power = (i: number) => Math.fround(Math.fround(Math.fround(-Math.log(10000)) * i) / half);
    const frequencies = Array.from({ length: half }, (_, i) => Math.exp(power(i)));
    const column = this.op("Unsqueeze", [t, this.ints([1])]);
    const angles = this.op("Mul", [column, this.graph.floats(frequencies, [1, half], "float32")]);
    return this.op("Concat", [this.op("Cos", [angles]), this.op("Sin", [angles])], { axis: 1 });
  }

  /** The finished graph, with outputs named as given. */
  finish(name: string, inputs: readonly OnnxPort[], outputs: Readonly<Record<string, string>>): OnnxGraph {
    for (const [output, value] of Object.entries(outputs)) {
      this.graph.nodes.push({ op: "Identity", inputs: [value], outputs: [output] });
    }
    const strengths = this.#adapters.map(({ strength }) => floatInput(strength, []));
    return {
      name,
      opset,
      nodes: this.graph.nodes,
      weights: [...this.#stored.values(), ...this.graph.weights],
      inputs: [...inputs, ...strengths],
      outputs: Object.keys(outputs).map((output) => ({ name: output, dtype: "float32", shape: null })),
    };
  }

  #found(key: string): StoredTensor {
    const found = this.weights.get(key);
    if (!found) throw new CheckpointError(`${basename(this.weights.path)} lacks the tensor “${key}”.`);
    return found;
  }
}

/** A float32 graph input. */
export function floatInput(name: string, shape: readonly (number | string)[]): OnnxPort {
  return { name, dtype: "float32", shape };
}
