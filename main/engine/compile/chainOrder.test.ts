import { expect, test } from "vitest";
import { nodesByType } from "../../../nodes/catalog.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { compile } from "./compile.ts";
import { testFacts } from "./testing.ts";

/** A walk on a test bed, guided by a chain of `id: [type, inputs]` whose last one is sampled; sides are pos and neg. */
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
  return diagnostics.map(({ node, port, severity, message }) => `${severity} ${node}.${port} ${message}`);
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
