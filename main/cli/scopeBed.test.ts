import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeNpy } from "../engine/files/npy.ts";
import { readArguments } from "./arguments.ts";
import { runCommand } from "./commands.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-scope-bed-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [std, scale, sigmas] = [0.5, 4, [1.5, 0.5, 0]] as const;
const noise = [
  [0.4, -0.6],
  [-0.3, 0.2],
];

/** One Gaussian at (1, 0) against two at (±1, 0), walked with Euler from a noise file. */
function bed(): string {
  const component = (x: number, label: string) => ({ weight: 0.5, mean: [x, 0], std, label });
  const nodes = [
    ["bed", "model/gaussian-mixture", { components: [component(1, "a"), component(-1, "b")] }],
    ["label", "text/encode", { text: "a" }],
    ["whole", "text/encode", {}],
    ["strong", "denoiser/condition", {}],
    ["weak", "denoiser/condition", {}],
    ["guide", "guidance/cfg", { scale }],
    ["sigmas", "sigmas/list", { values: sigmas }],
    ["noise", "noise/tensor", { path: "noise.npy" }],
    ["latent", "latent/empty", { batch: 2 }],
    ["sample", "sampler/sample", { sampler: "euler" }],
    ["save", "tensor/save", { name: "points" }],
  ].map(([id, type, params]) => ({ id, type, params }));
  const edges = [
    ...["label", "whole", "strong", "weak", "latent"].map((to) => `bed.model ${to}.model`),
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
  writeFileSync(join(folder, "noise.npy"), writeNpy({ data: Float64Array.from(noise.flat()), shape: [2, 2, 1, 1] }));
  const path = join(folder, "bed.fairlead.json");
  writeFileSync(path, JSON.stringify({ fairlead: 1, nodes, edges }));
  return path;
}

type Point = readonly number[];
const dot = (a: Point, b: Point) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const minus = (a: Point, b: Point) => a.map((value, i) => value - b[i]);
const length = (a: Point) => Math.hypot(...a);

/** Both predictions in closed form: m + s²/(s² + σ²)·(x − m), the weak one weighted by the chance of each Gaussian. */
function predictions(x: Point, sigma: number): { strong: Point; weak: Point } {
  const variance = std ** 2 + sigma ** 2;
  const at = (mean: Point) => mean.map((m, i) => m + (std ** 2 / variance) * (x[i] - m));
  const chance = 1 / (1 + Math.exp((-2 * x[0]) / variance));
  const [a, b] = [at([1, 0]), at([-1, 0])];
  return { strong: a, weak: a.map((value, i) => chance * value + (1 - chance) * b[i]) };
}

test("metrics of a walk agree with the closed form, at every step and for every sample", async () => {
  const out: string[] = [];
  const streams = { out: (line: string) => void out.push(line), error: (line: string) => void out.push(line) };
  const argv = ["run", bed(), "--json", "--device", "cpu", "--out", join(folder, "out")];
  expect(await runCommand(readArguments(argv), streams, new AbortController().signal)).toBe(0);
  const lines = out.map((line) => JSON.parse(line));
  const told = (name: string, step: number, sample: number): number =>
    lines.find((line) => line.event === "metric" && line.name === name && line.step === step).value[sample];
  for (const sample of [0, 1]) {
    let x: Point = noise[sample].map((value) => value * sigmas[0]);
    for (const step of [1, 2]) {
      const sigma = sigmas[step - 1];
      const { strong, weak } = predictions(x, sigma);
      const difference = minus(strong, weak);
      const guided = weak.map((value, i) => value + scale * difference[i]);
      const along = dot(difference, strong) / length(strong);
      const [a, b] = [minus(x, strong), minus(x, weak)];
      const expected: Record<string, number> = {
        "norm.strong": length(strong),
        "norm.weak": length(weak),
        "norm.difference": length(difference),
        cosine: dot(a, b) / (length(a) * length(b)),
        parallel: along,
        orthogonal: Math.sqrt(dot(difference, difference) - along ** 2),
        scale,
        "norm.denoised": length(guided),
      };
      for (const [name, value] of Object.entries(expected)) expect(told(name, step, sample)).toBeCloseTo(value, 9);
      x = x.map((value, i) => value + ((value - guided[i]) / sigma) * (sigmas[step] - sigma));
    }
  }
});
