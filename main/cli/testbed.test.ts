import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readNpy, writeNpy } from "../engine/files/npy.ts";
import { fairlead } from "./testing.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-bed-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache");
  writeFileSync(join(folder, "noise.npy"), writeNpy({ data: noise, shape: [2, 2, 1, 1] }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Params = Record<string, unknown>;

/** Label a against the whole mixture, from a noise file, over a list of sigmas; writes `points.npy`. */
function document(changes: Record<string, Params> = {}, bed = "model/gaussian-mixture"): string {
  const nodes: [string, string, Params][] = [
    ["bed", bed, {}],
    ["label", "text/encode", { text: "a" }],
    ["whole", "text/encode", {}],
    ["strong", "denoiser/condition", {}],
    ["weak", "denoiser/condition", {}],
    ["guide", "guidance/cfg", { scale: 3 }],
    ["sigmas", "sigmas/list", { values: [10, 1, 0] }],
    ["noise", "noise/tensor", { path: "noise.npy" }],
    ["latent", "latent/empty", { batch: 2 }],
    ["sample", "sampler/sample", { sampler: "euler" }],
    ["save", "tensor/save", { name: "points" }],
  ];
  const edges = [
    "bed.model label.model",
    "bed.model whole.model",
    "bed.model strong.model",
    "bed.model weak.model",
    "bed.model latent.model",
    "label.conditioning strong.conditioning",
    "whole.conditioning weak.conditioning",
    "strong.denoiser guide.strong",
    "weak.denoiser guide.weak",
    "guide.denoiser sample.denoiser",
    "sigmas.sigmas sample.sigmas",
    "noise.noise sample.noise",
    "latent.latent sample.latent",
    "sample.latent save.tensor",
  ].map((edge) => {
    const [from, to] = edge.split(" ").map((end) => end.split("."));
    return { from, to };
  });
  const path = join(folder, "bed.fairlead.json");
  const list = nodes.map(([id, type, params]) => ({ id, type, params: { ...params, ...changes[id] } }));
  writeFileSync(path, JSON.stringify({ fairlead: 1, nodes: list, edges }));
  return path;
}

const noise = Float64Array.of(0.3, -0.2, 1, 0.5);

/** The node's default mixture, guided at scale 3, in the words of the formulas. */
function guided(x: readonly number[], sigma: number): number[] {
  const all = [
    { weight: 0.4, mean: [2, 0], std: 0.3, label: "a" },
    { weight: 0.2, mean: [1, 1.2], std: 0.25, label: "a" },
    { weight: 0.3, mean: [-1, 1.5], std: 0.5, label: "b" },
    { weight: 0.1, mean: [0, -2], std: 0.2, label: "b" },
  ];
  const denoised = (components: typeof all) => {
    const shares = components.map(({ weight, mean, std }) => {
      const variance = std ** 2 + sigma ** 2;
      return (weight / variance) * Math.exp(-((x[0] - mean[0]) ** 2 + (x[1] - mean[1]) ** 2) / (2 * variance));
    });
    const total = shares.reduce((sum, share) => sum + share, 0);
    return [0, 1].map((i) =>
      components.reduce((sum, { mean, std }, k) => {
        const shrink = std ** 2 / (std ** 2 + sigma ** 2);
        return sum + (shares[k] / total) * (mean[i] + shrink * (x[i] - mean[i]));
      }, 0),
    );
  };
  const strong = denoised(all.filter((one) => one.label === "a"));
  return denoised(all).map((weak, i) => weak + 3 * (strong[i] - weak));
}

test.each(["float64", "float32"])("a guided walk from %s noise is the formula in double precision", async (dtype) => {
  const data = dtype === "float64" ? noise : Float32Array.from(noise);
  writeFileSync(join(folder, "noise.npy"), writeNpy({ data, shape: [2, 2, 1, 1] }));
  const out = mkdtempSync(join(folder, "out-"));
  const run = await fairlead("run", document(), "--json", "--out", out);
  expect(run).toMatchObject({ code: 0, errors: [] });
  expect(JSON.parse(run.out[run.out.length - 1])).toMatchObject({ event: "done", nfe: 4, runs: 0, modelMs: 0 });
  const points = readNpy(readFileSync(join(out, "points.npy")));
  expect(points.shape).toEqual([2, 2, 1, 1]);
  expect(points.data).toBeInstanceOf(Float64Array);
  for (const b of [0, 1]) {
    const x = [10 * data[2 * b], 10 * data[2 * b + 1]];
    const first = guided(x, 10);
    const second = x.map((value, i) => first[i] + (value - first[i]) / 10);
    const last = guided(second, 1);
    expect(Number(points.data[2 * b])).toBeCloseTo(last[0], 12);
    expect(Number(points.data[2 * b + 1])).toBeCloseTo(last[1], 12);
  }
});

test("planning counts closed forms as evaluations without runtime calls or sessions", async () => {
  const plan = await fairlead("plan", document(), "--json");
  expect(JSON.parse(plan.out[0])).toMatchObject({ nfe: 4, upperBound: false, runs: 0, sessions: 0 });
});

test.each<[string, string, Record<string, Params>]>([
  ["label", "There is no label “c”. This model has a, b; empty text is the whole mixture.", { label: { text: "c" } }],
  [
    "bed",
    "Component 1 needs an std that is a finite number above 0.",
    { bed: { components: [{ weight: 1, mean: [0, 0], std: 0 }] } },
  ],
  [
    "label",
    "This model has no labels. Leave the text empty.",
    { bed: { components: [{ weight: 1, mean: [0, 0], std: 1 }] } },
  ],
])("%s: %s", async (node, message, changes) => {
  const run = await fairlead("run", document(changes), "--json");
  expect(run.code).toBe(1);
  expect(run.out.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ event: "error", node, message })]);
});

test("a picture bed takes latents of other sizes", async () => {
  writeFileSync(join(folder, "wide.npy"), writeNpy({ data: new Float64Array(256).fill(0.1), shape: [2, 1, 16, 8] }));
  const changes = { label: { text: "left" }, latent: { width: 8, batch: 2 }, noise: { path: "wide.npy" } };
  const out = mkdtempSync(join(folder, "out-"));
  expect(await fairlead("run", document(changes, "model/random-field"), "--out", out)).toMatchObject({ code: 0 });
  expect(readNpy(readFileSync(join(out, "points.npy"))).shape).toEqual([2, 1, 16, 8]);
});
