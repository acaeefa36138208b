import { expect, test } from "vitest";
import type { Denoiser } from "../../shared/denoiser.ts";
import type { NodeContext } from "../../shared/node/context.ts";
import type { NoiseSource } from "../../shared/noise.ts";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { philoxNormal } from "../../shared/random/philox.ts";
import { type Sampler, samplers } from "../../shared/sampling/samplers.ts";
import { extrapolate, norm, reshape, scale, sliceRows, sub, zeros } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { bedModel } from "../../shared/testbed/bed.ts";
import { exactFlow, mixtureField } from "../../shared/testbed/exact.ts";
import { flowVariance, stochasticVariance } from "../../shared/testbed/guided.ts";
import { mixtureOf, planeMixture, weightsUnder } from "../../shared/testbed/mixture.ts";
import { momentsOf, pointMoments } from "../../shared/testbed/moments.ts";
import { node } from "./sample.ts";

const mixture = planeMixture([
  { weight: 0.4, mean: [2, 0], std: 0.3, label: "a" },
  { weight: 0.2, mean: [1, 1.2], std: 0.25, label: "a" },
  { weight: 0.3, mean: [-1, 1.5], std: 0.5, label: "b" },
  { weight: 0.1, mean: [0, -2], std: 0.2, label: "b" },
]);
const all = weightsUnder(mixture, "")!;
/** A Gaussian on a line. */
const line = { weight: 1, mean: Float64Array.of(0), variances: Float64Array.of(1), basis: null, label: "" };
const denoiser: Denoiser = bedModel({ name: "bed", mixture }, () => {}).denoiser({
  context: { data: all, shape: [1, 1, all.length] },
});

type Changes = Partial<Parameters<NonNullable<typeof node.run>>[1]>;

/** The latent that the sampling node makes. */
async function sample(
  sampler: Sampler,
  sigmas: readonly number[],
  { latent, noise }: { latent: Tensor; noise: NoiseSource },
  changes: Changes = {},
  predict: Denoiser = denoiser,
): Promise<Tensor> {
  const context = { uses: () => false, step: async () => {}, warn: () => {}, metric: () => {} };
  const defaults = Object.fromEntries(Object.entries(node.params).map(([name, param]) => [name, param.default]));
  const params = { ...defaults, start: "sigma", sampler: sampler.id, ...changes } as Required<Changes>;
  const inputs = { denoiser: predict, sigmas, noise, latent };
  return (await node.run!(inputs as never, params as never, context as unknown as NodeContext)).latent;
}

/** Levels that are even in asinh(sigma / 0.5): fine where the mixture is resolved, down to 0 if asked. */
function levels(steps: number, from: number, to: number): number[] {
  const [high, low] = [from, to].map((sigma) => Math.asinh(sigma / 0.5));
  return Array.from({ length: steps + 1 }, (_, i) =>
    i === 0 ? from : i === steps ? to : 0.5 * Math.sinh(high + (i / steps) * (low - high)),
  );
}

const seeded = (seed: bigint, perSample = false) => gaussianSource({ seed, generator: "philox", perSample });
const length = (x: Tensor) => norm(reshape(x, [1, x.data.length])).data[0];
const named = (list: readonly Sampler[]) => list.map((sampler) => [sampler.id, sampler] as const);

const falling = samplers.filter((sampler) => sampler.rises !== true);
/** Samplers that follow the equation of the model. Those for distilled models jump, however many steps there are. */
const faithful = falling.filter((sampler) => sampler.order > 0);
const planned = faithful.filter((sampler) => sampler.upperBound !== true);

/** 60 points at the level where walks start, and where the exact flow takes them. */
const high = scale(seeded(5n).initial([60, 2, 1, 1], "float64"), 14.6);
const low = exactFlow(high, { field: mixtureField(mixture, all), from: 14.6, to: 0.03 });
const error = (found: Tensor, exact: Tensor) => length(sub(found, exact)) / length(exact);

test.each(named(planned))("%s without fresh noise follows the exact flow of the mixture", async (_id, sampler) => {
  const source = seeded(5n);
  let draws = 0;
  const between: NoiseSource["between"] = (like, sigma, next) => {
    draws += 1;
    return source.between(like, sigma, next);
  };
  const start = { latent: zeros(high.shape, "float64"), noise: { ...source, between } };
  const end = await sample(sampler, levels(1000, 14.6, 0.03), start, { eta: 0 });
  if (draws > 0) return expect(sampler.isStochastic).toBe(true);
  expect(error(end, low)).toBeLessThan(1e-3);
});

test.each(named(samplers.filter((sampler) => sampler.rises)))(
  "%s takes points back where they came from",
  async (_id, sampler) => {
    const start = { latent: low, noise: seeded(5n) };
    const end = await sample(sampler, levels(1000, 14.6, 0.03).reverse(), start, { addNoise: false });
    expect(error(end, high)).toBeLessThan(3e-3);
  },
);

test.each(named(samplers.filter((sampler) => sampler.upperBound)))(
  "%s keeps to the tolerance of its steps",
  async (_id, sampler) => {
    const start = { latent: zeros(high.shape, "float64"), noise: seeded(5n) };
    expect(error(await sample(sampler, [14.6, 0.03], start, { eta: 0 }), low)).toBeLessThan(0.03);
  },
);

/** Points of the mixture, as many of each Gaussian as its weight says. */
function truePoints(count: number): Tensor {
  const normal = philoxNormal(11n, 0, 2 * count);
  const data = new Float64Array(2 * count);
  const limits = all.map((_, k) => all.slice(0, k + 1).reduce((sum, weight) => sum + weight, 0));
  for (let n = 0; n < count; n++) {
    const k = limits.findIndex((limit) => (n + 0.5) / count < limit);
    const { mean, variances } = mixture.gaussians[k];
    for (const i of [0, 1]) data[2 * n + i] = mean[i] + Math.sqrt(variances[i]) * normal[2 * n + i];
  }
  return { data, shape: [count, 2, 1, 1] };
}

// 4 standard errors of 3000 points are 7 % of a deviation and of a variance 10 %: a wrong drift or noise shows.
const count = 3000;
const random = faithful.filter((sampler) => sampler.isStochastic && sampler.id !== "tcd");

test.each(named(random))("%s with fresh noise keeps mean and covariance of the mixture", async (_id, sampler) => {
  const start = { latent: truePoints(count), noise: seeded(3n) };
  const end = await sample(sampler, levels(100, 14.6, 0), start, { eta: 1 });
  const found = pointMoments(end);
  const exact = momentsOf(mixture, all);
  for (const i of [0, 1]) {
    const error = Math.sqrt(exact.covariance[3 * i] / count);
    expect(Math.abs(found.mean[i] - exact.mean[i])).toBeLessThan(4 * error);
    for (const j of [0, 1]) {
      const product = (n: number) => (end.data[2 * n + i] - found.mean[i]) * (end.data[2 * n + j] - found.mean[j]);
      const squares = Array.from({ length: count }, (_, n) => (product(n) - found.covariance[2 * i + j]) ** 2);
      const error = Math.sqrt(squares.reduce((sum, one) => sum + one, 0)) / count;
      expect(Math.abs(found.covariance[2 * i + j] - exact.covariance[2 * i + j])).toBeLessThan(4 * error);
    }
  }
});

test.each(named(falling.filter((sampler) => sampler.upperBound !== true)))(
  "%s: a batch of two is two batches of one, to the bit",
  async (_id, sampler) => {
    const walk = levels(8, 14.6, 0);
    const pair = { latent: zeros([2, 2, 1, 1], "float64"), noise: seeded(7n, true) };
    const both = await sample(sampler, walk, pair);
    for (const b of [0, 1]) {
      const alone = { latent: zeros([1, 2, 1, 1], "float64"), noise: seeded(7n + BigInt(b), true) };
      expect(sliceRows(both, b, b + 1).data).toEqual((await sample(sampler, walk, alone)).data);
    }
  },
);

// Histories start anew in the second half, and some samplers treat the ends of a walk differently: their text says so.
test.each(named(falling))(
  "%s in two halves over one Brownian path is the whole walk, or says why not",
  async (_id, sampler) => {
    const walk = levels(12, 14.6, 0.03);
    const latent = zeros([20, 2, 1, 1], "float64");
    const noise = () => gaussianSource({ seed: 9n, generator: "philox", perSample: false, later: "brownian" });
    const whole = await sample(sampler, walk, { latent, noise: noise() });
    const half = await sample(sampler, walk.slice(0, 7), { latent, noise: noise() });
    const joined = await sample(sampler, walk.slice(6), { latent: half, noise: noise() }, { addNoise: false });
    if (error(joined, whole) > 1e-12) expect(sampler.doc).toMatch(/anew|takes the ends|on the last two/);
  },
);

test.each([1, 2, 3, 5])(
  "guided Gaussians at scale %d: an ancestral sampler has the variance of its equation, not the flow's",
  async (scale) => {
    const bed = (variance: number) =>
      bedModel({ name: "bed", mixture: mixtureOf([{ ...line, variances: Float64Array.of(variance) }]) }, () => {});
    const [strong, weak] = await Promise.all(
      [1, 2].map(async (variance) => bed(variance).denoiser(await bed(variance).encodeText(""))),
    );
    const guided: Denoiser = async (x, sigma, call) =>
      extrapolate(await weak(x, sigma, call), await strong(x, sigma, call), scale);
    const [ancestral] = samplers.filter((sampler) => sampler.id === "euler_ancestral");
    const start = { latent: zeros([count, 1, 1, 1], "float64"), noise: seeded(3n) };
    const end = await sample(ancestral, levels(400, 80, 0), start, {}, guided);
    const pair = { strong: 1, weak: Math.SQRT2, scale };
    const [found] = pointMoments(end).covariance;
    const exact = stochasticVariance(pair);
    // 4 standard errors of a Gaussian's variance, and 2 % for the steps.
    expect(Math.abs(found / exact - 1)).toBeLessThan(4 * Math.sqrt(2 / count) + 0.02);
    if (scale > 1) expect(found / flowVariance(pair)).toBeGreaterThan(1.13);
  },
);

test("a latent in single precision is walked in the model's double precision", async () => {
  const [euler] = samplers;
  const walk = levels(4, 14.6, 0);
  const [narrow, wide] = await Promise.all(
    (["float32", "float64"] as const).map((dtype) =>
      sample(euler, walk, { latent: zeros([2, 2, 1, 1], dtype), noise: seeded(1n) }),
    ),
  );
  expect(narrow.data).toBeInstanceOf(Float64Array);
  expect(narrow).toEqual(wide);
});
