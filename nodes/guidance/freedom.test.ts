import { expect, test } from "vitest";
import { dot, full, scale, sub, sum } from "../../shared/tensor/index.ts";
import { counted, rewardOf, rmsOf } from "../lib/eightTesting.ts";
import { callAt, denoiserOf, distance, golden, guided } from "../lib/testing.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./freedom.ts";

const { x, sigma } = golden;
/** Networks that look at x, so that gradients pass through them. */
const strong = denoiserOf((at) => scale(at, 0.6));
const weak = denoiserOf((at) => scale(at, 0.5));
const denoiser = guided(cfg, { strong, weak }, { scale: 3 });
const reward = rewardOf(async (at) => sum(at));
const call = callAt({ sigma, next: 1, sigmas: [sigma, 1] });

test("the step moves by a share of what guidance adds to the noise", async () => {
  const guide = guided(node, { denoiser, reward, weak }, { strength: 0.2 });
  const shift = sub(await guide(x, sigma, call), await denoiser(x, sigma, call));
  const added = (3 * rmsOf(sub(await strong(x, sigma, call), await weak(x, sigma, call)))) / sigma;
  const push = rmsOf(shift) * (1 - 1 / sigma);
  expect(push).toBeCloseTo(0.2 * added * Math.sqrt(2), 12);
  // The gradient of a sum through a scaling points the same way everywhere.
  for (const value of shift.data) expect(value).toBeCloseTo(shift.data[0], 12);
});

test("without the weak side a tenth of the noise is the measure", async () => {
  const guide = guided(node, { denoiser, reward }, { strength: 0.5 });
  const plain = await denoiser(x, sigma, call);
  const push = rmsOf(sub(await guide(x, sigma, call), plain)) * (1 - 1 / sigma);
  expect(push).toBeCloseTo((0.05 * rmsOf(sub(x, plain)) * Math.sqrt(2)) / sigma, 12);
});

test("a reward times 1000, or its square root, gives the same result", async () => {
  const distanceReward = rewardOf(async (at) => scale(dot(at, at), -0.5));
  const results = await Promise.all(
    [distanceReward, rewardOf(async (at) => scale(dot(at, at), -500))].map((one) =>
      guided(node, { denoiser, reward: one, weak })(x, sigma, call),
    ),
  );
  expect(distance(results[0], results[1])).toBeLessThan(1e-12);
});

test("strength 0 asks only the denoiser; a constant reward pushes nowhere", async () => {
  const asking = counted(reward);
  const off = guided(node, { denoiser, reward: asking, weak }, { strength: 0 });
  expect(distance(await off(x, sigma, call), await denoiser(x, sigma, call))).toBe(0);
  expect([asking.asked, off.asked().weak]).toEqual([0, 0]);
  const constant = rewardOf(async (at) => full([at.shape[0]], 2, "float64"));
  const still = guided(node, { denoiser, reward: constant, weak });
  expect(distance(await still(x, sigma, call), await denoiser(x, sigma, call))).toBe(0);
});

test("guidance inside and the weak side are asked at one x, so nothing is evaluated twice", async () => {
  const at: unknown[] = [];
  const noted = denoiserOf((point) => {
    at.push(point);
    return scale(point, 0.5);
  });
  await guided(node, { denoiser: guided(cfg, { strong, weak: noted }, { scale: 3 }), reward, weak: noted })(
    x,
    sigma,
    call,
  );
  expect(at).toHaveLength(2);
  expect(at[0]).toBe(at[1]);
});
