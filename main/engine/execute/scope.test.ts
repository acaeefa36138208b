import { expect, test } from "vitest";
import type { Call, Denoiser } from "../../../shared/denoiser.ts";
import type { MetricsEvent, RunEvent } from "../../../shared/events.ts";
import type { NodeContext, StepReport } from "../../../shared/node/context.ts";
import { type AnyNode, defineNode } from "../../../shared/node/define.ts";
import { param } from "../../../shared/node/params.ts";
import { port } from "../../../shared/node/ports.ts";
import { extrapolate } from "../../../shared/tensor/index.ts";
import { type Tensor, tensor } from "../../../shared/tensor/tensor.ts";
import { compile } from "../compile/compile.ts";
import { testCall, testFacts, testInfo, testWorkflow } from "../compile/testing.ts";
import type { Meter, Runtime } from "../runtime/types.ts";
import { ResultCache } from "./cache.ts";
import { execute } from "./execute.ts";

const common = { version: 1, summary: "", keywords: [], doc: "", cites: [], status: "stable" } as const;

/** Two samples; the first is that of the sheet of golden vectors. */
const x = tensor(Float64Array.of(2, 1, -1, 0.5, 0, 0, 0, 0), [2, 1, 2, 2]);
const strongValues = [1, 0.5, -0.2, 0.1, 3, 0, 4, 0];
const weakValues = [0.4, 0.6, 0.1, -0.3, 0, 0, 4, 0];
const sigmas = [1.5, 1, 0.5];

const callAt = (step: number, stage = 0): Call => ({ ...testCall, sigmas, step, stage, sigma: sigmas[step], steps: 3 });

/** A model whose denoiser always predicts its conditioning, whatever it is asked. */
const model = defineNode({
  ...common,
  type: "test/model",
  title: "Model",
  inputs: {},
  params: {},
  outputs: { model: port.model("") },
  forecast: () => ({ model: testInfo }),
  build: () => {
    const denoiser = (values: number[]) => async (at: Tensor) => tensor(Float64Array.from(values), at.shape);
    return { model: { info: testInfo, denoiser } as never };
  },
});

function branch(type: string, values: readonly number[]): AnyNode {
  return defineNode({
    ...common,
    type,
    title: type,
    inputs: { model: port.model("") },
    params: {},
    outputs: { denoiser: port.denoiser("") },
    build: ({ model: given }) => ({ denoiser: given.denoiser(values as never) }),
  });
}

const guide = defineNode({
  ...common,
  type: "test/guide",
  title: "Guide",
  inputs: { strong: port.denoiser(""), weak: port.denoiser("") },
  params: { scale: param.number({ default: 4, about: "" }) },
  outputs: { denoiser: port.denoiser("") },
  evaluations: () => ({ strong: 1, weak: 1 }),
  build: ({ strong, weak }, { scale }) => ({
    denoiser: async (at, sigma, call) => {
      if (scale === 1) return strong(at, sigma, call);
      const [s, u] = await Promise.all([strong(at, sigma, call), weak(at, sigma, call)]);
      return extrapolate(u, s, scale);
    },
  }),
});

type Walk = (denoiser: Denoiser, step: (report: StepReport) => Promise<void>) => Promise<void>;

/** A sampler that asks as a test wants. */
function sampler(walk: Walk): AnyNode {
  return defineNode({
    ...common,
    type: "test/walk",
    title: "Walk",
    effect: "measures",
    inputs: { denoiser: port.denoiser("") },
    params: {},
    outputs: { latent: port.latent("") },
    run: async ({ denoiser }, _params, context) => {
      await walk(denoiser, (report) => context.step(report));
      return { latent: x };
    },
  });
}

const threeSteps: Walk = async (denoiser, step) => {
  for (let i = 0; i < 3; i++) {
    const denoised = await denoiser(x, sigmas[i], callAt(i));
    await denoiser(x, sigmas[i], callAt(i, 1));
    await step({ step: i, steps: 3, sigma: sigmas[i], x, denoised });
  }
};

/** A sampler of its own kind, which combines the branches itself. */
const pair = defineNode({
  ...common,
  type: "test/pair",
  title: "Pair",
  effect: "measures",
  inputs: { strong: port.denoiser(""), weak: port.denoiser("") },
  params: {},
  outputs: { latent: port.latent("") },
  run: async ({ strong, weak }) => {
    // A step with one branch, then corrections with both.
    await strong(tensor(x.data.slice(), x.shape), sigmas[0], callAt(0));
    for (const stage of [1, 2]) {
      const inner = stage === 1 ? x : tensor(x.data.slice(), x.shape);
      await Promise.all([strong(inner, sigmas[0], callAt(0, stage)), weak(inner, sigmas[0], callAt(0, stage))]);
    }
    return { latent: x };
  },
});

const decode = defineNode({
  ...common,
  type: "test/decode",
  title: "Decode",
  effect: "shows",
  inputs: { latent: port.latent("") },
  params: {},
  outputs: { image: port.image("") },
  run: async () => ({ image: tensor(Float32Array.of(0.5, 1.5, -1, 0.2, 0, 1), [2, 3, 1, 1]) }),
});

const meter: Meter = { nfe: 0, runs: 0, backward: 0, modelMs: 0, gradientMs: 0, loadMs: 0, opened: 0, released: 0 };
const runtime = { beginRun: () => meter } as unknown as Runtime;

type Node = readonly [id: string, type: string, params?: Record<string, number>];

const branches: Node[] = [
  ["model", "model"],
  ["strong", "strong"],
  ["weak", "weak"],
];
const models = ["model.model strong.model", "model.model weak.model"];
const edges = [...models, "strong.denoiser guide.strong", "weak.denoiser guide.weak", "guide.denoiser walk.denoiser"];
const guided = (scale = 4): Node[] => [...branches, ["guide", "guide", { scale }], ["walk", "walk"]];

/** Runs a graph and gives the events. */
async function run(walk: Walk, nodes = guided(), links = edges): Promise<RunEvent[]> {
  const branchNodes = [branch("test/strong", strongValues), branch("test/weak", weakValues)];
  const definitions = [model, ...branchNodes, guide, sampler(walk), pair, decode];
  const registry = new Map(definitions.map((node) => [node.type, node]));
  const graph = testWorkflow(nodes as [string, string][], links);
  const { plan, diagnostics } = compile(graph, registry, testFacts);
  if (!plan) throw new Error(JSON.stringify(diagnostics));
  const events: RunEvent[] = [];
  const emit = (event: RunEvent) => void events.push(event);
  const contextOf = ({ id }: { id: string }) =>
    ({
      node: id,
      step: async ({ step, steps, sigma }: StepReport) =>
        emit({ event: "progress", node: id, step: step + 1, steps, sigma }),
    }) as unknown as NodeContext;
  const options = { registry, runtime, cache: new ResultCache(1e6), signal: new AbortController().signal };
  await execute(plan, { ...options, emit, contextOf, settle: async () => {} }).catch((error) =>
    emit({ event: "error", node: null, port: null, message: (error as Error).message }),
  );
  return events;
}

const metricsOf = (events: readonly RunEvent[], node: string) =>
  events.filter((event): event is MetricsEvent => event.event === "metrics" && event.node === node);

const plain = ({ values }: MetricsEvent) =>
  Object.fromEntries(Object.entries(values).map(([name, samples]) => [name, [...samples]]));

test("a guidance node is measured at the first evaluation of each step, before the sampler goes on", async () => {
  const events = await run(threeSteps);
  const found = metricsOf(events, "guide");
  expect(found.map(({ step, sigma, sampler: by }) => [step, sigma, by])).toEqual([
    [1, 1.5, "walk"],
    [2, 1, "walk"],
    [3, 0.5, "walk"],
  ]);
  expect(plain(found[0])).toEqual({
    "norm.strong": [expect.closeTo(Math.sqrt(1.3), 10), 5],
    "norm.weak": [expect.closeTo(Math.sqrt(0.62), 10), 4],
    "norm.difference": [expect.closeTo(Math.sqrt(0.62), 10), 3],
    cosine: [expect.closeTo(0.980136, 6), 0.8],
    parallel: [expect.closeTo(0.65 / Math.sqrt(1.3), 10), 1.8],
    orthogonal: [expect.closeTo(Math.sqrt(0.295), 10), expect.closeTo(2.4, 10)],
    scale: [expect.closeTo(4, 10), expect.closeTo(4, 10)],
  });
  expect(found[0].map).toMatchObject({ width: 2, height: 2 });
  expect(events.indexOf(found[0])).toBeLessThan(events.findIndex(({ event }) => event === "progress"));
  expect(metricsOf(events, "walk").map(({ values }) => Object.keys(values))).toEqual(Array(3).fill(["norm.denoised"]));
});

test("a branch that was not evaluated leaves out what it takes to compare", async () => {
  const found = metricsOf(await run(threeSteps, guided(1)), "guide");
  expect(found).toHaveLength(3);
  for (const { values, map } of found) {
    expect(Object.keys(values)).toEqual(["norm.strong"]);
    expect(map).toBeUndefined();
  }
});

test("another x in the same step, as windows ask for, is not a step of its own", async () => {
  const windows: Walk = async (denoiser) => {
    for (let i = 0; i < 2; i++) await denoiser(tensor(x.data.slice(), x.shape), 1.5, callAt(0));
    await denoiser(x, 1, callAt(1));
  };
  expect(metricsOf(await run(windows), "guide").map(({ step }) => step)).toEqual([1, 2]);
});

test("each sampler of a graph has measures of its own", async () => {
  const nodes = [...guided(), ["second", "walk"] as const];
  const events = await run(threeSteps, nodes, [...edges, "guide.denoiser second.denoiser"]);
  const by = metricsOf(events, "guide").map(({ sampler: id }) => id);
  expect([by.filter((id) => id === "walk").length, by.filter((id) => id === "second").length]).toEqual([3, 3]);
});

test("a node that combines two branches by itself is measured where it first asks both, without a scale", async () => {
  const nodes: Node[] = [...branches, ["pair", "pair"]];
  const events = await run(threeSteps, nodes, [...models, "strong.denoiser pair.strong", "weak.denoiser pair.weak"]);
  const [found, ...more] = metricsOf(events, "pair");
  expect(more).toEqual([]);
  expect(found).toMatchObject({ step: 1, sampler: "pair" });
  expect(found.values["norm.difference"][1]).toBe(3);
  expect(found.values.scale).toBeUndefined();
});

test("the picture that a sampler's latent becomes tells the clipping of every sample", async () => {
  const nodes = [...guided(), ["decode", "decode"] as const];
  const events = await run(threeSteps, nodes, [...edges, "walk.latent decode.latent"]);
  const last = metricsOf(events, "walk").at(-1)!;
  expect(last).toMatchObject({ step: 3, sigma: 0.5 });
  expect(plain(last)).toEqual({ clipping: [2 / 3, 0] });
});

test("evaluations are counted where they are made, once for all who ask, also when the run fails", async () => {
  const failing: Walk = async (denoiser) => {
    await Promise.all([denoiser(x, 1.5, callAt(0)), denoiser(x, 1.5, callAt(0))]);
    await denoiser(x, 1, callAt(1));
    throw new Error("No more.");
  };
  const events = await run(failing);
  const told = events.findLast((event) => event.event === "evaluations");
  expect(told).toEqual({ event: "evaluations", counts: { strong: 2, weak: 2 } });
  expect(events.at(-1)?.event).toBe("error");
});
