import { expect, test } from "vitest";
import type { Call } from "../../shared/denoiser.ts";
import {
  addScaled,
  cast,
  concatRows,
  dot,
  fromNumbers,
  repeatRows,
  scale,
  sliceRows,
  sub,
} from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { eightGaussians, rewardOf, unconditional } from "../lib/eightTesting.ts";
import { callAt, denoiserOf, distance, guided, sample } from "../lib/testing.ts";
import { node as classifier } from "./classifier.ts";
import { node as dps } from "./dps.ts";
import { node as freedom } from "./freedom.ts";
import { node as lgd } from "./lgd.ts";
import { node as mpgd } from "./mpgd.ts";
import { node as tfg } from "./tfg.ts";
import { node as universal } from "./universal.ts";

const nodes = [classifier, dps, lgd, freedom, mpgd, universal, tfg].map((node) => [node.type, node] as const);
const denoiser = await unconditional(eightGaussians);
const target = fromNumbers([1.4, -1.4], [1, 2, 1, 1], "float64");
const reward = rewardOf(
  async (x) => {
    const away = sub(x, cast(repeatRows(target, x.shape[0]), x.data instanceof Float64Array ? "float64" : "float32"));
    return scale(dot(away, away), -0.5);
  },
  { noiseAware: true },
);
const x = sample([0.4, -0.7, -1.9, 0.3], [2, 2, 1, 1]);
/** Noise that is a function of the sample, so that each sample has its own. */
const noise = (like: Tensor): Tensor => ({ data: like.data.map(Math.sin), shape: like.shape });
const call: Call = { ...callAt({ sigma: 1, next: 0.5, sigmas: [2, 1, 0.5, 0], step: 1, steps: 3 }), noise };

test.each(nodes)("%s guides a batch as its samples alone, and leaves x as it is", async (_type, node) => {
  const guide = guided(node, { denoiser, reward });
  const before = x.data.slice();
  const both = await guide(x, 1, call);
  const apart = await Promise.all(
    [0, 1].map((b) => guided(node, { denoiser, reward })(sliceRows(x, b, b + 1), 1, call)),
  );
  expect(both.data).toEqual(concatRows(apart).data);
  expect(x.data).toEqual(before);
  expect(both.origin).toBeUndefined();
  expect(distance(both, await denoiser(x, 1, call))).toBeGreaterThan(1e-3);
});

test.each(nodes)("%s stays in single precision", async (_type, node) => {
  const half = denoiserOf((at) => scale(at, 0.5));
  const result = await guided(node, { denoiser: half, reward })(cast(x, "float32"), 1, call);
  expect(result.data).toBeInstanceOf(Float32Array);
});

test.each(nodes)("%s raises the reward of the prediction", async (_type, node) => {
  const [plain, pushed] = [await denoiser(x, 1, call), await guided(node, { denoiser, reward })(x, 1, call)];
  // A hundredth of the push, so that none goes too far.
  const [before, after] = await Promise.all(
    [plain, addScaled(plain, sub(pushed, plain), 0.01)].map((at) => reward.value(at)),
  );
  for (const b of [0, 1]) expect(after.data[b]).toBeGreaterThan(before.data[b]);
});
