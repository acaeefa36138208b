import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ElementType, OnnxAttribute, OnnxNode, OnnxPort, OnnxWeight } from "../../main/engine/onnx/document.ts";
import { encodeModel } from "../../main/engine/onnx/write.ts";
import { toHalf } from "../../main/engine/runtime/half.ts";

/** Uniform numbers in -1..1 of a 32-bit state (mulberry32), the same on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/** Writes a graph node by node; every operation gives the name of its result. */
export class GraphBuilder {
  readonly dtype: "float32" | "float16";
  readonly #nodes: OnnxNode[] = [];
  readonly #weights: OnnxWeight[] = [];
  readonly #random: () => number;

  constructor(dtype: "float32" | "float16", seed: number) {
    this.dtype = dtype;
    this.#random = randomNumbers(seed);
  }

  /** One operation with one result, named `output` or by itself. */
  op(op: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}, output?: string): string {
    const name = output ?? `/${op}_${this.#nodes.length}`;
    this.#nodes.push({ op, inputs, outputs: [name], attributes });
    return name;
  }

  /** Random weights, scaled so that sums over the inputs of one output stay near 1. */
  weight(shape: readonly number[], scale = 1): string {
    const size = shape.reduce((product, side) => product * side, 1);
    const reach = (scale * Math.sqrt(3)) / Math.sqrt(Math.max(1, size / shape[0]));
    return this.values(
      Array.from({ length: size }, () => this.#random() * reach),
      shape,
    );
  }

  /** Given numbers in the graph's own float type. */
  values(values: readonly number[], shape: readonly number[]): string {
    const data = this.dtype === "float16" ? toHalf(values) : Float32Array.from(values);
    return this.#add(this.dtype, shape, new Uint8Array(data.buffer));
  }

  /** Whole numbers [n]: shapes, axes. */
  ints(values: readonly number[]): string {
    return this.#add("int64", [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer));
  }

  /** model.onnx in a folder; with `external` its weights in model.onnx_data beside it. */
  save(folder: string, ports: { inputs: OnnxPort[]; outputs: OnnxPort[] }, external = false): void {
    const weights = external ? this.#moveOut(folder) : this.#weights;
    const bytes = encodeModel({ name: "main_graph", nodes: this.#nodes, weights, ...ports, opset: 18 });
    writeFileSync(join(folder, "model.onnx"), bytes);
  }

  #add(dtype: ElementType, shape: readonly number[], data: Uint8Array): string {
    const name = `weight.${this.#weights.length}`;
    this.#weights.push({ name, dtype, shape, data });
    return name;
  }

  /** Whole numbers stay in the model: the runtime needs them to infer shapes. */
  #moveOut(folder: string): OnnxWeight[] {
    const blocks: Uint8Array[] = [];
    let offset = 0;
    const moved = this.#weights.map((weight): OnnxWeight => {
      if (weight.dtype === "int64" || !(weight.data instanceof Uint8Array)) return weight;
      const { length } = weight.data;
      const data = { location: "model.onnx_data", offset, length };
      blocks.push(weight.data);
      offset += length;
      return { ...weight, data };
    });
    writeFileSync(join(folder, "model.onnx_data"), Buffer.concat(blocks));
    return moved;
  }
}
