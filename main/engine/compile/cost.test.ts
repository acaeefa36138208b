import { expect, test } from "vitest";
import type { CallInfo } from "../../../shared/denoiser.ts";
import { type AnyNode, defineNode, type PlannedCall } from "../../../shared/node/define.ts";
import { param } from "../../../shared/node/params.ts";
import { port } from "../../../shared/node/ports.ts";
import { compile } from "./compile.ts";
import { testFacts, testRegistry, testWorkflow } from "./testing.ts";

const common = { version: 1, summary: "", keywords: [], doc: "", cites: [], status: "stable" } as const;
const at: CallInfo = { step: 0, steps: 1, sigma: 1, next: 0, sigmas: [1, 0], stage: 0, switches: {} };

/** A list of denoisers of which those with weight 0 are not asked. */
const blend = defineNode({
  ...common,
  type: "test/blend",
  title: "Blend",
  inputs: { others: port.denoiser("", { many: true }) },
  params: { weights: param.numbers({ default: [], about: "" }) },
  outputs: { denoiser: port.denoiser("") },
  evaluations: ({ weights }, _at, edges) => ({
    others: { each: Array.from({ length: edges.others }, (_, k) => ((weights[k] ?? 1) === 0 ? 0 : 1)) },
  }),
  build: () => ({ denoiser: async (x) => x }),
});

/** Asks the denoiser, the same at a quarter of the area, and the model itself. */
const smaller = defineNode({
  ...common,
  type: "test/smaller",
  title: "Smaller",
  inputs: { denoiser: port.denoiser(""), model: port.model("") },
  params: { later: param.integer({ default: 0, about: "" }) },
  outputs: { denoiser: port.denoiser("") },
  evaluations: ({ later }) => ({
    denoiser: [{ variant: "" }, { variant: "low", shrink: 2 }],
    model: [{ variant: "", later }],
  }),
  build: () => ({ denoiser: async (x) => x }),
});

/** Differentiates a denoiser, and asks another one at the same x. */
const tracked = defineNode({
  ...common,
  type: "test/tracked",
  title: "Tracked",
  inputs: { denoiser: port.denoiser(""), weak: port.denoiser("", { optional: true }) },
  params: {},
  outputs: { denoiser: port.denoiser("") },
  evaluations: () => ({
    weak: [{ variant: "tracked", of: "denoiser" }],
    denoiser: [{ variant: "tracked", backward: 1 }],
  }),
  build: () => ({ denoiser: async (x) => x }),
});

function sampler(type: string, calls: readonly PlannedCall[]): AnyNode {
  return defineNode({
    ...common,
    type: `test/${type}`,
    title: type,
    effect: "shows",
    inputs: { strong: port.denoiser(""), weak: port.denoiser("", { optional: true }), latent: port.latent("") },
    params: {},
    outputs: { latent: port.latent("") },
    calls: () => calls,
    run: ({ latent }) => ({ latent }),
  });
}

const latent = defineNode({
  ...common,
  type: "test/latent",
  title: "Latent",
  inputs: {},
  params: {},
  outputs: { latent: port.latent("") },
  forecast: () => ({ latent: { shape: [2, 4, 8, 8] } }),
  run: () => ({ latent: { data: new Float32Array(512), shape: [2, 4, 8, 8] } }),
});

function costOf(
  calls: readonly PlannedCall[],
  nodes: Parameters<typeof testWorkflow>[0],
  edges: readonly string[],
): unknown {
  const own = [blend, smaller, tracked, latent, sampler("walker", calls)].map((node) => [node.type, node] as const);
  const workflow = testWorkflow(
    [["m", "model"], ["p", "leaf"], ["n", "leaf"], ["l", "latent"], ["w", "walker"], ...nodes],
    ["m.model p.model", "m.model n.model", "l.latent w.latent", ...edges],
  );
  const { nfe, runs, backward } = compile(workflow, new Map<string, AnyNode>([...testRegistry, ...own]), testFacts)
    .plan!.cost;
  return { nfe, runs, ...(backward > 0 ? { backward } : {}) };
}

test("of a list port each edge is counted by itself", () => {
  const edges = ["p.denoiser b.others", "n.denoiser b.others", "b.denoiser w.strong"];
  const count = (weights: readonly number[]) => costOf([{ input: "strong", at }], [["b", "blend", { weights }]], edges);
  expect(count([])).toEqual({ nfe: 2, runs: 1 });
  expect(count([1, 0])).toEqual({ nfe: 1, runs: 1 });
});

test("an evaluation at another size is a call of its own; the model itself shares the call of its size", () => {
  const edges = ["p.denoiser s.denoiser", "m.model s.model", "s.denoiser w.strong"];
  expect(costOf([{ input: "strong", at }], [["s", "smaller"]], edges)).toEqual({ nfe: 3, runs: 2 });
});

test("what depends on a first answer is a later call; two nodes ask a model each for itself", () => {
  const edges = ["p.denoiser s.denoiser", "m.model s.model", "s.denoiser w.strong"];
  expect(costOf([{ input: "strong", at }], [["s", "smaller", { later: 1 }]], edges)).toEqual({ nfe: 3, runs: 3 });
  const chain = ["p.denoiser s.denoiser", "s.denoiser t.denoiser", "m.model s.model", "m.model t.model"];
  const twice = costOf(
    [{ input: "strong", at }],
    [
      ["s", "smaller"],
      ["t", "smaller"],
    ],
    [...chain, "t.denoiser w.strong"],
  );
  // t asks s twice (once small), and s each time its denoiser twice and the model once; t the model once more.
  expect(twice).toMatchObject({ nfe: 7 });
});

test("a sampler that asks two inputs at once needs one call for both", () => {
  const edges = ["p.denoiser w.strong", "n.denoiser w.weak"];
  expect(costOf([{ input: ["strong", "weak"], at }], [], edges)).toEqual({ nfe: 2, runs: 1 });
  const apart = [
    { input: "strong", at },
    { input: "weak", at },
  ];
  expect(costOf(apart, [], edges)).toEqual({ nfe: 2, runs: 2 });
  expect(costOf([{ input: ["strong", "weak"], at }], [], ["p.denoiser w.strong", "p.denoiser w.weak"])).toEqual({
    nfe: 1,
    runs: 1,
  });
});

test("windows of one shape share a call", () => {
  expect(costOf([{ input: "strong", at, windows: 5, shape: [2, 4, 4, 4] }], [], ["p.denoiser w.strong"])).toEqual({
    nfe: 5,
    runs: 1,
  });
});

test("passes back are counted for every network that is differentiated, also by a sampler", () => {
  const both = ["p.denoiser b.others", "n.denoiser b.others"];
  const walk = [{ input: "strong", at }];
  const chain = [...both, "b.denoiser t.denoiser", "t.denoiser w.strong"];
  const nodes: [string, string][] = [
    ["b", "blend"],
    ["t", "tracked"],
  ];
  expect(costOf(walk, nodes, chain)).toEqual({ nfe: 2, runs: 1, backward: 2 });
  // The weak side is one of the two that the blend asks at the same x.
  expect(costOf(walk, nodes, [...chain, "n.denoiser t.weak"])).toEqual({ nfe: 2, runs: 1, backward: 2 });
  expect(costOf([{ input: "strong", at, backward: 1 }], nodes, chain)).toEqual({ nfe: 2, runs: 1, backward: 4 });
});
