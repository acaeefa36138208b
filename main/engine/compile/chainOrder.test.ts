import fc from "fast-check";
import { expect, test } from "vitest";
import { nodesByType } from "../../../nodes/catalog.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { compile } from "./compile.ts";
import { testFacts } from "./testing.ts";

/**
 * What is said of the order in a walk on a test bed, guided by a chain of `id: [type, inputs]` whose last one is sampled;
 * sides are pos and neg.
 */
function warnings(chain: Record<string, [type: string, inputs: Record<string, string>]>): string[] {
  const bed = {
    bed: "model/gaussian-mixture",
    text: "text/encode",
    pos: "denoiser/condition",
    neg: "denoiser/condition",
  };
  const walk = { sigmas: "sigmas/list", noise: "noise/gaussian", latent: "latent/empty", sample: "sampler/sample" };
  const params: Record<string, object> = { sigmas: { values: [1, 0] }, latent: { batch: 1 } };
  const edges = ["text", "pos", "neg", "latent"].map((id) => `bed.model ${id}.model`);
  edges.push("text.conditioning pos.conditioning", "text.conditioning neg.conditioning");
  edges.push("sigmas.sigmas sample.sigmas", "noise.noise sample.noise", "latent.latent sample.latent");
  for (const [id, [, inputs]] of Object.entries(chain))
    for (const [port, from] of Object.entries(inputs)) edges.push(`${from}.denoiser ${id}.${port}`);
  edges.push(`${Object.keys(chain).at(-1)}.denoiser sample.denoiser`, "sample.latent save.tensor");
  const types = {
    ...bed,
    ...walk,
    ...Object.fromEntries(Object.entries(chain).map(([id, [type]]) => [id, `guidance/${type}`])),
  };
  const workflow: Workflow = {
    fairlead: 1,
    nodes: Object.entries({ ...types, save: "tensor/save" }).map(([id, type]) => ({
      id,
      type,
      params: (params[id] ?? {}) as never,
    })),
    edges: edges.map((text) => {
      const [from, to] = text.split(" ").map((end) => end.split(".") as [string, string]);
      return { from, to };
    }),
  };
  const { plan, diagnostics } = compile(workflow, nodesByType, testFacts);
  expect(plan).not.toBeNull();
  const ofOrder = diagnostics.filter(({ message }) => !message.includes("has no effect"));
  return ofOrder.map(({ node, port, severity, message }) => `${severity} ${node}.${port} ${message}`);
}

const pair = { strong: "pos", weak: "neg" };

test("methods in their order are no reason for a warning", () => {
  expect(
    warnings({
      inner: ["cfg", pair],
      clean: ["tangential", { strong: "pos", weak: "inner" }],
      apg: ["apg", { strong: "clean", weak: "neg" }],
      window: ["interval", { inside: "apg", outside: "pos" }],
      rescale: ["rescale", { denoiser: "window", strong: "pos" }],
      threshold: ["dynamic-threshold", { denoiser: "rescale" }],
    }),
  ).toEqual([]);
});

test("a method behind one that belongs after it is warned of, with its port", () => {
  expect(
    warnings({
      guide: ["cfg", pair],
      rescale: ["rescale", { denoiser: "guide", strong: "pos" }],
      apg: ["apg", { strong: "rescale", weak: "neg" }],
    }),
  ).toEqual([
    "warning apg.strong “Rescale guidance” comes before “Projected guidance”, but belongs after it: it changes the finished prediction. Exchange the two.",
  ]);
  expect(warnings({ step: ["cfg-pp", pair], threshold: ["dynamic-threshold", { denoiser: "step" }] })).toEqual([
    "warning threshold.denoiser “CFG++” comes before “Dynamic threshold”, but belongs after it: it sets the sampler's step. Exchange the two.",
  ]);
});

test("what only adds up hands the order on", () => {
  const chain = warnings({
    apg: ["apg", pair],
    guide: ["cfg", { strong: "apg", weak: "neg" }],
    clean: ["tangential", { strong: "pos", weak: "guide" }],
  });
  expect(chain).toHaveLength(1);
  expect(chain[0]).toContain("warning clean.weak “Projected guidance” comes before “Tangential damping”");
  expect(warnings({ apg: ["apg", pair], guide: ["cfg", { strong: "pos", weak: "apg" }] })).toEqual([]);
  expect(
    warnings({ limit: ["dynamic-threshold", { denoiser: "pos" }], guide: ["cfg", { strong: "limit", weak: "neg" }] }),
  ).toHaveLength(1);
});

test("an interval of guidance is its weight, one of plain predictions is none", () => {
  const limited = (inside: string) => ({ inside, outside: "pos" });
  const after = { strong: "window", weak: "neg" };
  expect(warnings({ guide: ["cfg", pair], window: ["interval", limited("guide")], apg: ["apg", after] })).toEqual([
    "warning apg.strong “Guidance interval” comes before “Projected guidance”, but belongs after it: it sets how much is guided. Exchange the two.",
  ]);
  expect(warnings({ window: ["interval", limited("neg")], apg: ["apg", after] })).toEqual([]);
  expect(warnings({ guide: ["cfg", pair], window: ["interval", limited("guide")], more: ["cfg", after] })).toEqual([]);
});

const methods: readonly (readonly [type: string, rank: number, inputs: (before: string) => Record<string, string>])[] =
  [
    ["tangential", 1, (before) => ({ strong: before, weak: "neg" })],
    ["cfg-zero-star", 1, (before) => ({ strong: before, weak: "neg" })],
    ["apg", 2, (before) => ({ strong: before, weak: "neg" })],
    ["frequency-decoupled", 2, (before) => ({ strong: before, weak: "neg" })],
    ["magnitude-aware", 3, (before) => ({ strong: before, weak: "neg" })],
    ["rescale", 4, (before) => ({ denoiser: before, strong: "pos" })],
    ["dynamic-threshold", 4, (before) => ({ denoiser: before })],
    ["cfg-pp", 5, (before) => ({ strong: before, weak: "neg" })],
  ];

test("in chains drawn at random, exactly the methods that come too late are warned of", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...methods), { minLength: 1, maxLength: 5 }), (drawn) => {
      const entries = drawn.map(
        ([type, , inputs], i) => [`n${i}`, [type, inputs(i === 0 ? "pos" : `n${i - 1}`)]] as const,
      );
      const late = drawn.flatMap(([, rank], i) => (i > 0 && drawn[i - 1][1] > rank ? [`n${i}`] : []));
      const told = warnings(Object.fromEntries(entries) as never).map((line) => line.match(/^warning (\w+)\./)![1]);
      expect(told.sort()).toEqual(late);
    }),
    { numRuns: 100, seed: 3 },
  );
});
