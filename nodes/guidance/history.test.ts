import { expect, test } from "vitest";
import type { Denoiser } from "../../shared/denoiser.ts";
import type { Model } from "../../shared/model.ts";
import type { AnyNode } from "../../shared/node/define.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { scale, zeros } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { karrasLevels, noiseOf } from "../lib/samplerTesting.ts";
import { callAt, callsOf, denoiserOf, distance, guided, sample } from "../lib/testing.ts";
import { node as frames } from "../model/frames.ts";
import { node } from "./history.ts";

const correlation = 0.8;
const build: AnyNode["build"] = frames.build;
const model = build!({}, { frames: 4, correlation, std: 1 }, { evaluated: () => {} } as never).model as Model;
const denoiser = model.denoiser(await model.encodeText(""));
const history = sample([1.2, -0.4], [1, 2, 1, 1]);
const x = sample([9, 9, 0.7, -1.1], [1, 4, 1, 1]);
const sigma = 0.9;
const highest = 1e6;
const call = callAt({
  sigma,
  sigmas: [highest, sigma, 0],
  noise: (like) => noiseOf(1).stream("history")(like),
});

/** Exact predictions of the last two frames when the given history frames are seen at their levels. */
async function exact(levels: readonly number[], shown: readonly number[]): Promise<number[]> {
  const known = sample([...shown, 0.7, -1.1], [1, 4, 1, 1]);
  const all = await denoiser(known, sigma, callAt({ levels: [...levels, sigma, sigma] }));
  return [...all.data.subarray(2)];
}

const run = (values: object, at = call) => guided(node, { denoiser, history }, { ...values })(x, sigma, at);
const blind = await exact([1e9, 1e9], [0, 0]);
const seeing = await exact([0, 0], [1.2, -0.4]);

test("scale 1 is the conditional model, 0 the unconditional one, and more goes beyond", async () => {
  for (const scaleOf of [1, 0, 2.5]) {
    const result = await run({ scale: scaleOf });
    expect([...result.data.subarray(0, 2)]).toEqual([1.2, -0.4]);
    [2, 3].forEach((frame, i) => {
      expect(result.data[frame]).toBeCloseTo(blind[i] + scaleOf * (seeing[i] - blind[i]), 5);
    });
  }
});

test("fractional guidance with a clean fraction is that of the whole history, with full noise the conditional model", async () => {
  const whole = await run({ scale: 3 });
  expect(distance(await run({ scale: 3, mode: "fractional", fraction: 0 }), whole)).toBeLessThan(1e-9);
  const conditional = await run({ scale: 1 });
  expect(distance(await run({ scale: 3, mode: "fractional", fraction: 1 }), conditional)).toBeLessThan(1e-9);
});

test("fractional guidance shows the history at its level and tells the model so", async () => {
  const noise = noiseOf(1).stream("history")(zeros([1, 2, 1, 1], "float64"));
  const partly = await exact([1, 1], [1.2 + noise.data[0], -0.4 + noise.data[1]]);
  const result = await run({ scale: 3, mode: "fractional", fraction: 0.5 });
  [2, 3].forEach((frame, i) => {
    expect(result.data[frame]).toBeCloseTo(seeing[i] + 2 * (partly[i] - blind[i]), 5);
  });
});

test("parts see the latest frames only", async () => {
  const latest = await exact([1e9, 0], [0, -0.4]);
  const result = await run({ scale: 1, mode: "parts", lengths: [2, 1], weights: [1.5, 0.5] });
  [2, 3].forEach((frame, i) => {
    const expected = blind[i] + 1.5 * (seeing[i] - blind[i]) + 0.5 * (latest[i] - blind[i]);
    expect(result.data[frame]).toBeCloseTo(expected, 5);
  });
});

test("asks each sight once, and none that counts nothing", async () => {
  const asked = async (values: object) => {
    const guide = guided(node, { denoiser, history }, { ...values });
    await guide(x, sigma, call);
    return guide.asked().denoiser;
  };
  expect(await asked({ scale: 2 })).toBe(2);
  expect(await asked({ scale: 1 })).toBe(1);
  expect(await asked({ scale: 2, mode: "fractional" })).toBe(3);
  expect(await asked({ scale: 2, mode: "fractional", fraction: 1 })).toBe(1);
  expect(await asked({ scale: 1, mode: "parts", lengths: [4, 2, 1] })).toBe(4);
});

test("a whole walk lands on the conditional mean, and further out with more scale", async () => {
  const sigmas = karrasLevels(200, 200, 0.002);
  const walk = async (guide: Denoiser) => {
    let at: Tensor = zeros([1, 4, 1, 1], "float64");
    for (const info of callsOf(sigmas)) {
      const noise = (like: Tensor) => scale(like, 0);
      at = eulerStep(at, await guide(at, info.sigma, { ...info, noise }), info.sigma, info.next);
    }
    return at.data;
  };
  const one = await walk(guided(node, { denoiser, history }, { scale: 1 }));
  const conditionalMean = [-0.4 * correlation, -0.4 * correlation ** 2];
  expect(one[2]).toBeCloseTo(conditionalMean[0], 1);
  expect(one[3]).toBeCloseTo(conditionalMean[1], 1);
  const two = await walk(guided(node, { denoiser, history }, { scale: 2 }));
  expect(Math.abs(two[2])).toBeGreaterThan(Math.abs(one[2]));
});

test("stabilising shows the history with a little noise; too much history is refused", async () => {
  const levels: (readonly number[])[] = [];
  const watched = denoiserOf((at, _sigma, info) => {
    levels.push(info.levels ?? []);
    return at;
  });
  await guided(node, { denoiser: watched, history }, { scale: 1, stabilise: 0.02 })(x, sigma, call);
  expect(levels).toEqual([[0.02, 0.02, sigma, sigma]]);
  const long = guided(node, { denoiser, history: x }, {});
  await expect(long(x, sigma, call)).rejects.toThrow("4 frames, but the whole sequence only 4");
});
