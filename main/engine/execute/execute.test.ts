import { expect, test } from "vitest";
import type { Denoiser } from "../../../shared/denoiser.ts";
import type { RunEvent } from "../../../shared/events.ts";
import type { NodeContext } from "../../../shared/node/context.ts";
import { type AnyNode, defineNode } from "../../../shared/node/define.ts";
import { param } from "../../../shared/node/params.ts";
import { port } from "../../../shared/node/ports.ts";
import { tensor } from "../../../shared/tensor/tensor.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { CheckpointFiles } from "../checkpoint/files.ts";
import { PlannedCheckpoints } from "../checkpoint/planned.ts";
import { compile } from "../compile/compile.ts";
import { testCall as call, testFacts, testWorkflow } from "../compile/testing.ts";
import type { Meter, Runtime } from "../runtime/types.ts";
import { ResultCache } from "./cache.ts";
import { execute } from "./execute.ts";
import { Failure } from "./failure.ts";

const common = { version: 1, summary: "", keywords: [], doc: "", cites: [], status: "stable" } as const;

/** Nodes that count what they do; each test has counts of its own. */
function countingNodes() {
  const counts = { source: 0, build: 0, evaluate: 0, walk: 0 };
  const nodes: AnyNode[] = [
    defineNode({
      ...common,
      type: "test/source",
      title: "Source",
      inputs: {},
      params: { value: param.number({ default: 1, about: "" }) },
      outputs: { number: port.number("") },
      run: (_inputs, { value }) => {
        counts.source += 1;
        if (value < 0) throw new Error("Value is negative.");
        return { number: value };
      },
    }),
    defineNode({
      ...common,
      type: "test/leaf",
      title: "Leaf",
      inputs: { number: port.number("", { optional: true }) },
      params: {},
      outputs: { denoiser: port.denoiser("") },
      build: () => {
        counts.build += 1;
        const denoiser: Denoiser = async (x) => {
          counts.evaluate += 1;
          return tensor(x.data.map((value) => value * 2) as Float64Array, x.shape);
        };
        return { denoiser };
      },
    }),
    defineNode({
      ...common,
      type: "test/both",
      title: "Both",
      inputs: { strong: port.denoiser(""), weak: port.denoiser("") },
      params: {},
      outputs: { denoiser: port.denoiser("") },
      evaluations: () => ({ strong: 1, weak: 1 }),
      build: ({ strong, weak }) => ({
        denoiser: async (x, sigma, at) => (await Promise.all([strong(x, sigma, at), weak(x, sigma, at)]))[1],
      }),
    }),
    defineNode({
      ...common,
      type: "test/walk",
      title: "Walk",
      inputs: { denoiser: port.denoiser("") },
      params: {},
      outputs: { number: port.number("") },
      run: async ({ denoiser }) => {
        counts.walk += 1;
        const out = await denoiser(tensor(Float64Array.of(3), [1]), 1, call);
        return { number: out.data[0] };
      },
    }),
    defineNode({
      ...common,
      type: "test/picture",
      title: "Picture",
      inputs: {},
      params: { value: param.number({ default: 0, about: "" }) },
      outputs: { number: port.number(""), image: port.image("") },
      run: (_inputs, { value }) => ({
        number: 1,
        image: tensor(Float32Array.of(0.5, 2 ** (8 * value), 0.1), [1, 3, 1, 1]),
      }),
    }),
    defineNode({
      ...common,
      type: "test/sink",
      title: "Sink",
      effect: "writes",
      inputs: { number: port.number("") },
      params: { name: param.text({ default: "", about: "" }) },
      outputs: {},
      run: ({ number }, { name }, context) => {
        context.metric(name, number);
        return {};
      },
    }),
  ];
  return { counts, registry: new Map(nodes.map((node) => [node.type, node])) };
}

function stillRuntime(): Runtime {
  const meter: Meter = { nfe: 0, runs: 0, backward: 0, modelMs: 0, gradientMs: 0, loadMs: 0, opened: 0, released: 0 };
  const unused = () => {
    throw new Error("No test here opens a model.");
  };
  return {
    model: unused,
    modelInfo: unused,
    planned: new PlannedCheckpoints(new CheckpointFiles()),
    checkpoint: unused,
    withParts: unused,
    withLora: unused,
    withSettings: unused,
    merge: unused,
    control: unused,
    freeMemory: () => 1e9,
    setMemory: () => {},
    beginRun: () => meter,
    evaluated: () => {},
    endRun: async () => {},
    openNetworks: () => [],
    hold: (work) => work,
    load: (work) => work,
    report: null,
    batchCapacity: () => 1,
    close: async () => {},
  };
}

function bench() {
  const { counts, registry } = countingNodes();
  const cache = new ResultCache(1e6);
  const run = async (workflow: Workflow, signal = new AbortController().signal) => {
    const { plan, diagnostics } = compile(workflow, registry, testFacts);
    if (!plan) throw new Error(JSON.stringify(diagnostics));
    const events: RunEvent[] = [];
    const contextOf = (step: { id: string }) =>
      ({
        node: step.id,
        metric: (name: string, value: number) => events.push({ event: "metric", node: step.id, name, value }),
        show: async () => {},
      }) as unknown as NodeContext;
    await execute(plan, {
      registry,
      runtime: stillRuntime(),
      cache,
      signal,
      emit: (event) => events.push(event),
      contextOf,
      settle: async () => {},
    });
    return events;
  };
  return { counts, run };
}

const states = (events: RunEvent[]) =>
  events.flatMap((event) => (event.event === "state" ? [`${event.node} ${event.state}`] : []));

test("runs what the outputs need, in order", async () => {
  const { run } = bench();
  const events = await run(
    testWorkflow(
      [
        ["a", "source", { value: 5 }],
        ["out", "sink", { name: "x" }],
      ],
      ["a.number out.number"],
    ),
  );
  expect(states(events)).toEqual(["a running", "a done", "out running", "out done"]);
  expect(events.find((event) => event.event === "metric")).toMatchObject({ name: "x", value: 5 });
});

test("a second run with another name executes only the step that writes", async () => {
  const { counts, run } = bench();
  const workflow = (name: string) =>
    testWorkflow(
      [
        ["d", "leaf"],
        ["w", "walk"],
        ["out", "sink", { name }],
      ],
      ["d.denoiser w.denoiser", "w.number out.number"],
    );
  await run(workflow("first"));
  const events = await run(workflow("second"));
  expect(states(events)).toEqual(["w cached", "out running", "out done"]);
  expect(counts).toMatchObject({ walk: 1, evaluate: 1 });
});

test("one denoiser wire is evaluated once at one x, and built once for each consumer", async () => {
  const { counts, run } = bench();
  await run(
    testWorkflow(
      [
        ["d", "leaf"],
        ["b", "both"],
        ["c", "both"],
        ["w", "walk"],
        ["w2", "walk"],
        ["s", "sink"],
        ["s2", "sink"],
      ],
      [
        "d.denoiser b.strong",
        "d.denoiser b.weak",
        "b.denoiser c.strong",
        "d.denoiser c.weak",
        "c.denoiser w.denoiser",
        "d.denoiser w2.denoiser",
        "w.number s.number",
        "w2.number s2.number",
      ],
    ),
  );
  expect(counts).toMatchObject({ build: 2, evaluate: 2 });
});

test("an error names its node and the other steps are not run", async () => {
  const { run } = bench();
  const workflow = testWorkflow(
    [
      ["bad", "source", { value: -1 }],
      ["out", "sink"],
    ],
    ["bad.number out.number"],
  );
  const error = await run(workflow).catch((caught: Failure) => caught);
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({ node: "bad", message: "Value is negative." });
});

test("a picture that overflowed ends the run at the node that made it, before anything is written or kept", async () => {
  const { run } = bench();
  const workflow = (value: number) =>
    testWorkflow(
      [
        ["decode", "picture", { value }],
        ["out", "sink"],
      ],
      ["decode.number out.number"],
    );
  for (const attempt of [1, 2]) {
    const error = await run(workflow(100)).catch((caught: Failure) => caught);
    expect({ attempt, error }).toMatchObject({
      error: { node: "decode", message: expect.stringMatching(/^Its image has values that are not finite\. /) },
    });
  }
  expect(states(await run(workflow(1)))).toContain("out done");
});

test("a cancelled run stops with the reason", async () => {
  const { run, counts } = bench();
  const abort = new AbortController();
  abort.abort();
  const workflow = testWorkflow(
    [
      ["a", "source"],
      ["out", "sink"],
    ],
    ["a.number out.number"],
  );
  await expect(run(workflow, abort.signal)).rejects.toMatchObject({ name: "AbortError" });
  expect(counts.source).toBe(0);
});

test("values are forgotten least recently used first", () => {
  const cache = new ResultCache(2000);
  const kilobyte = () => ({ latent: new Float64Array(100) });
  cache.set("a", kilobyte());
  cache.set("b", kilobyte());
  cache.get("a", ["latent"]);
  cache.set("c", kilobyte());
  expect([cache.has("a", []), cache.has("b", []), cache.has("c", [])]).toEqual([true, false, true]);
  expect(cache.has("a", ["path"])).toBe(false);
});
