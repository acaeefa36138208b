import { expect, test } from "vitest";
import type { AnyNode } from "../../shared/node/define.ts";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { sliceRows, zeros } from "../../shared/tensor/index.ts";
import { gaussianOf, karrasLevels, sampled } from "../lib/samplerTesting.ts";
import { distance } from "../lib/testing.ts";
import { node as bayesianFlow } from "./bayesian-flow.ts";
import { node as cascade } from "./cascade.ts";
import { node as panorama } from "./panorama.ts";
import { node as predictorCorrector } from "./predictor-corrector.ts";

const pair = { strong: gaussianOf(1), weak: gaussianOf(2) };
const one = { denoiser: gaussianOf(1) };
const sigmas = karrasLevels(6, 10, 0.1);

const samplers: readonly (readonly [string, AnyNode, object, object])[] = [
  ["predictor-corrector", predictorCorrector, { ...pair, sigmas }, { corrections: 2 }],
  ["bayesian-flow", bayesianFlow, one, { steps: 6 }],
  ["panorama", panorama, { ...one, sigmas }, { window: 4, stride: 2, sync: 0.5, loop: true }],
  ["cascade", cascade, { ...pair, sigmas }, { ends: [1], laterSteps: 3 }],
];

function noiseFrom(seed: bigint) {
  return gaussianSource({ seed, generator: "philox", perSample: true, later: "brownian" });
}

test.each(samplers)("%s: a batch of two is two batches of one", async (_name, node, inputs, values) => {
  const run = async (batch: number, seed: bigint) =>
    (
      await sampled(
        node,
        { ...inputs, noise: noiseFrom(seed), latent: zeros([batch, 2, 4, 8], "float64") },
        { ...values },
      )
    ).latent;
  const both = await run(2, 7n);
  expect(distance(sliceRows(both, 0, 1), await run(1, 7n))).toBe(0);
  expect(distance(sliceRows(both, 1, 2), await run(1, 8n))).toBe(0);
  expect(distance(sliceRows(both, 0, 1), sliceRows(both, 1, 2))).toBeGreaterThan(0.01);
});

test.each(samplers)(
  "%s: the same seed gives the same picture, another one another",
  async (_name, node, inputs, values) => {
    const latent = zeros([1, 2, 4, 8], "float64");
    const run = async (seed: bigint) =>
      (await sampled(node, { ...inputs, noise: noiseFrom(seed), latent }, { ...values })).latent;
    expect(distance(await run(3n), await run(3n))).toBe(0);
    expect(distance(await run(3n), await run(4n))).toBeGreaterThan(0.01);
  },
);

test.each(samplers)("%s: a latent that the model cannot draw is reported, and nothing else", (_name, node) => {
  const problems: { port?: string; message: string }[] = [];
  const context = { facts: {} as never, problem: (one: { port?: string; message: string }) => void problems.push(one) };
  const model = { name: "bed", latent: { channels: 2, width: 0, factor: 1 } };
  const known = { strong: { model }, denoiser: { model }, sigmas, latent: { shape: [1, 4, 8, 8] } };
  const params = Object.fromEntries(Object.entries(node.params).map(([name, param]) => [name, param.default]));
  node.forecast!(known, { ...params, scale: () => 1, scaleHigh: () => 1, size: () => 1, sync: () => 0 }, context);
  expect(problems).toEqual([
    { port: "latent", severity: "error", message: expect.stringContaining("4 channels, but this model takes 2") },
  ]);
});
