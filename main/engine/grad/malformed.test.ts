import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bytesOfNumbers } from "../onnx/builder.ts";
import type { OnnxGraph, OnnxNode, OnnxPort, OnnxWeight } from "../onnx/document.ts";
import { encodeModel } from "../onnx/write.ts";
import { differentiate } from "./differentiate.ts";
import { readWholeModel, writeGradientFile } from "./gradientFile.ts";
import { seeded } from "./testing/draw.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-malformed-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const port = (name: string, shape: OnnxPort["shape"] = [2, 3]): OnnxPort => ({ name, dtype: "float32", shape });
const node = (op: string, inputs: string[], output: string, more: Partial<OnnxNode> = {}): OnnxNode => ({
  op,
  name: `node ${output}`,
  inputs,
  outputs: [output],
  ...more,
});

function graphOf(nodes: readonly OnnxNode[], more: Partial<OnnxGraph> = {}): OnnxGraph {
  return { name: "g", nodes, weights: [], inputs: [port("x")], outputs: [port("y")], opset: 18, ...more };
}

function stored(graph: OnnxGraph, name = "m.onnx"): string {
  const path = join(folder, name);
  writeFileSync(path, encodeModel(graph));
  return path;
}

const request = { of: ["y"], wrt: ["x"], keepsOutputs: true };

/** The sentence with which a file is refused. */
function refusal(path: string): string {
  try {
    differentiate(readWholeModel(path), request);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test("a cycle, a value that nothing makes, and one made twice are named", () => {
  const ring = [node("Add", ["x", "b"], "a"), node("Relu", ["a"], "b"), node("Relu", ["b"], "y")];
  expect(refusal(stored(graphOf(ring)))).toBe(
    "Node “node a” (Add) reads “b”, which nothing makes before it. The file is damaged, or its graph has a cycle.",
  );
  expect(refusal(stored(graphOf([node("Relu", ["gone"], "y")])))).toContain("reads “gone”, which nothing makes");
  const twice = [node("Relu", ["x"], "y"), node("Abs", ["x"], "y")];
  expect(refusal(stored(graphOf(twice)))).toBe("Node “node y” (Abs) makes “y”, which exists already.");
});

test("nodes in any order are sorted, also many of them", () => {
  const count = 20_000;
  const chain = Array.from({ length: count }, (_, i) =>
    node("Sin", [i === 0 ? "x" : `v${i - 1}`], i === count - 1 ? "y" : `v${i}`),
  ).reverse();
  const started = performance.now();
  const result = differentiate(graphOf(chain), request);
  expect(result.nodes.length).toBeGreaterThan(3 * count);
  expect(performance.now() - started).toBeLessThan(15_000);
});

test("sides that double at every node do not grow without end", () => {
  const doubling = Array.from({ length: 200 }, (_, i) =>
    node("Concat", [i === 0 ? "x" : `v${i - 1}`, i === 0 ? "x" : `v${i - 1}`], i === 199 ? "y" : `v${i}`, {
      attributes: { axis: 0 },
    }),
  );
  const started = performance.now();
  differentiate(graphOf(doubling, { inputs: [port("x", ["n", 3])] }), request);
  expect(performance.now() - started).toBeLessThan(5000);
});

test("huge sides and windows are refused before memory is taken", () => {
  const ints = (name: string, ...numbers: number[]): OnnxWeight => ({
    name,
    dtype: "int64",
    shape: [numbers.length],
    data: bytesOfNumbers(numbers, "int64"),
  });
  const wide = port("x", [1, 1, 40_000, 40_000]);
  const huge = [node("Resize", ["x", "", "", "sizes"], "y", { attributes: { mode: "linear" } })];
  const sizes = [ints("sizes", 1, 1, 70_000, 70_000)];
  expect(refusal(stored(graphOf(huge, { inputs: [wide], weights: sizes })))).toContain("too large");
  const pads = [ints("pads", 0, 0, 100_000, 0, 0, 0, 100_000, 0)];
  const folded = [node("Pad", ["x", "pads"], "y", { attributes: { mode: "edge" } })];
  expect(refusal(stored(graphOf(folded, { inputs: [wide], weights: pads })))).toContain("too large");
  const pool = [node("AveragePool", ["x"], "y", { attributes: { kernel_shape: [30_000, 30_000] } })];
  expect(refusal(stored(graphOf(pool, { inputs: [wide] })))).toContain("too large");
});

test("axes that no value has, and steps of 0, are refused before memory is taken", () => {
  const ints = (name: string, value: number): OnnxWeight => ({
    name,
    dtype: "int64",
    shape: [1],
    data: bytesOfNumbers([value], "int64"),
  });
  const scale: OnnxWeight = { name: "w", dtype: "float32", shape: [3], data: bytesOfNumbers([1, 1, 1], "float32") };
  for (const axis of [-(2 ** 31), 2 ** 31 - 1, 7]) {
    const norm = [node("LayerNormalization", ["x", "w"], "y", { attributes: { axis } })];
    expect(refusal(stored(graphOf(norm, { weights: [scale], opset: 17 })))).toContain("do not fit the operator");
  }
  const cut = (axis: number, step: number) => {
    const weights = [ints("from", 0), ints("to", 2), ints("axis", axis), ints("step", step)];
    const inputs = ["x", "from", "to", "axis", "step"];
    return refusal(stored(graphOf([node("Slice", inputs, "y")], { weights, inputs: [port("x", ["n", 3])] })));
  };
  expect(cut(16_711_681, 1)).toContain("do not fit the operator");
  expect(cut(0, 0)).not.toContain("undefined");
});

test("a name that holds a line break is told in one line", () => {
  const text = refusal(stored(graphOf([node("Det", ["x"], "y", { name: "a\nb" })])));
  expect(text).toContain("“a?b” (Det)");
});

test("data outside the model's folder, missing or too short are refused", () => {
  const weight = (location: string): OnnxWeight => ({
    name: "w",
    dtype: "float32",
    shape: [1000],
    data: { location, offset: 0, length: 4000 },
  });
  const with_ = (location: string) =>
    refusal(stored(graphOf([node("Mul", ["x", "w"], "y")], { weights: [weight(location)] })));
  for (const outside of [
    "../secret.bin",
    "/etc/passwd",
    "a/../../secret.bin",
    "",
    "..\\secret.bin",
    "C:\\secret.bin",
  ]) {
    expect(with_(outside), outside).toContain("outside the model's folder");
  }
  expect(with_("gone.bin")).toBe("m.onnx keeps weights in “gone.bin”, which is missing.");
  writeFileSync(join(folder, "short.bin"), new Uint8Array(3999));
  expect(with_("short.bin")).toBe("short.bin ends before the weights of m.onnx do.");
});

test("folders that weights are reached through may not lead out either", () => {
  const outside = mkdtempSync(join(tmpdir(), "fairlead-outside-"));
  writeFileSync(join(outside, "w.bin"), new Uint8Array(4000));
  symlinkSync(outside, join(folder, "way"), "dir");
  const weights: OnnxWeight[] = [
    { name: "w", dtype: "float32", shape: [1000], data: { location: "way/w.bin", offset: 0, length: 4000 } },
  ];
  const path = stored(graphOf([node("Mul", ["x", "w"], "y")], { weights }));
  expect(refusal(path)).toContain("outside the model's folder");
  rmSync(outside, { recursive: true });
});

test("truncated and foreign files are refused in a sentence", () => {
  const path = stored(graphOf([node("Relu", ["x"], "y")]), "cut.onnx");
  truncateSync(path, 40);
  expect(refusal(path)).toMatch(/^cut\.onnx is damaged or no ONNX file: .+\. Download or export it again\.$/);
  writeFileSync(path, "not a model at all, but some text that is long enough");
  expect(refusal(path)).toMatch(/^cut\.onnx is damaged or no ONNX file/);
  writeFileSync(path, new Uint8Array());
  expect(refusal(path)).toMatch(/^cut\.onnx is damaged or no ONNX file/);
  expect(refusal(stored(graphOf([node("Relu", ["x"], "y")], { opset: 99 })))).toContain("operator set is 99");
});

test("a large file of zeros and one whose field claims gigabytes are refused at once", () => {
  const path = join(folder, "large.onnx");
  writeFileSync(path, new Uint8Array());
  truncateSync(path, 300e6);
  const started = performance.now();
  expect(refusal(path)).toMatch(/damaged or no ONNX file/);
  writeFileSync(path, new Uint8Array(1e8).fill(0x08));
  expect(refusal(path)).toMatch(/damaged or no ONNX file/);
  writeFileSync(path, Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3));
  expect(refusal(path)).toMatch(/damaged or no ONNX file/);
  expect(performance.now() - started).toBeLessThan(12_000);
});

test("changed bytes give a graph or a sentence, never a crash or a wait", () => {
  const weights: OnnxWeight[] = [
    { name: "w", dtype: "float32", shape: [4, 2, 3, 3], data: bytesOfNumbers(new Array(72).fill(0.1), "float32") },
    { name: "shape", dtype: "int64", shape: [3], data: bytesOfNumbers([0, 4, -1], "int64") },
    { name: "sizes", dtype: "int64", shape: [4], data: bytesOfNumbers([1, 4, 9, 9], "int64") },
    { name: "axes", dtype: "int64", shape: [1], data: bytesOfNumbers([2], "int64") },
  ];
  const nodes = [
    node("Conv", ["x", "w"], "a", { attributes: { pads: [1, 1, 1, 1], strides: [2, 2] } }),
    node("Resize", ["a", "", "", "sizes"], "b", { attributes: { mode: "linear" } }),
    node("AveragePool", ["b"], "c", { attributes: { kernel_shape: [3, 3], strides: [2, 2] } }),
    node("Reshape", ["c", "shape"], "d"),
    node("Softmax", ["d"], "e", { attributes: { axis: -1 } }),
    node("ReduceSum", ["e", "axes"], "y", { attributes: { keepdims: 0 } }),
  ];
  const sound = encodeModel(
    graphOf(nodes, { weights, inputs: [port("x", ["n", 2, 8, 8])], outputs: [port("y", null)] }),
  );
  const random = seeded(5);
  const path = join(folder, "fuzz.onnx");
  const started = performance.now();
  let refused = 0;
  for (let i = 0; i < 600; i++) {
    const bytes = sound.slice(0, i % 5 === 0 ? Math.floor(random() * sound.length) : sound.length);
    const changes = 1 + Math.floor(random() * 4);
    for (let k = 0; k < changes && bytes.length > 0; k++) {
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    }
    writeFileSync(path, bytes);
    const sentence = refusal(path);
    if (sentence === "") continue;
    refused += 1;
    expect(sentence).toMatch(/^[^\n]+\.$/);
    expect(sentence).not.toMatch(/undefined|not iterable|not a function|BigInt|Invalid array/);
  }
  expect(refused).toBeGreaterThan(200);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test("nothing is left behind when a gradient cannot be written", () => {
  const path = stored(graphOf([node("Det", ["x"], "y")]));
  expect(() => writeGradientFile(path, request, join(folder, "out", "g.onnx"))).toThrow("Det");
});
