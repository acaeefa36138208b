import { expect, test } from "vitest";
import type { Call, Denoiser } from "../denoiser.ts";
import { gaussianSource } from "../random/gaussianSource.ts";
import { fromNumbers, norm, scale, sliceRows, sub } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { flowSchedule, flowSigma, pureNoiseSigma } from "./noiseSchedule.ts";
import { recurring, refuseRecurrence } from "./recurrence.ts";
import type { Sampler, SamplerIo } from "./sampler.ts";
import { samplerOf, samplers } from "./samplers.ts";
import { ancestralStep } from "./steps.ts";
import { refuseLevels, Walk } from "./walk.ts";

const s = 1.3;
/** The exact denoiser of N(0, s²), and its exact path. */
const gaussian: Denoiser = async (x, sigma) => scale(x, s ** 2 / (s ** 2 + sigma ** 2));
const exact = (x: Tensor, from: number, to: number) => scale(x, Math.sqrt((s ** 2 + to ** 2) / (s ** 2 + from ** 2)));

const flow = flowSchedule({ trainSteps: 1000, shift: 1 });
const quiet = { eta: 0, noiseScale: 1, churn: 0 };
type Asked = { step: number; stage: number; sigma: number; next: number; level: number };

/** Runs a sampler as the sampler node does; `asked` are its evaluations. */
async function run(
  sampler: Sampler,
  sigmas: readonly number[],
  x: Tensor,
  options: {
    eta?: number;
    noiseScale?: number;
    churn?: number;
    seed?: bigint;
    isFlow?: boolean;
    denoiser?: Denoiser;
  } = {},
): Promise<{ end: Tensor; asked: Asked[]; walk: Walk }> {
  const source = gaussianSource({ seed: options.seed ?? 0n, generator: "philox", perSample: true });
  const walk = new Walk(sampler, sigmas, options.isFlow ? flow : undefined, { ...quiet, ...options });
  const asked: Asked[] = [];
  const io: SamplerIo = {
    noise: (like, sigma, next) => source.between(like, walk.sigma(sigma), walk.sigma(next)),
    step: async () => {},
    call: (step, stage, next, sigma) => {
      return walk.callInfo(step, stage, next, sigma) as Call;
    },
  };
  const outside = options.denoiser ?? gaussian;
  const inside = walk.inside((at, level, call) => {
    asked.push({ step: call.step, stage: call.stage, sigma: call.sigma, next: call.next, level });
    return outside(at, level, call);
  });
  const last = await sampler.sample(inside, walk.begin(x, null, 0), walk.levels, io, walk.options);
  return { end: walk.outside(last, walk.levels[walk.levels.length - 1]), asked, walk };
}

const named = (list: readonly Sampler[]) => list.map((sampler) => [sampler.id, sampler] as const);
const falling = samplers.filter(({ rises }) => !rises);
const start = fromNumbers([3, -7, 11, 2], [2, 2], "float64");
const geometric = (steps: number, from = 10, to = 0.1) =>
  Array.from({ length: steps + 1 }, (_, i) => from * (to / from) ** (i / steps));
const distance = (a: Tensor, b: Tensor) => Math.hypot(...norm(sub(a, b)).data);

/**
 * Order of convergence on even steps in log sigma, as measured between 204 and 408 steps. Most start with a step of first
 * order, whose error is of second order in the whole. Heun++ is of first order only in theory: its weights make the
 * first order error vanish nearly. ER-SDE goes from second to first order, for its integrals are sums of 200 points.
 */
const slack: Readonly<Record<string, readonly [number, number]>> = {
  heunpp2: [1, 2.6],
  er_sde: [1, 2],
  dpmpp_2m: [1.8, 2.1],
  dpmpp_2m_sde: [1.8, 2.1],
};

test.each(named(samplers.filter(({ order, id }) => order > 0 && id !== "restart" && id !== "dpm_adaptive")))(
  "%s converges with its order",
  async (id, sampler) => {
    const [from, to] = sampler.rises ? [0.1, 2] : [2, 0.1];
    const error = async (steps: number) => {
      const { end } = await run(sampler, geometric(steps, from, to), start);
      return distance(end, exact(start, from, to));
    };
    const [coarse, fine] = [await error(204), await error(408)];
    const measured = Math.log2(coarse / fine);
    const [least, most] = slack[id] ?? [sampler.order - 0.05, sampler.order + 0.2];
    expect(measured).toBeGreaterThan(least);
    expect(measured).toBeLessThan(most);
  },
);

test.each(named(falling.filter(({ upperBound }) => !upperBound)))(
  "%s announces exactly the calls it makes",
  async (_id, sampler) => {
    for (const sigmas of [[10, 3, 1, 0], [10, 3, 1], [10, 0], geometric(40, 12, 0.05)]) {
      for (const isFlow of [false, true]) {
        for (const churn of sampler.usesChurn ? [0, 2] : [0]) {
          const { asked, walk } = await run(sampler, sigmas, start, { eta: sampler.defaultEta ?? 0, churn, isFlow });
          const announced = [...walk.calls()].map(({ step, stage, sigma, next, level }) => ({
            ...{ step, stage, sigma, next, level },
          }));
          expect(asked).toEqual(announced);
        }
      }
    }
  },
);

test("adaptive steps stay below what is announced and near the exact path", async () => {
  const sampler = samplerOf("dpm_adaptive");
  const { end, asked, walk } = await run(sampler, [10, 3, 1, 0.1], start);
  expect(asked.length).toBeLessThan([...walk.calls()].length);
  expect(distance(end, exact(start, 10, 0.1)) / Math.hypot(...start.data)).toBeLessThan(0.01);
  for (const { step, sigma } of asked) expect(sigma).toBeLessThanOrEqual([10, 3, 1, 0.1][step]);
});

test.each(named(falling.filter(({ upperBound }) => !upperBound)))(
  "%s treats samples of a batch alone",
  async (_id, sampler) => {
    for (const sigmas of [[10, 5, 2, 0.5, 0], geometric(24, 12, 0.05)]) {
      const options = { eta: sampler.defaultEta ?? 0, churn: sampler.usesChurn ? 1 : 0 };
      const { end: both } = await run(sampler, sigmas, start, { ...options, seed: 5n });
      const { end: second } = await run(sampler, sigmas, sliceRows(start, 1, 2), { ...options, seed: 6n });
      expect(sliceRows(both, 1, 2).data).toEqual(second.data);
    }
  },
);

test.each(["euler", "heun", "dpm_2", "ddim", "exp_heun_2_x0"])("%s goes on from noise that was left", async (id) => {
  const sigmas = [10, 5, 2, 0.5, 0.1, 0];
  const sampler = samplerOf(id);
  const { end: whole } = await run(sampler, sigmas, start);
  const { end: half } = await run(sampler, sigmas.slice(0, 4), start);
  expect((await run(sampler, sigmas.slice(3), half)).end.data).toEqual(whole.data);
});

test("ancestral walks keep the distribution they sample", async () => {
  const sigmas = geometric(300, 20, 0.02);
  const wide = gaussianSource({ seed: 9n, generator: "philox", perSample: false }).initial([1, 5000], "float64");
  // Trajectory consistency with gamma 1 goes to the clean sample each time, as LCM does.
  const keeping = falling.filter(({ id, isStochastic, order }) => isStochastic && order > 0 && id !== "tcd");
  for (const sampler of keeping) {
    const { end } = await run(sampler, sigmas, scale(wide, Math.sqrt(400 + s ** 2)), { eta: 1 });
    const variance = Array.from(end.data).reduce((sum, value) => sum + value ** 2, 0) / end.data.length;
    // Error bar of a variance from 5,000 samples: √(2/n) = 2 %; the rest is the discretisation.
    expect(Math.abs(variance / (s ** 2 + 0.02 ** 2) - 1)).toBeLessThan(0.08);
  }
});

test("flows keep the distribution too, whatever their frame", async () => {
  const sigmas = Array.from({ length: 300 }, (_, i) => flowSigma(1 - (0.98 * i) / 299));
  const noise = gaussianSource({ seed: 4n, generator: "philox", perSample: false }).initial([1, 5000], "float64");
  for (const id of ["euler_ancestral", "dpm_2_ancestral", "dpmpp_2s_ancestral", "dpmpp_2m_sde", "seeds_2", "heun"]) {
    const { end } = await run(samplerOf(id), sigmas, scale(noise, pureNoiseSigma), { eta: 1, isFlow: true });
    const variance = Array.from(end.data).reduce((sum, value) => sum + value ** 2, 0) / end.data.length;
    expect(Math.abs(variance / (s ** 2 + flowSigma(0.02) ** 2) - 1)).toBeLessThan(0.08);
  }
});

test("eta divides a step between drift and noise", () => {
  const options = { ...quiet, frame: "variance-exploding" } as const;
  expect(ancestralStep(10, 5, options)).toEqual({ sigmaDown: 5, deviation: 0, keep: 1 });
  const { sigmaDown, deviation } = ancestralStep(10, 5, { ...options, eta: 1 });
  expect(sigmaDown ** 2 + deviation ** 2).toBeCloseTo(25, 12);
  expect(deviation).toBeCloseTo(Math.sqrt((25 * 75) / 100), 12);
  const flowing = ancestralStep(0.8, 0.6, { ...options, eta: 1, frame: "flow" });
  expect((flowing.keep * (1 - flowing.sigmaDown)) / 0.4).toBeCloseTo(1, 12);
  expect((flowing.keep * flowing.sigmaDown) ** 2 + flowing.deviation ** 2).toBeCloseTo(0.36, 12);
});

test("restart walks the middle again, from 20 steps on", () => {
  const sampler = samplerOf("restart");
  const walkOf = (steps: number) => new Walk(sampler, geometric(steps, 10, 0.05), undefined, quiet);
  expect(walkOf(19).moves).toHaveLength(19);
  expect(walkOf(20).moves).toHaveLength(29);
  expect(walkOf(40).moves).toHaveLength(60);
  const ups = walkOf(40).moves.filter(({ sigma }, i, moves) => i > 0 && sigma > moves[i - 1].next);
  expect(ups).toHaveLength(2);
  for (const { sigma } of ups) expect(Math.abs(sigma - 2)).toBeLessThan(0.2);
});

test("levels that do not suit a sampler are refused in one sentence", () => {
  const euler = samplerOf("euler");
  expect(refuseLevels(euler, [3, 2, 0])).toBeNull();
  expect(refuseLevels(euler, [1, 2, 0])).toBe(
    "Euler walks down, but the noise levels rise from 1 to 2. Flip them, or take DDIM inversion.",
  );
  expect(refuseLevels(euler, [3, Number.NaN, 0])).toContain("Noise level 2 is NaN");
  expect(refuseLevels(samplerOf("ddim_inverse"), [0, 1, 2])).toBeNull();
  expect(refuseLevels(samplerOf("ddim_inverse"), [2, 1])).toContain("DDIM inversion walks up");
});

test("an inversion finds the noise that its walk comes from", async () => {
  const up = geometric(400, 0.05, 10);
  const { end: noisy } = await run(samplerOf("ddim_inverse"), up, start);
  const { end: back } = await run(samplerOf("euler"), [...up].reverse(), noisy);
  expect(distance(back, start) / Math.hypot(...start.data)).toBeLessThan(0.02);
});

test("a flow starts from pure noise without loss in float32", async () => {
  const target: Denoiser = async () => fromNumbers([0.5, 0.25]);
  for (const id of ["euler", "heun", "dpmpp_2m", "uni_pc"]) {
    const x = scale(fromNumbers([0.3, -0.7]), pureNoiseSigma);
    const { end } = await run(samplerOf(id), [pureNoiseSigma, 1, 0.5], x, { denoiser: target, isFlow: true });
    expect(end.data[0]).toBeCloseTo(0.5 + 0.5 * 0.3, 5);
  }
});

test("recurrence repeats steps, counts them and keeps the distribution", async () => {
  const sigmas = geometric(60, 20, 0.05);
  const wide = gaussianSource({ seed: 9n, generator: "philox", perSample: false }).initial([1, 4000], "float64");
  for (const id of ["euler", "euler_ancestral"]) {
    const sampler = recurring(samplerOf(id), 3);
    const { end, asked, walk } = await run(sampler, sigmas, scale(wide, Math.sqrt(400 + s ** 2)), { eta: 1 });
    expect(asked).toHaveLength(180);
    expect([...walk.calls()].map(({ sigma, next }) => [sigma, next])).toEqual(
      asked.map(({ sigma, next }) => [sigma, next]),
    );
    const variance = Array.from(end.data).reduce((sum, value) => sum + value ** 2, 0) / end.data.length;
    expect(Math.abs(variance / (s ** 2 + 0.05 ** 2) - 1)).toBeLessThan(0.1);
  }
  expect(refuseRecurrence(samplerOf("dpm_fast"), 2)).toContain("cannot be repeated");
  expect(refuseRecurrence(samplerOf("dpm_fast"), 1)).toBeNull();
});
