import { expect, test } from "vitest";
import type { Call, Denoiser } from "../denoiser.ts";
import type { NoiseSchedule } from "../model.ts";
import { gaussianSource } from "../random/gaussianSource.ts";
import { fromNumbers, norm, scale, sliceRows, sub } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { discreteSchedule, flowSchedule, flowTime, pureNoiseSigma } from "./noiseSchedule.ts";
import { denoisedFrom, networkInput } from "./prediction.ts";
import { type SamplerIo, type SamplerOptions, samplerOf, samplers } from "./samplers.ts";
import { scheduleOf, schedules, withStrength } from "./schedules.ts";
import { ancestralStep } from "./steps.ts";
import { sigmaOf, timestepOf } from "./timesteps.ts";

const s = 1.3;
/** The exact denoiser of N(0, s²), and its exact path. */
const gaussian: Denoiser = async (x, sigma) => scale(x, s ** 2 / (s ** 2 + sigma ** 2));
const exact = (x: Tensor, from: number, to: number) => scale(x, Math.sqrt((s ** 2 + to ** 2) / (s ** 2 + from ** 2)));

const off: SamplerOptions = { eta: 0, noiseScale: 1, churn: 0 };

function ioOf(
  sigmas: readonly number[],
  seed = 0n,
): SamplerIo & { asked: { step: number; stage: number; next: number }[] } {
  const source = gaussianSource({ seed, generator: "philox", perSample: true });
  const asked: { step: number; stage: number; next: number }[] = [];
  return {
    asked,
    noise: (like, sigma, next) => source.between(like, sigma, next),
    step: async () => {},
    call: (step, stage, next = sigmas[step + 1]) => {
      asked.push({ step, stage, next });
      return {
        step,
        stage,
        next,
        steps: sigmas.length - 1,
        sigma: sigmas[step],
        sigmas,
        switches: {},
      } as unknown as Call;
    },
  };
}

const start = fromNumbers([3, -7, 11, 2], [2, 2], "float64");
const geometric = (steps: number, from = 10, to = 0.1) =>
  Array.from({ length: steps + 1 }, (_, i) => from * (to / from) ** (i / steps));
const distance = (a: Tensor, b: Tensor) => Math.hypot(...norm(sub(a, b)).data);

test.each(samplers.filter(({ order }) => order > 0).map((sampler) => [sampler.id, sampler] as const))(
  "%s converges with its order",
  async (_id, sampler) => {
    const error = async (steps: number) => {
      const sigmas = geometric(steps);
      return distance(await sampler.sample(gaussian, start, sigmas, ioOf(sigmas), off), exact(start, 10, 0.1));
    };
    const [coarse, fine] = [await error(200), await error(400)];
    expect(Math.log2(coarse / fine)).toBeGreaterThan(sampler.order - 0.15);
    expect(Math.log2(coarse / fine)).toBeLessThan(sampler.order + 0.4);
  },
);

test.each(samplers.map((sampler) => [sampler.id, sampler] as const))(
  "%s announces exactly the calls it makes",
  async (_id, sampler) => {
    for (const sigmas of [
      [10, 3, 1, 0],
      [10, 3, 1],
    ]) {
      const options = { eta: sampler.defaultEta ?? 0, noiseScale: 1, churn: 0 };
      const io = ioOf(sigmas);
      await sampler.sample(gaussian, start, sigmas, io, options);
      const announced = [...sampler.calls(sigmas, options)].map(({ step, stage, next }) => ({
        step,
        stage,
        next: next ?? sigmas[step + 1],
      }));
      expect(io.asked).toEqual(announced);
    }
  },
);

test.each(samplers.map((sampler) => [sampler.id, sampler] as const))(
  "%s treats samples of a batch alone",
  async (_id, sampler) => {
    const sigmas = [10, 5, 2, 0.5, 0];
    const options = { eta: sampler.defaultEta ?? 0, noiseScale: 1, churn: sampler.usesChurn ? 1 : 0 };
    const both = await sampler.sample(gaussian, start, sigmas, ioOf(sigmas, 5n), options);
    const second = await sampler.sample(gaussian, sliceRows(start, 1, 2), sigmas, ioOf(sigmas, 6n), options);
    expect(sliceRows(both, 1, 2).data).toEqual(second.data);
  },
);

test.each(["euler", "heun", "ddim"])("%s goes on from noise that was left", async (id) => {
  const sigmas = [10, 5, 2, 0.5, 0.1, 0];
  const sampler = samplerOf(id);
  const whole = await sampler.sample(gaussian, start, sigmas, ioOf(sigmas), off);
  const [first, second] = [sigmas.slice(0, 4), sigmas.slice(3)];
  const half = await sampler.sample(gaussian, start, first, ioOf(first), off);
  expect((await sampler.sample(gaussian, half, second, ioOf(second), off)).data).toEqual(whole.data);
});

test("ancestral walks keep the distribution they sample", async () => {
  const sigmas = geometric(300, 20, 0.02);
  const wide = gaussianSource({ seed: 9n, generator: "philox", perSample: false }).initial([1, 5000], "float64");
  for (const sampler of samplers.filter(({ isStochastic, order }) => isStochastic && order > 0)) {
    const end = await sampler.sample(gaussian, scale(wide, Math.sqrt(400 + s ** 2)), sigmas, ioOf(sigmas), {
      ...off,
      eta: 1,
    });
    const variance = Array.from(end.data).reduce((sum, value) => sum + value ** 2, 0) / end.data.length;
    // Error bar of a variance from 5,000 samples: √(2/n) = 2 %; the rest is the discretisation.
    expect(Math.abs(variance / (s ** 2 + 0.02 ** 2) - 1)).toBeLessThan(0.08);
  }
});

test("eta divides a step between drift and noise", () => {
  expect(ancestralStep(10, 5, 0)).toEqual({ sigmaDown: 5, sigmaUp: 0 });
  const { sigmaDown, sigmaUp } = ancestralStep(10, 5, 1);
  expect(sigmaDown ** 2 + sigmaUp ** 2).toBeCloseTo(25, 12);
  expect(sigmaUp).toBeCloseTo(Math.sqrt((25 * 75) / 100), 12);
});

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

test("a flow starts from pure noise without loss in float32", async () => {
  const noise = fromNumbers([0.3, -0.7]);
  const x = scale(noise, pureNoiseSigma);
  const target: Denoiser = async () => fromNumbers([0.5, 0.25]);
  const sigmas = [pureNoiseSigma, 1, 0.5];
  const end = await samplerOf("euler").sample(target, x, sigmas, ioOf(sigmas), off);
  expect(end.data[0]).toBeCloseTo(0.5 + 0.5 * 0.3, 5);
  expect(networkInput("flow", x, pureNoiseSigma).data[0]).toBeCloseTo(0.3, 6);
});

test("trailing rounds halves to even, as numpy does", () => {
  const timesteps = scheduleOf("trailing")
    .sigmas(sd, 16)
    .slice(0, 4)
    .map((sigma) => Math.round(timestepOf(sd, sigma)));
  expect(timesteps).toEqual([999, 937, 874, 811]);
});
