import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { AnyTensor } from "../../../../shared/tensor/tensor.ts";
import type { OnnxGraph } from "../../onnx/document.ts";
import { inferValues } from "../../onnx/infer.ts";
import { encodeModel } from "../../onnx/write.ts";
import { openSession, type Session } from "../../runtime/session.ts";
import { cotangentName, differentiate, gradientName } from "../differentiate.ts";
import { prepared } from "../prepare.ts";
import { drawn, normal } from "./draw.ts";
import { type CaseGraph, graphOf, type RuleCase } from "./ruleCase.ts";

type Feeds = Readonly<Record<string, AnyTensor>>;

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};
const numbers = (tensor: AnyTensor) => tensor.data as Float64Array | Float32Array;

/** Opens a graph that is held in memory. */
export async function opened(folder: string, name: string, graph: OnnxGraph): Promise<Session> {
  const path = join(folder, `${name}.onnx`);
  writeFileSync(path, encodeModel(graph));
  return openSession(path, { provider: "cpu", threads: 1 });
}

/** Compares the rule of a case with central differences, once with known and once with open sides. */
export async function checkCase(folder: string, one: RuleCase): Promise<void> {
  const known = graphOf(one, false);
  if (one.refused) {
    expect(() => differentiate(known.graph, { ...known, keepsOutputs: true })).toThrow(one.refused);
    return;
  }
  const graph = one.isForeign ? prepared(known.graph, known.wrt).graph : known.graph;
  const forward = await opened(folder, "forward", graph);
  try {
    const values = await forward.run(known.feeds);
    const cotangents = cotangentsOf(values, known);
    for (const isOpen of [false, true]) {
      const drawnGraph = isOpen ? graphOf(one, true) : known;
      if (isOpen && one.refusedOpen) {
        expect(() => differentiate(drawnGraph.graph, { ...drawnGraph, keepsOutputs: true })).toThrow(one.refusedOpen);
        continue;
      }
      await compare(folder, one, drawnGraph, { forward, values, cotangents });
    }
  } finally {
    await forward.release();
  }
}

function cotangentsOf(values: Feeds, { of }: CaseGraph): Record<string, AnyTensor> {
  return Object.fromEntries(
    of.map((name, i) => [name, { data: drawn(normal, values[name].data.length, 401 + i), shape: values[name].shape }]),
  );
}

/** The model itself, and what it gives for the case's inputs. */
interface Truth {
  readonly forward: Session;
  readonly values: Feeds;
  readonly cotangents: Feeds;
}

async function compare(
  folder: string,
  one: RuleCase,
  { graph, feeds, of, wrt }: CaseGraph,
  { forward, values, cotangents }: Truth,
): Promise<void> {
  const backward = await opened(folder, "backward", differentiate(graph, { of, wrt, keepsOutputs: true }));
  const given = Object.fromEntries(of.map((name) => [cotangentName(name), cotangents[name]]));
  const results = await backward.run({ ...feeds, ...given });
  await backward.release();
  const infos = inferValues(graph, graph.opset);
  for (const name of of) {
    expect(distance(numbers(results[name]), numbers(values[name]))).toBeLessThan(one.isSingle ? 1e-5 : 1e-12);
    const sides = infos.get(name)?.shape;
    if (sides && !one.domain) {
      expect(sides).toHaveLength(values[name].shape.length);
      expect(values[name].shape.map((side, i) => (typeof sides[i] === "number" ? sides[i] : side))).toEqual(
        values[name].shape,
      );
    }
  }
  const probe = { forward, feeds, of, cotangents, isSingle: one.isSingle ?? false };
  for (const name of wrt) {
    const gradient = results[gradientName(name)];
    expect(gradient.shape).toEqual(feeds[name].shape);
    const error = await differenceError(probe, name, numbers(gradient));
    expect(error, `gradient of ${name}`).toBeLessThan(one.isSingle ? 1e-3 : 1e-6);
    if (one.linearIn?.includes(Number(name.slice(1)))) {
      const gap = await adjointError(probe, name, numbers(gradient));
      expect(gap, `adjoint in ${name}`).toBeLessThan(one.isSingle ? 3e-6 : 1e-12);
    }
  }
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [gap, size] = [0, 1];
  for (let i = 0; i < b.length; i++) {
    gap = Math.max(gap, Number.isFinite(a[i] - b[i]) ? Math.abs(a[i] - b[i]) : Number.POSITIVE_INFINITY);
    size = Math.max(size, Math.abs(b[i]));
  }
  return a.length === b.length ? gap / size : Number.POSITIVE_INFINITY;
}

interface Probe {
  readonly forward: Session;
  readonly feeds: Feeds;
  readonly of: readonly string[];
  readonly cotangents: Readonly<Record<string, AnyTensor>>;
  readonly isSingle: boolean;
}

/** Σ over the outputs of <cotangent, output> at changed inputs. */
async function scalarAt({ forward, feeds, of, cotangents }: Probe, name: string, data: Float64Array): Promise<number> {
  const values = await forward.run({ ...feeds, [name]: { data, shape: feeds[name].shape } });
  return of.reduce((sum, output) => sum + dot(numbers(cotangents[output]), numbers(values[output])), 0);
}

/** Greatest difference to a stencil of four points along random directions, in units of the gradient's usual share. */
async function differenceError(probe: Probe, name: string, gradient: ArrayLike<number>): Promise<number> {
  const x = probe.feeds[name].data as Float64Array;
  const h = probe.isSingle ? 0.02 : 1e-3;
  const usual = Math.sqrt(dot(gradient, gradient) / Math.max(1, x.length));
  let worst = 0;
  for (let direction = 0; direction < 2; direction++) {
    const u = drawn(normal, x.length, 900 + direction);
    const size = Math.sqrt(dot(u, u));
    const at = (steps: number) =>
      scalarAt(
        probe,
        name,
        x.map((value, i) => value + (steps * h * u[i]) / size),
      );
    const wide = (await at(2)) - (await at(-2));
    const narrow = (await at(1)) - (await at(-1));
    const slope = (8 * narrow - wide) / (12 * h);
    const gap = Math.abs(slope - dot(gradient, u) / size);
    worst = Math.max(worst, Number.isFinite(gap) ? gap / (usual || 1) : Number.POSITIVE_INFINITY);
  }
  return worst;
}

/** |<f(x) − f(0), ȳ> − <x, x̄>| over the size of its terms. */
async function adjointError(probe: Probe, name: string, gradient: ArrayLike<number>): Promise<number> {
  const x = probe.feeds[name].data as Float64Array;
  const moved =
    (await scalarAt(probe, name, x)) -
    (await scalarAt(
      probe,
      name,
      x.map(() => 0),
    ));
  return Math.abs(moved - dot(x, gradient)) / (1e-30 + Math.sqrt(dot(x, x) * dot(gradient, gradient)));
}
