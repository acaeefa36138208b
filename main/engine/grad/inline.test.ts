import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bytesOfNumbers } from "../onnx/builder.ts";
import type { OnnxBody, OnnxGraph, OnnxNode, OnnxPort } from "../onnx/document.ts";
import { inlined, type OnnxFunction } from "../onnx/inline.ts";
import { bytesField, intField, joined, textField } from "../onnx/protobuf.ts";
import { readModel } from "../onnx/read.ts";
import { encodeModel } from "../onnx/write.ts";
import { differentiate } from "./differentiate.ts";
import { opened } from "./testing/checkRule.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-inline-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const port = (name: string, shape: OnnxPort["shape"] = [3]): OnnxPort => ({ name, dtype: "float32", shape });
const request = { of: ["y"], wrt: ["x"], keepsOutputs: true };

function graphOf(nodes: readonly OnnxNode[], more: Partial<OnnxGraph> = {}): OnnxGraph {
  return { name: "g", nodes, weights: [], inputs: [port("x")], outputs: [port("y", null)], opset: 18, ...more };
}

/** The gradient at x = 1, 2, 3 for a cotangent of ones. */
async function gradientOf(graph: OnnxGraph): Promise<number[]> {
  const session = await opened(folder, "gradient", differentiate(graph, request));
  const feeds = { x: { data: Float32Array.of(1, 2, 3), shape: [3] } };
  const cotangent = { data: Float32Array.of(1, 1, 1), shape: [3] };
  const results = await session.run({ ...feeds, "cotangent/y": cotangent });
  await session.release();
  return Array.from(results["gradient/x"].data as Float32Array);
}

const cubed: OnnxFunction = {
  name: "Cubed",
  domain: "own",
  inputs: ["a"],
  outputs: ["b"],
  defaults: { alpha: { float: 1 } },
  opset: 18,
  nodes: [
    { op: "Mul", inputs: ["a", "a"], outputs: ["square"] },
    { op: "Mul", inputs: ["square", "a"], outputs: ["cube"] },
    { op: "LeakyRelu", inputs: ["cube"], outputs: ["b"], attributes: { alpha: { reference: "alpha" } } },
  ],
};

test("functions of a model are put in place, each call with names and attributes of its own", async () => {
  const calls: OnnxNode[] = [
    { op: "Cubed", domain: "own", inputs: ["x"], outputs: ["u"] },
    { op: "Neg", inputs: ["u"], outputs: ["v"] },
    { op: "Cubed", domain: "own", inputs: ["v"], outputs: ["y"], attributes: { alpha: { float: 0.5 } } },
  ];
  const graph = inlined(graphOf(calls), [cubed]);
  expect(graph.nodes.map(({ op }) => op)).toEqual(["Mul", "Mul", "LeakyRelu", "Neg", "Mul", "Mul", "LeakyRelu"]);
  // y = −x⁹ / 2
  expect(await gradientOf(graph)).toEqual([-4.5, -4.5 * 256, -4.5 * 6561]);
});

test("functions are read from files", () => {
  const call = graphOf([{ op: "Cubed", domain: "own", inputs: ["x"], outputs: ["y"] }], { domains: { own: 1 } });
  const node = (op: string, inputs: string[], output: string) =>
    bytesField(7, [...inputs.flatMap((name) => textField(1, name)), ...textField(2, output), ...textField(4, op)]);
  const body = [...node("Mul", ["a", "a"], "t"), ...node("Mul", ["t", "a"], "b")];
  const set = bytesField(9, [...textField(1, ""), ...intField(2, 18)]);
  const head = [...textField(1, "Cubed"), ...textField(4, "a"), ...textField(5, "b"), ...textField(10, "own")];
  const path = join(folder, "function.onnx");
  writeFileSync(path, joined([encodeModel(call), ...bytesField(25, [...head, ...body, ...set])]));
  expect(readModel(path).nodes.map(({ op }) => op)).toEqual(["Mul", "Mul"]);
});

test("functions that call themselves, or multiply without end, are refused", () => {
  const own: OnnxFunction = {
    ...cubed,
    nodes: [{ op: "Cubed", domain: "own", inputs: ["a"], outputs: ["b"] }],
  };
  const call = graphOf([{ op: "Cubed", domain: "own", inputs: ["x"], outputs: ["y"] }]);
  expect(() => inlined(call, [own])).toThrow("its function “Cubed” calls itself");
  const levels = Array.from({ length: 12 }, (_, i): OnnxFunction => {
    const nodes = Array.from({ length: 10 }, (_unused, k) => ({
      op: i === 0 ? "Neg" : `F${i - 1}`,
      ...(i === 0 ? {} : { domain: "own" }),
      inputs: [k === 0 ? "a" : `t${k - 1}`],
      outputs: [k === 9 ? "b" : `t${k}`],
    }));
    return { ...cubed, name: `F${i}`, nodes };
  });
  const top = graphOf([{ op: "F11", domain: "own", inputs: ["x"], outputs: ["y"] }]);
  expect(() => inlined(top, levels)).toThrow("more than 200000 nodes");
  expect(() => inlined(call, [{ ...cubed, opset: 12 }])).toThrow("written in operator set 12");
});

/** y = If(condition) x·w else −x; both branches read x from around them. */
function branching(condition: readonly OnnxNode[], more: Partial<OnnxGraph> = {}): OnnxGraph {
  const branch = (nodes: readonly OnnxNode[], weights: OnnxBody["weights"] = []): OnnxBody => ({
    name: "branch",
    nodes,
    weights,
    inputs: [],
    outputs: [port("r")],
  });
  const four = { name: "w", dtype: "float32" as const, shape: [], data: bytesOfNumbers([4], "float32") };
  const choice: OnnxNode = {
    op: "If",
    name: "choice",
    inputs: ["c"],
    outputs: ["y"],
    attributes: {
      then_branch: { graph: branch([{ op: "Mul", inputs: ["x", "w"], outputs: ["r"] }], [four]) },
      else_branch: { graph: branch([{ op: "Neg", inputs: ["x"], outputs: ["r"] }]) },
    },
  };
  return graphOf([...condition, choice], more);
}

const rankIs = (rank: number): OnnxNode[] => [
  { op: "Shape", inputs: ["x"], outputs: ["s"] },
  { op: "Size", inputs: ["s"], outputs: ["n"] },
  { op: "Constant", inputs: [], outputs: ["k"], attributes: { value_int: rank } },
  { op: "Equal", inputs: ["n", "k"], outputs: ["c"] },
];

test("a branch whose condition follows from shapes is put in place", async () => {
  expect(await gradientOf(branching(rankIs(1)))).toEqual([4, 4, 4]);
  expect(await gradientOf(branching(rankIs(2)))).toEqual([-1, -1, -1]);
});

test("a branch that a run decides is refused, unless no gradient passes", async () => {
  const fed = branching([], { inputs: [port("x"), { name: "c", dtype: "bool", shape: [] }] });
  expect(() => differentiate(fed, request)).toThrow(
    "The gradient stops at node “choice” (If): its condition is known only in a run.",
  );
  const beside: OnnxGraph = {
    ...branching([], { inputs: [port("x"), port("z"), { name: "c", dtype: "bool", shape: [] }] }),
  };
  const [choice] = beside.nodes;
  const nodes: OnnxNode[] = [
    { op: "Identity", inputs: ["z"], outputs: ["kept"] },
    JSON.parse(JSON.stringify(choice).replaceAll('"x"', '"kept"').replaceAll('"y"', '"f"')) as OnnxNode,
    { op: "Mul", inputs: ["f", "x"], outputs: ["y"] },
  ];
  const graph = differentiate(
    { ...beside, nodes: nodes.map((node) => (node.op === "If" ? plain(node, choice) : node)) },
    request,
  );
  expect(graph.nodes.map(({ op }) => op)).toEqual(["Identity", "If", "Mul", "Mul", "Identity"]);
});

/** The If of `changed` with the weights of the original, which JSON cannot carry. */
function plain(changed: OnnxNode, original: OnnxNode): OnnxNode {
  const [then, first] = [changed, original].map(({ attributes }) => {
    const branch = attributes?.then_branch;
    return typeof branch === "object" && "graph" in branch ? branch.graph : null;
  });
  const graph = { ...then!, weights: first!.weights };
  return { ...changed, attributes: { ...changed.attributes, then_branch: { graph } } };
}

test("loops are refused, with what to do", () => {
  const loop: OnnxNode = { op: "Loop", name: "loop", inputs: ["", "", "x"], outputs: ["y"] };
  expect(() => differentiate(graphOf([loop]), request)).toThrow("export the model with the loop unrolled");
});
