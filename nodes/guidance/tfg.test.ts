import { expect, test } from "vitest";
import { full, scale, sub } from "../../shared/tensor/index.ts";
import {
  counted,
  eightGaussians,
  linearReward,
  lineModel,
  quadraticReward,
  rewardOf,
  spreadOf,
  unconditional,
  walkEight,
} from "../lib/eightTesting.ts";
import { noiseOf } from "../lib/samplerTesting.ts";
import { callAt, distance, guided, sample } from "../lib/testing.ts";
import { node as dps } from "./dps.ts";
import { node as freedom } from "./freedom.ts";
import { node as lgd } from "./lgd.ts";
import { node as mpgd } from "./mpgd.ts";
import { node } from "./tfg.ts";
import { node as universal } from "./universal.ts";

const line = await unconditional(lineModel([0.7, 0.3], [-1, 2], [0.25, 0.16]));
const x = sample([0.8], [1, 1, 1, 1]);
const call = () => callAt({ sigma: 1, next: 0.5, sigmas: [1, 0.5], noise: noiseOf(2).stream("draws") });
const constant = { rhoSchedule: "constant", muSchedule: "constant", gamma: 0 };

/** What the step moves by. */
async function pushed(reward = linearReward([1]), values: object = {}): Promise<number> {
  const result = await guided(node, { denoiser: line, reward }, { ...constant, ...values })(x, 1, call());
  return sub(result, await line(x, 1, call())).data[0] * (1 - 0.5);
}

test("the push through the network is rho (1 + sigma²) times the slope; that of one step mu times it", async () => {
  expect(await pushed(linearReward([1]), { rho: 0.1, mu: 0 })).toBeCloseTo(0.1 * 2 * 1.694903, 6);
  expect(await pushed(linearReward([3]), { rho: 0, mu: 0.1, iterations: 1 })).toBeCloseTo(0.3, 12);
  expect(await pushed(linearReward([1]), { rho: 0.1, mu: 0.1, iterations: 4 })).toBeCloseTo(0.338981 + 0.4, 5);
});

test("steps on the prediction follow the reward as it changes", async () => {
  const { data } = await line(x, 1, call());
  const shift = await pushed(quadraticReward([1.5], 2), { rho: 0, mu: 0.1, iterations: 3 });
  expect(shift).toBeCloseTo((1.5 - data[0]) * (1 - 0.8 ** 3), 12);
});

test("smoothing changes no linear reward, and flattens a curved one by 1 + kappa gamma²", async () => {
  const values = { rho: 0, mu: 0.1, iterations: 1, gamma: 1, draws: 8192 };
  expect(await pushed(linearReward([3]), { ...values, draws: 3 })).toBeCloseTo(0.3, 12);
  const { data } = await line(x, 1, call());
  const exact = (0.1 * 2 * (1.5 - data[0])) / (1 + 2 * 0.5);
  expect(Math.abs((await pushed(quadraticReward([1.5], 2), values)) - exact)).toBeLessThan(0.03 * exact);
});

test("schedules share a strength out over the steps with mean 1", async () => {
  const sigmas = [10, 4, 2, 1, 0.5, 0.2];
  for (const rhoSchedule of ["increase", "decrease", "constant"]) {
    let total = 0;
    const shares: number[] = [];
    for (let step = 0; step < 5; step++) {
      const at = callAt({ step, steps: 5, sigma: sigmas[step], next: sigmas[step + 1], sigmas });
      const unguided = scale(x, sigmas[step]);
      // The slope of a linear reward at a flat denoiser is 1: what is left is the share.
      const flat = { denoiser: async () => x, reward: linearReward([1]) };
      const guide = guided(node, flat, { ...constant, rho: 0, mu: 1, iterations: 1, muSchedule: rhoSchedule });
      const shift = sub(await guide(unguided, sigmas[step], at), x).data[0];
      shares.push(shift * (1 - sigmas[step + 1] / sigmas[step]));
      total += shares[step];
    }
    expect(total).toBeCloseTo(5, 10);
    if (rhoSchedule === "increase") expect(shares[4]).toBeGreaterThan(shares[0]);
    if (rhoSchedule === "decrease") expect(shares[4]).toBeLessThan(shares[0]);
  }
});

test("nothing is asked in the last step, nor at strengths 0; a constant reward pushes nowhere", async () => {
  const reward = counted(linearReward([1]));
  const last = callAt({ sigma: 1, next: 0, sigmas: [1, 0] });
  expect(await guided(node, { denoiser: line, reward }, {})(x, 1, last)).toEqual(await line(x, 1, last));
  expect(await guided(node, { denoiser: line, reward }, { rho: 0, mu: 0 })(x, 1, call())).toEqual(
    await line(x, 1, call()),
  );
  expect(reward.asked).toBe(0);
  const still = rewardOf(async (at) => full([at.shape[0]], 2, "float64"));
  expect(await pushed(still, { rho: 2, mu: 2 })).toBe(0);
});

test.each([
  ["dps", dps, { rho: 0.4 }, { strength: 0.4 }],
  ["lgd", lgd, { rho: 0.4, draws: 5 }, { strength: 0.4, draws: 5 }],
  ["freedom", freedom, { rho: 0.4 }, { strength: 0.4 }],
  ["mpgd", mpgd, { mu: 0.4 }, { strength: 0.4 }],
  [
    "universal",
    universal,
    { rho: 0.4, mu: 0.05, iterations: 3 },
    { forward: 0.4, steps: 3, rate: 0.05, optimiser: "descent" },
  ],
] as const)("preset %s is that node", async (preset, other, values, own) => {
  const weak = async () => sample([0.1], [1, 1, 1, 1]);
  const inputs = { denoiser: line, reward: quadraticReward([1.5], 2) };
  const side = preset === "freedom" || preset === "mpgd" ? { weak } : {};
  const corner = await guided(node, { ...inputs, ...side }, { preset, ...values })(x, 1, call());
  expect(distance(corner, await guided(other, { ...inputs, ...side }, own)(x, 1, call()))).toBe(0);
  expect(distance(corner, await line(x, 1, call()))).toBeGreaterThan(0.01);
});

test("eight Gaussians: an optimiser, which comes to the best point rather than to the tilt", async () => {
  const denoiser = await unconditional(eightGaussians);
  const inputs = { denoiser, reward: quadraticReward([2, 0], 1) };
  const end = await walkEight(guided(node, inputs, { rho: 0.25, mu: 0 }), { count: 300, sampler: "euler_ancestral" });
  expect(spreadOf(end).shares[0]).toBeGreaterThan(0.95);
});
