import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bytesOfNumbers } from "../onnx/builder.ts";
import type { OnnxGraph, OnnxNode, OnnxPort, OnnxWeight } from "../onnx/document.ts";
import { differentiate, type GradientRequest } from "./differentiate.ts";
import { opened } from "./testing/checkRule.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-differentiate-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const port = (name: string, shape: OnnxPort["shape"] = ["n", 2]): OnnxPort => ({ name, dtype: "float32", shape });
const node = (op: string, inputs: string[], output: string, attributes = {}): OnnxNode => ({
  op,
  name: output,
  inputs,
  outputs: [output],
  attributes,
});

function graphOf(nodes: readonly OnnxNode[], more: Partial<OnnxGraph> = {}): OnnxGraph {
  return { name: "g", nodes, weights: [], inputs: [port("x")], outputs: [port("y")], opset: 18, ...more };
}

type Rows = readonly (readonly number[])[];

/** Runs a graph on rows of two numbers. */
async function run(graph: OnnxGraph, feeds: Readonly<Record<string, Rows>>): Promise<Record<string, number[]>> {
  const session = await opened(folder, "graph", graph);
  const tensors = Object.entries(feeds).map(([name, rows]) => {
    return [name, { data: Float32Array.from(rows.flat()), shape: [rows.length, rows[0].length] }] as const;
  });
  const results = await session.run(Object.fromEntries(tensors));
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );
}

const request = (more: Partial<GradientRequest> = {}): GradientRequest => ({
  of: ["y"],
  wrt: ["x"],
  keepsOutputs: true,
  ...more,
});

test("a value that is used several times gets all that comes back", async () => {
  // y = x·x + x, with x taken twice by one node.
  const graph = graphOf([node("Mul", ["x", "x"], "square"), node("Add", ["square", "x"], "y")]);
  const results = await run(differentiate(graph, request()), { x: [[1, 2]], "cotangent/y": [[1, 10]] });
  expect(results).toEqual({ y: [2, 6], "gradient/x": [3, 50] });
});

test("several outputs each bring a cotangent; an input that none depends on gets zeros", async () => {
  const graph = graphOf([node("Exp", ["x"], "y"), node("Neg", ["x"], "z")], {
    inputs: [port("x"), port("other", ["m"])],
    outputs: [port("y"), port("z")],
  });
  const both = differentiate(graph, request({ of: ["y", "z"], wrt: ["x", "other"] }));
  const session = await opened(folder, "several", both);
  const feed = (...numbers: number[]) => ({ data: Float32Array.from(numbers), shape: [1, 2] });
  const results = await session.run({
    x: feed(0, 0),
    other: { data: Float32Array.of(5, 6, 7), shape: [3] },
    "cotangent/y": feed(3, 4),
    "cotangent/z": feed(1, 1),
  });
  await session.release();
  expect(Array.from(results["gradient/x"].data as Float32Array)).toEqual([2, 3]);
  expect(Array.from(results["gradient/other"].data as Float32Array)).toEqual([0, 0, 0]);
});

test("gradients by weights are sums over the batch", async () => {
  const w: OnnxWeight = { name: "w", dtype: "float32", shape: [2], data: bytesOfNumbers([2, 3], "float32") };
  const graph = graphOf([node("Mul", ["x", "w"], "y")], { weights: [w] });
  const feeds = {
    x: [
      [1, 2],
      [3, 4],
    ],
    "cotangent/y": [
      [1, 1],
      [1, 1],
    ],
  };
  expect((await run(differentiate(graph, request({ wrt: ["w"] })), feeds))["gradient/w"]).toEqual([4, 6]);
});

test("the graph keeps only what outputs need, and computes nothing twice", () => {
  const graph = graphOf([
    node("Sigmoid", ["x"], "s"),
    node("Mul", ["x", "s"], "y"),
    node("Sin", ["y"], "unused"),
    node("Exp", ["unused"], "unused2"),
  ]);
  const ops = (keepsOutputs: boolean) => differentiate(graph, request({ keepsOutputs })).nodes.map(({ op }) => op);
  expect(ops(true)).not.toContain("Sin");
  expect(ops(true).filter((op) => op === "Sigmoid")).toEqual(["Sigmoid"]);
  // Without the output, y itself is not needed: one product less.
  expect(ops(true)).toHaveLength(ops(false).length + 1);
});

test("samples of a batch stay apart", async () => {
  const graph = graphOf([node("Softmax", ["x"], "s", { axis: -1 }), node("LayerNormalization", ["s", "one"], "y")], {
    weights: [{ name: "one", dtype: "float32", shape: [2], data: bytesOfNumbers([1, 2], "float32") }],
  });
  const gradient = differentiate(graph, request());
  const [x, cotangent] = [
    [
      [1, 2],
      [0.5, -1],
      [0, 0.3],
    ],
    [
      [1, -1],
      [2, 0],
      [0.3, 0.4],
    ],
  ];
  const whole = (await run(gradient, { x, "cotangent/y": cotangent }))["gradient/x"];
  const single = [];
  for (const i of [0, 1, 2]) {
    single.push(...(await run(gradient, { x: [x[i]], "cotangent/y": [cotangent[i]] }))["gradient/x"]);
  }
  expect(whole).toEqual(single);
});

test("a gradient graph can be differentiated again", async () => {
  const cubic = graphOf([node("Mul", ["x", "x"], "q"), node("Mul", ["q", "x"], "y")]);
  const once = differentiate(cubic, request({ keepsOutputs: false }));
  const twice = differentiate(once, request({ of: ["gradient/x"], keepsOutputs: true }));
  const results = await run(twice, { x: [[2, 3]], "cotangent/y": [[1, 1]], "cotangent/gradient/x": [[1, 1]] });
  expect(results).toEqual({ "gradient/x": [12, 27], "gradient/gradient/x": [12, 18] });
});

test("a way that leads only through an operator without a slope is refused by its name", () => {
  const graph = graphOf([node("Mul", ["x", "x"], "q"), node("Floor", ["q"], "f"), node("Neg", ["f"], "y")]);
  expect(() => differentiate(graph, request())).toThrow(
    "The output depends on “x” only through node “f” (Floor), which has no slope.",
  );
  const beside = graphOf([node("Floor", ["x"], "f"), node("Mul", ["f", "x"], "y")]);
  expect(differentiate(beside, request()).outputs.map(({ name }) => name)).toEqual(["y", "gradient/x"]);
});

test("values of whole numbers have no gradient", () => {
  const graph = graphOf([node("Cast", ["x"], "y", { to: 7 })], {
    outputs: [{ name: "y", dtype: "int64", shape: null }],
    inputs: [port("x"), { name: "i", dtype: "int64", shape: [1] }],
  });
  expect(() => differentiate(graph, request())).toThrow("Output “y” holds int64, which has no gradient.");
});
