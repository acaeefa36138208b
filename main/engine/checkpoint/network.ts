import { basename } from "node:path";
import { sizeOf } from "../../../shared/tensor/tensor.ts";
import { GraphBuilder } from "../onnx/builder.ts";
import type { OnnxAttributes, OnnxGraph, OnnxPort, OnnxWeight } from "../onnx/document.ts";
import { CheckpointError } from "./error.ts";
import type { Adapter, LoraModule } from "./lora.ts";
import type { StoredTensor } from "./safetensors.ts";
import { readBytes } from "./tensorBytes.ts";

/** Weights of one network by their own names, whatever file and prefix they lie under. */
export interface WeightTable {
  /** File that the weights lie in. */
  readonly path: string;
  get(key: string): StoredTensor | undefined;
}

/** The weights of a file under a prefix. */
export function underPrefix(
  { path, tensors }: { readonly path: string; readonly tensors: ReadonlyMap<string, StoredTensor> },
  prefix: string,
): WeightTable {
  return { path, get: (key) => tensors.get(prefix + key) };
}

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

  /** `adapters` are low-rank changes that run beside the layers, so that the weights themselves stay in their file. */
  constructor(weights: WeightTable, adapters: readonly Adapter[] = []) {
    this.weights = weights;
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
      const { dtype, offset, length } = this.#found(key);
      const location = basename(this.weights.path);
      this.#stored.set(key, { name: key, dtype, shape, data: { location, offset, length } });
    }
    return key;
  }

  /** Part of a stored table as float32: the table itself stays in its file. */
  toFloat(part: string, table: string): string {
    return this.#found(table).dtype === "float32" ? part : this.op("Cast", [part], { to: float32 });
  }

  /** A weight as float32. Scaled 8-bit matrices are multiplied by their scale. */
  weight(key: string): string {
    const { dtype } = this.#found(key);
    const cast = this.toFloat(this.stored(key), key);
    const scale = key.replace(/\.weight$/, ".scale_weight");
    return scale !== key && dtype.startsWith("float8") && this.has(scale)
      ? this.op("Mul", [cast, this.weight(scale)])
      : cast;
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
    const bias = this.has(`${key}.bias`) ? [this.weight(`${key}.bias`)] : [];
    const plain = this.op("Gemm", [flat, this.weight(`${key}.weight`), ...bias], { transB: 1 });
    const product = this.adapted(plain, flat, key);
    return rank === 2 ? product : this.op("Reshape", [product, this.sides(x, [0, 1], [out])]);
  }

  /** The result of a linear layer of flat rows x [R, in], with what adapters add to it. */
  adapted(result: string, x: string, key: string): string {
    return this.#adapters.reduce((sum, adapter) => {
      const layer = adapter.find(key);
      if (!layer) return sum;
      const matrix = (tensor: StoredTensor) =>
        this.#ofAdapter(adapter, tensor, [tensor.shape[0], sizeOf(tensor.shape.slice(1))]);
      const inner = this.op("Gemm", [x, matrix(layer.down)], { transB: 1 });
      const outer = this.op("Gemm", [inner, matrix(layer.up)], { transB: 1 });
      return this.op("Add", [sum, this.op("Mul", [outer, this.#strength(adapter, layer)])]);
    }, result);
  }

  #adaptedConv(result: string, x: string, key: string, window: OnnxAttributes): string {
    return this.#adapters.reduce((sum, adapter) => {
      const layer = adapter.find(key);
      if (!layer) return sum;
      const four = ({ shape }: StoredTensor) => (shape.length === 4 ? shape : [...shape, 1, 1]);
      const weight = (tensor: StoredTensor) => this.#ofAdapter(adapter, tensor, four(tensor));
      const point = { kernel_shape: [1, 1] };
      const { mid } = layer;
      const first = this.op(
        "Conv",
        [x, weight(layer.down)],
        mid ? point : { ...window, kernel_shape: four(layer.down).slice(2) },
      );
      const inner = mid ? this.op("Conv", [first, weight(mid)], window) : first;
      const outer = this.op("Conv", [inner, weight(layer.up)], point);
      return this.op("Add", [sum, this.op("Mul", [outer, this.#strength(adapter, layer)])]);
    }, result);
  }

  #strength({ strength }: Adapter, { scale }: LoraModule): string {
    return scale === 1 ? strength : this.op("Mul", [strength, this.scalar(scale)]);
  }

  /** A matrix of an adapter as float32. It is small, and lies in another folder: the graph holds a copy. */
  #ofAdapter({ lora }: Adapter, tensor: StoredTensor, shape: readonly number[]): string {
    const name = `${lora.path}/${tensor.name}`;
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
    const kernel = this.shape(`${key}.weight`).slice(2);
    const around = kernel.map((side) => Math.floor(side / 2));
    const bias = this.has(`${key}.bias`) ? [this.weight(`${key}.bias`)] : [];
    const window = {
      kernel_shape: kernel,
      strides: kernel.map(() => stride),
      pads: pads ?? [...around, ...around],
    };
    return this.#adaptedConv(this.op("Conv", [x, this.weight(`${key}.weight`), ...bias], window), x, key, window);
  }

  /** Over 32 groups of channels of [N, C, h, w]. */
  groupNorm(x: string, key: string, epsilon: number): string {
    const groups = 32;
    const ones = this.graph.floats(new Array(groups).fill(1), [groups], "float32");
    const zeros = this.graph.floats(new Array(groups).fill(0), [groups], "float32");
    const grouped = this.op("Reshape", [x, this.ints([0, groups, -1])]);
    const normed = this.op("InstanceNormalization", [grouped, ones, zeros], { epsilon: { float: epsilon } });
    const back = this.op("Reshape", [normed, this.op("Shape", [x])]);
    const wide = (part: string) => this.op("Unsqueeze", [this.weight(`${key}.${part}`), this.ints([1, 2])]);
    return this.op("Add", [this.op("Mul", [back, wide("weight")]), wide("bias")]);
  }

  /** Over the last axis, whose width is needed where the norm has no weights of its own. */
  layerNorm(x: string, key: string | null, epsilon: number, width = 0): string {
    const scale = key ? this.weight(`${key}.weight`) : this.graph.floats(new Array(width).fill(1), [width], "float32");
    const bias = key && this.has(`${key}.bias`) ? [this.weight(`${key}.bias`)] : [];
    return this.op("LayerNormalization", [x, scale, ...bias], { axis: -1, epsilon: { float: epsilon } });
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
