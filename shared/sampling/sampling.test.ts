import { expect, test } from "vitest";
import type { NoiseSchedule } from "../model.ts";
import { fromNumbers } from "../tensor/index.ts";
import { discreteSchedule, flowSchedule, flowTime } from "./noiseSchedule.ts";
import { denoisedFrom, networkInput } from "./prediction.ts";
import { scheduleOf, schedules, withStrength } from "./schedules.ts";
import { sigmaOf, timestepOf } from "./timesteps.ts";

const sd: NoiseSchedule = discreteSchedule({
  trainSteps: 1000,
  betaStart: 0.00085,
  betaEnd: 0.012,
  betaSchedule: "scaled_linear",
  trainedBetas: null,
  rescaleZeroSnr: false,
  stepsOffset: 1,
  finalSigma: "sigma_min",
  spacing: "leading",
});

test("the Stable Diffusion schedule has its known ends", () => {
  expect(sd.sigmas[0]).toBeCloseTo(0.029167158, 8);
  expect(sd.sigmas[999]).toBeCloseTo(14.614641229, 7);
});

test("diffusers' spacings give the timesteps and ends of the reference runs", () => {
  const leading = scheduleOf("leading").sigmas(sd, 20);
  const timesteps = leading.slice(0, 20).map((sigma) => timestepOf(sd, sigma));
  timesteps.forEach((timestep, i) => void expect(timestep).toBeCloseTo(951 - 50 * i, 6));
  expect(leading[20]).toBe(sd.sigmas[0]);
  const even = scheduleOf("linspace").sigmas(sd, 20);
  expect(even[1]).toBeCloseTo(10.746843988817073, 6);
  expect(even[10]).toBeCloseTo(1.480581952741129, 6);
  expect(timestepOf(sd, even[1])).toBeCloseTo(946.421052631579, 6);
  expect(even.slice(-2)).toEqual([sd.sigmas[0], 0]);
  expect(scheduleOf("trailing").sigmas(sd, 10).slice(0, 2)).toEqual([sigmaOf(sd, 999), sigmaOf(sd, 899)]);
  expect(() => scheduleOf("leading").sigmas(sd, 1001)).toThrow("at most 1000 steps");
});

test.each(schedules.map((schedule) => [schedule.id, schedule] as const))(
  "%s falls, for every kind of model",
  (_id, schedule) => {
    for (const model of [
      sd,
      flowSchedule({ trainSteps: 1000, shift: 1 }),
      flowSchedule({ trainSteps: 1000, shift: 3 }),
    ]) {
      for (const steps of [1, 2, 20, 100]) {
        const sigmas = schedule.sigmas(model, steps);
        expect(sigmas).toHaveLength(steps + 1);
        for (let i = 1; i < sigmas.length; i++) expect(sigmas[i]).toBeLessThan(sigmas[i - 1]);
        expect(sigmas.every(Number.isFinite)).toBe(true);
      }
    }
  },
);

test("karras and exponential follow their formulas", () => {
  const sigmas = scheduleOf("karras").sigmas(sd, 5);
  const [high, low] = [sd.sigmas[999] ** (1 / 7), sd.sigmas[0] ** (1 / 7)];
  expect(sigmas[2]).toBeCloseTo((high + 0.5 * (low - high)) ** 7, 10);
  const even = scheduleOf("exponential").sigmas(sd, 3);
  expect(even[1]).toBeCloseTo(Math.sqrt(sd.sigmas[999] * sd.sigmas[0]), 10);
});

test("strength keeps the last steps of a longer schedule", () => {
  const normal = scheduleOf("normal");
  expect(withStrength(normal, sd, 20, 0.75)).toEqual(normal.sigmas(sd, 26).slice(-21));
  expect(withStrength(normal, sd, 15, 0.75)).toEqual(normal.sigmas(sd, 20).slice(-16));
  expect(withStrength(normal, sd, 20, 1)).toEqual(normal.sigmas(sd, 20));
  expect(withStrength(normal, sd, 20, 0)).toEqual([]);
  expect(withStrength(normal, sd, 0, 1)).toEqual([]);
  expect(() => withStrength(normal, sd, 20, 1e-9)).toThrow("Raise it");
});

test("zero terminal SNR and squared cosine are as diffusers makes them", () => {
  const options = {
    trainSteps: 1000,
    betaStart: 0.00085,
    betaEnd: 0.012,
    trainedBetas: null,
    stepsOffset: 0,
    finalSigma: "zero",
    spacing: "leading",
  } as const;
  const zero = discreteSchedule({ ...options, betaSchedule: "scaled_linear", rescaleZeroSnr: true });
  expect(zero.sigmas[999]).toBeCloseTo(Math.sqrt((1 - 2 ** -24) * 2 ** 24), 3);
  expect(zero.sigmas[0]).toBeCloseTo(sd.sigmas[0], 6);
  const cosine = discreteSchedule({ ...options, betaSchedule: "squaredcos_cap_v2", rescaleZeroSnr: false });
  expect(cosine.sigmas[500]).toBeGreaterThan(1);
  const trained = discreteSchedule({
    ...options,
    betaSchedule: "linear",
    rescaleZeroSnr: false,
    trainedBetas: [0.5, 0.5],
  });
  expect(trained.sigmas).toEqual([1, Math.sqrt(3)]);
});

test("every prediction type describes the same clean sample", () => {
  const clean = fromNumbers([0.4, -1.2], [1, 2], "float64");
  const eps = fromNumbers([1.1, 0.3], [1, 2], "float64");
  for (const sigma of [0.1, 1, 12]) {
    const x = fromNumbers(
      Array.from(clean.data, (value, i) => value + sigma * eps.data[i]),
      [1, 2],
      "float64",
    );
    const root = Math.sqrt(1 + sigma ** 2);
    const outputs = {
      eps: Array.from(eps.data),
      x0: Array.from(clean.data),
      v: Array.from(eps.data, (e, i) => (e - sigma * clean.data[i]) / root),
      flow: Array.from(eps.data, (e, i) => e - clean.data[i]),
    };
    for (const kind of ["eps", "x0", "v", "flow"] as const) {
      const denoised = denoisedFrom(kind, x, fromNumbers(outputs[kind], [1, 2], "float64"), sigma);
      denoised.data.forEach((value, i) => void expect(value).toBeCloseTo(clean.data[i], 12));
    }
    const t = flowTime(sigma);
    networkInput("flow", x, sigma).data.forEach(
      (value, i) => void expect(value).toBeCloseTo((1 - t) * clean.data[i] + t * eps.data[i], 12),
    );
  }
});

test("trailing rounds halves to even, as numpy does", () => {
  const timesteps = scheduleOf("trailing")
    .sigmas(sd, 16)
    .slice(0, 4)
    .map((sigma) => Math.round(timestepOf(sd, sigma)));
  expect(timesteps).toEqual([999, 937, 874, 811]);
});
