import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { AnyTensor, Tensor } from "../../../shared/tensor/tensor.ts";
import { cotangentName, differentiate, gradientName } from "../grad/differentiate.ts";
import { segmentsOf } from "../grad/segments.ts";
import { GraphBuilder } from "../onnx/builder.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import { encodeModel } from "../onnx/write.ts";
import { callBytes } from "./footprint.ts";
import { segmentCount, segmentedGradient } from "./segmentedGradient.ts";
import { openGraph, type Session } from "./session.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-segments-"));
const path = join(folder, "network.onnx");
const sessions: Session[] = [];
afterAll(async () => {
  for (const session of sessions) await session.release();
  rmSync(folder, { recursive: true, force: true });
});

/** A chain of blocks with skips over one and over all, a second input that every block reads, and a third that none does. */
function network(blocks: number): OnnxGraph {
  const b = new GraphBuilder("/");
  let h = "x";
  for (let i = 0; i < blocks; i++) {
    const scale = b.op("Mul", [h, b.floats([1.1, 0.9, 1 + i / 10, -1], [4], "float32")]);
    const wide = b.op("Tanh", [b.op("Add", [scale, "c"])]);
    const mixed = b.op("Mul", [b.op("Sigmoid", [wide]), b.op("Sin", [h])]);
    h = b.op("Add", [mixed, i % 2 === 0 ? h : "x"]);
  }
  b.nodes.push({ op: "Identity", inputs: [h], outputs: ["y"] });
  b.nodes.push({ op: "Identity", inputs: ["unused"], outputs: ["z"] });
  const port = (name: string) => ({ name, dtype: "float32" as const, shape: ["batch", 4] });
  return {
    name: "chain",
    opset: 18,
    nodes: b.nodes,
    weights: b.weights,
    inputs: ["x", "c", "unused"].map(port),
    outputs: ["y", "z"].map(port),
  };
}

const wave = (seed: number): Tensor => ({
  data: Float32Array.from({ length: 12 }, (_, i) => Math.sin(1.7 * i + seed)),
  shape: [3, 4],
});

async function opened(graph: OnnxGraph): Promise<Session> {
  const session = await openGraph(path, encodeModel(graph), { provider: "cpu", threads: 1, isPart: true });
  sessions.push(session);
  return session;
}

const graph = network(8);
writeFileSync(path, encodeModel(graph));
const wrt = ["x", "c"];
const gradient = differentiate(graph, { of: ["y"], wrt, keepsOutputs: false });
const feeds: Record<string, AnyTensor> = { x: wave(1), c: wave(2), unused: wave(3), [cotangentName("y")]: wave(4) };
const shapes = Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));

test.each([1, 2, 3, 6])("the gradient in %i times less memory is the same", async (times) => {
  const names: string[] = [];
  const session = segmentedGradient({
    path,
    label: "network.onnx",
    network: () => graph,
    gradient: () => gradient,
    of: "y",
    wrt,
    room: () => callBytes(gradient, shapes) / times,
    whole: () => opened(gradient),
    open: async (name, part) => {
      names.push(name);
      return opened(part);
    },
  });
  const whole = await (await opened(gradient)).run(feeds);
  const own = await session.run(feeds);
  expect(names.length > 0).toBe(times > 1);
  for (const name of wrt.map(gradientName)) {
    const wanted = whole[name].data as Float32Array;
    (own[name].data as Float32Array).forEach((value, i) => void expect(Math.abs(value - wanted[i])).toBeLessThan(1e-6));
  }
});

test("a segment's values and what is kept between segments take less than all values", () => {
  const all = callBytes(gradient, shapes);
  const segments = segmentsOf(graph, { of: "y", wrt }, shapes, 6);
  expect(segments.length).toBeGreaterThan(3);
  const most = Math.max(...segments.map(({ backward }) => callBytes(backward!, shapes)));
  expect(most).toBeLessThan(all / 2);
});

test("segments are as many as memory asks for", () => {
  expect(segmentCount(100, 100)).toBe(1);
  expect(segmentCount(101, 100)).toBe(3);
  expect(segmentCount(1000, 100)).toBe(20);
  expect(segmentCount(1000, -5)).toBe(32);
});
