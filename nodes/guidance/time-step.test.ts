import { expect, test } from "vitest";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { sigmaOf, timestepOf } from "../../shared/sampling/timesteps.ts";
import { extrapolate } from "../../shared/tensor/index.ts";
import { planeModel } from "../lib/bedTesting.ts";
import { callAt, denoiserOf, distance, guided, sample } from "../lib/testing.ts";
import { node } from "./time-step.ts";

const model = planeModel([
  { weight: 1, mean: [1, 0], std: 0.5, label: "a" },
  { weight: 1, mean: [-1, 0.5], std: 0.3, label: "b" },
]);
const denoiser = model.denoiser(await model.encodeText(""));
const { schedule } = model.info;
const x = sample([1.4, -0.3, 0.2, 0.8], [2, 2, 1, 1]);
const sigma = 1.5;
const source = () => gaussianSource({ seed: 3n, generator: "philox", perSample: false });
const call = callAt({ noise: (like) => source().stream("test")(like) });

test("without an amount, or at scale 1, it is the denoiser and asks once", async () => {
  const plain = await denoiser(x, sigma, call);
  for (const values of [{ amount: 0 }, { scale: 1 }]) {
    const guide = guided(node, { denoiser }, values);
    expect(distance(await guide(x, sigma, call), plain)).toBe(0);
    expect(guide.asked()).toEqual({ denoiser: 1 });
  }
});

test("leads away from the same model told a noisier timestep", async () => {
  const guide = guided(node, { denoiser }, { scale: 3, amount: 0.1, power: 1, direction: "noisier" });
  const timestep = timestepOf(schedule, sigma);
  const told = timestep + timestep * 0.1 * (timestep / 1000);
  const weak = await denoiser(x, (sigma * sigmaOf(schedule, told)) / sigmaOf(schedule, timestep), call);
  const expected = extrapolate(weak, await denoiser(x, sigma, call), 3);
  expect(distance(await guide(x, sigma, call), expected)).toBeLessThan(1e-9);
  expect(guide.asked()).toEqual({ denoiser: 2 });
});

test("small shifts act as (1 − w) dD/dsigma, and the two directions are opposite", async () => {
  const change = async (direction: string) => {
    const guide = guided(node, { denoiser }, { scale: 3, amount: 1e-4, direction });
    const [guidedX, plain] = [await guide(x, sigma, call), await denoiser(x, sigma, call)];
    return [...guidedX.data].map((value, i) => value - plain.data[i]);
  };
  const timestep = timestepOf(schedule, sigma);
  const d = sigmaOf(schedule, timestep * (1 + 1e-4)) - sigmaOf(schedule, timestep);
  const ahead = await denoiser(x, sigma + d, call);
  const here = await denoiser(x, sigma, call);
  const [up, down] = [await change("noisier"), await change("cleaner")];
  up.forEach((value, i) => {
    expect(value).toBeCloseTo((1 - 3) * (ahead.data[i] - here.data[i]), 9);
    expect(value).toBeCloseTo(-down[i], 6);
  });
});

test("a draw is repeatable, kept through the stages of a step, and for the run where asked", async () => {
  const at = (label: string, stage: number) => callAt({ stage, noise: (like) => source().stream(label)(like) });
  const walk = async (every: string) => {
    const guide = guided(node, { denoiser }, { every });
    return [await guide(x, sigma, at("a", 0)), await guide(x, sigma, at("b", 1)), await guide(x, sigma, at("c", 0))];
  };
  const [first, corrector, second] = await walk("step");
  expect(distance(first, corrector)).toBe(0);
  expect(distance(first, second)).toBeGreaterThan(1e-6);
  expect(distance((await walk("step"))[2], second)).toBe(0);
  const kept = await walk("run");
  expect(distance(kept[0], kept[2])).toBe(0);
});

test("a new walk draws anew", async () => {
  const guide = guided(node, { denoiser }, { every: "run" });
  const at = (label: string, level: number) => callAt({ sigma: level, noise: (like) => source().stream(label)(like) });
  const first = await guide(x, sigma, at("a", 1.5));
  await guide(x, sigma, at("b", 1));
  expect(distance(await guide(x, sigma, at("c", 1.5)), first)).toBeGreaterThan(1e-6);
});

test("the network is told a timestep that exists", async () => {
  const told: number[] = [];
  const watched = Object.assign(
    denoiserOf((at, _sigma, { switches }) => {
      told.push(timestepOf(schedule, sigma) + (switches.timestepShift ?? 0));
      return at;
    }),
    { model },
  );
  await guided(node, { denoiser: watched }, { amount: 10, direction: "noisier" })(x, sigma, call);
  await guided(node, { denoiser: watched }, { amount: 10, direction: "cleaner" })(x, sigma, call);
  expect(Math.max(...told)).toBeLessThanOrEqual(999);
  expect(Math.min(...told)).toBeGreaterThanOrEqual(0);
});

test("a denoiser without a model is refused with a sentence", async () => {
  await expect(guided(node, { denoiser: denoiserOf(x) }, {})(x, sigma, call)).rejects.toThrow("Connect one");
});
