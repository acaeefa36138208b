import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { AnyTensor, Tensor } from "../../../shared/tensor/tensor.ts";
import { readModel } from "../onnx/read.ts";
import { weightBytes } from "../runtime/footprint.ts";
import { openGraph, openSession, type Session } from "../runtime/session.ts";
import { partsByWeights, runParts, shapesOf } from "../runtime/splitSession.ts";
import { GraphBuilder } from "./builder.ts";
import type { OnnxGraph } from "./document.ts";
import { inferValues } from "./infer.ts";
import { livenessOf } from "./liveness.ts";
import { partitioned } from "./partition.ts";
import { encodeModel } from "./write.ts";

const open: Session[] = [];
afterAll(async () => {
  for (const session of open) await session.release();
});

/** x [1, 4] through blocks of a wide value, each block ending in a narrow one: the narrow places are where to cut. */
function blocks(count: number): OnnxGraph {
  const b = new GraphBuilder("/");
  let x = "x";
  for (let i = 0; i < count; i++) {
    const wide = b.op("Expand", [b.op("Unsqueeze", [x, b.ints([0])]), b.ints([50, 1, 4])]);
    const scaled = b.op("Mul", [wide, b.floats([i + 1, 2, 3, 4], [4], "float32")]);
    x = b.op("ReduceMean", [scaled, b.ints([0])], { keepdims: 0 });
  }
  b.nodes.push({ op: "Identity", inputs: [x], outputs: ["y"] });
  const port = (name: string) => ({ name, dtype: "float32" as const, shape: [1, 4] });
  return { name: "blocks", opset: 18, nodes: b.nodes, weights: b.weights, inputs: [port("x")], outputs: [port("y")] };
}

test("a graph is cut where little is alive", () => {
  const graph = blocks(6);
  const infos = inferValues(graph, graph.opset);
  const liveness = livenessOf(graph, infos);
  const loads = graph.nodes.map(() => 1);
  const parts = partitioned(graph, { infos, liveness, loads, limit: 9 });
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) {
    expect(part.nodes.length).toBeLessThanOrEqual(9);
    for (const ports of [part.inputs, part.outputs]) {
      expect(ports).toHaveLength(1);
      expect(ports[0].shape?.filter((side) => side !== 1)).toEqual([4]);
    }
  }
  expect(parts.flatMap(({ nodes }) => nodes)).toEqual(graph.nodes);
  // The wide value, written over by its scaled self, and the mean.
  expect(liveness.peak).toBe(50 * 16 + 16);
});

const wave = (shape: readonly number[]): Tensor => ({
  data: Float32Array.from({ length: shape.reduce((size, side) => size * side, 1) }, (_, i) => Math.sin(i * 1.7)),
  shape,
});

test("the embedded network in parts gives what it gives as a whole, and no part has more weights than asked", async () => {
  const path = join(__dirname, "../../../assets/models/emoji-scenes/unet/model.onnx");
  const graph = readModel(path);
  const whole = await openSession(path, { provider: "cpu", threads: 1 });
  open.push(whole);
  const feeds: Record<string, AnyTensor> = {};
  for (const [name, { shape }] of Object.entries(whole.inputs)) {
    const sides = name === "sample" ? [2, 4, 16, 16] : shape.length < 2 ? shape.map(() => 2) : [2, 16, shape[2]!];
    feeds[name] =
      shape.length < 2 ? { data: Float32Array.of(500, 200).subarray(0, sides[0] ?? 1), shape: sides } : wave(sides);
  }
  const budget = 0.4 * weightBytes(graph);
  const parts = partsByWeights(graph, shapesOf(feeds), budget);
  expect(parts.length).toBeGreaterThan(2);
  for (const part of parts) expect(weightBytes(part)).toBeLessThan(budget);
  const values = await runParts(parts, feeds, async (_, part) => {
    const session = await openGraph(path, encodeModel(part), { provider: "cpu", threads: 1, staysMapped: true });
    open.push(session);
    return session;
  });
  const wanted = await whole.run(feeds);
  for (const [name, { data }] of Object.entries(wanted)) {
    const got = values.get(name)!.data as Float32Array;
    (data as Float32Array).forEach((value, i) => void expect(Math.abs(value - got[i])).toBeLessThan(1e-5));
  }
});
