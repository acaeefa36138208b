import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { samplers } from "../../shared/sampling/samplers.ts";
import { fairleadEvents } from "./testing.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-samplers-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Guided points on the closed-form model; the guidance is left out between sigma 1 and 0.3 by a scale of 1. */
function workflow(name: string, sampler: string, sigmas: readonly number[], params = {}): string {
  const node = (id: string, type: string, params: object = {}) => ({ id, type, params });
  const nodes = [
    node("model", "model/gaussian-mixture"),
    node("a", "text/encode", { text: "a" }),
    node("all", "text/encode"),
    node("strong", "denoiser/condition"),
    node("weak", "denoiser/condition"),
    node("guide", "guidance/cfg", {
      scale: {
        over: "sigma",
        interpolation: "step",
        points: [
          [0.01, 1],
          [0.3, 2],
          [1, 1],
          [2, 3],
        ],
      },
    }),
    node("levels", "sigmas/list", { values: sigmas }),
    node("noise", "noise/gaussian", { seed: 3 }),
    node("empty", "latent/empty", { batch: 4 }),
    node("sample", "sampler/sample", { sampler, ...params }),
    node("save", "tensor/save", { name: "points" }),
  ];
  const edge = (from: string, output: string, to: string, input: string) => ({ from: [from, output], to: [to, input] });
  const edges = [
    ...["a", "all", "strong", "weak", "empty"].map((to) => edge("model", "model", to, "model")),
    edge("a", "conditioning", "strong", "conditioning"),
    edge("all", "conditioning", "weak", "conditioning"),
    edge("strong", "denoiser", "guide", "strong"),
    edge("weak", "denoiser", "guide", "weak"),
    edge("guide", "denoiser", "sample", "denoiser"),
    edge("levels", "sigmas", "sample", "sigmas"),
    edge("noise", "noise", "sample", "noise"),
    edge("empty", "latent", "sample", "latent"),
    edge("sample", "latent", "save", "tensor"),
  ];
  const path = join(folder, `${name}.fairlead.json`);
  writeFileSync(path, JSON.stringify({ fairlead: 1, name, nodes, edges }));
  return path;
}

const falling = [10, 7, 5, 3.5, 2.5, 1.8, 1.3, 0.9, 0.6, 0.4, 0.25, 0.15, 0.09, 0.05, 0];

test.each(samplers.map(({ id, rises, upperBound }) => [id, rises ?? false, upperBound ?? false] as const))(
  "plan foretells what %s costs",
  async (id, rises, upperBound) => {
    const sigmas = rises ? [...falling].reverse() : falling;
    const file = workflow(id, id, sigmas);
    const plan = await fairleadEvents("plan", file, "--json");
    const done = await fairleadEvents("run", file, "--json", "--out", join(folder, id));
    expect([plan.errors, done.errors]).toEqual([[], []]);
    expect(plan.last.upperBound).toBe(upperBound);
    if (upperBound) expect(done.last.nfe as number).toBeLessThanOrEqual(plan.last.nfe as number);
    else expect(done.last).toMatchObject({ nfe: plan.last.nfe, runs: plan.last.runs });
  },
);

test("levels that rise are refused before anything runs, with the node's name", async () => {
  const refused = await fairleadEvents("run", workflow("rising", "heun", [1, 2, 0]), "--out", join(folder, "none"));
  expect(refused.code).toBe(1);
  expect(refused.errors).toHaveLength(1);
  expect(refused.errors[0]).toMatch(/levels|sample/i);
});
