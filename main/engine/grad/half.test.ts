import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AnyTensor } from "../../../shared/tensor/tensor.ts";
import { bytesOfNumbers } from "../onnx/builder.ts";
import type { ElementType, OnnxGraph, OnnxNode } from "../onnx/document.ts";
import { inferValues } from "../onnx/infer.ts";
import { differentiate } from "./differentiate.ts";
import { opened } from "./testing/checkRule.ts";
import { drawn, normal } from "./testing/draw.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-half-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [rows, columns] = [3, 4096];

/** Normalises long rows, multiplies, and softmaxes: in half precision sums of them would lose most digits. */
function graphOf(dtype: ElementType): OnnxGraph {
  const weight = (name: string, shape: readonly number[], seed: number) => {
    const count = shape.reduce((product, side) => product * side, 1);
    return { name, dtype, shape, data: bytesOfNumbers([...drawn(normal, count, seed)], dtype) };
  };
  const node = (op: string, inputs: string[], output: string, attributes = {}): OnnxNode => ({
    op,
    inputs,
    outputs: [output],
    attributes,
  });
  return {
    name: "half",
    nodes: [
      node("LayerNormalization", ["x", "gamma", "beta"], "n", { axis: -1 }),
      node("Mul", ["n", "column"], "m"),
      node("Softmax", ["m"], "s", { axis: -1 }),
      node("Mul", ["s", "many"], "big"),
      node("ReduceMean", ["big", "axes"], "y", { keepdims: 1 }),
    ],
    weights: [
      weight("gamma", [columns], 1),
      weight("beta", [columns], 2),
      weight("many", [columns], 4),
      { name: "axes", dtype: "int64", shape: [1], data: bytesOfNumbers([1], "int64") },
    ],
    inputs: [
      { name: "x", dtype, shape: ["n", columns] },
      { name: "column", dtype, shape: [1, 1] },
    ],
    outputs: [{ name: "y", dtype, shape: null }],
    opset: 18,
  };
}

/** Element types that sums and means of a graph take. */
function typesOfSums(graph: OnnxGraph): Set<ElementType | undefined> {
  const infos = inferValues(graph, graph.opset);
  const sums = graph.nodes.filter(({ op, outputs }) => op.startsWith("Reduce") && outputs[0] !== "y");
  return new Set(sums.map(({ inputs }) => infos.get(inputs[0])?.dtype));
}

async function gradients(dtype: "float16" | "float32"): Promise<Record<string, AnyTensor>> {
  const gradient = differentiate(graphOf(dtype), { of: ["y"], wrt: ["x", "column"], keepsOutputs: false });
  expect(typesOfSums(gradient)).toEqual(new Set(["float32"]));
  const session = await opened(folder, dtype, gradient);
  const results = await session.run({
    x: { data: Float32Array.from(drawn(normal, rows * columns, 9)), shape: [rows, columns] },
    column: { data: Float32Array.of(0.5), shape: [1, 1] },
    "cotangent/y": { data: new Float32Array(rows).fill(20_000), shape: [rows, 1] },
  });
  await session.release();
  expect(session.outputs["gradient/x"].dtype).toBe(dtype);
  return results;
}

test("a half-precision network has half-precision gradients, whose sums are taken in single precision", async () => {
  const [half, full] = [await gradients("float16"), await gradients("float32")];
  for (const name of ["gradient/x", "gradient/column"]) {
    const [a, b] = [half[name].data as Float32Array, full[name].data as Float32Array];
    const size = Math.sqrt(b.reduce((sum, value) => sum + value * value, 0));
    const gap = Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
    expect(size).toBeGreaterThan(0);
    expect(gap / size, name).toBeLessThan(0.02);
  }
});
