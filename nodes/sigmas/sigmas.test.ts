import { expect, test } from "vitest";
import { curveOf } from "../../shared/curves/curve.ts";
import type { CurveValue } from "../../shared/curves/curveValue.ts";
import type { ModelInfo, NoiseSchedule } from "../../shared/model.ts";
import type { AnyNode, NodeProblem } from "../../shared/node/define.ts";
import { discreteSchedule, flowSchedule, flowTime, pureNoiseSigma } from "../../shared/sampling/noiseSchedule.ts";
import { scheduleOf } from "../../shared/sampling/schedules.ts";
import { nodesByType } from "../catalog.ts";

const sd = discreteSchedule({
  trainSteps: 1000,
  betaStart: 0.00085,
  betaEnd: 0.012,
  betaSchedule: "scaled_linear",
  trainedBetas: null,
  rescaleZeroSnr: false,
  stepsOffset: 1,
  finalSigma: "zero",
  spacing: "leading",
});
const flow = flowSchedule({ trainSteps: 1000, shift: 3 });

type Outputs = Readonly<Record<string, readonly number[]>>;

/** Plans a node and runs it; both must agree. Returns the outputs and the sentences of its problems. */
function use(type: string, inputs: object, params: Readonly<Record<string, unknown>> = {}) {
  const node = nodesByType.get(type) as AnyNode;
  const problems: NodeProblem[] = [];
  const complete: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(node.params)) {
    const value = params[name] ?? param.default;
    complete[name] = param.kind === "curve" ? curveOf(value as number | CurveValue) : value;
  }
  const planned = node.forecast!(inputs, complete, {
    facts: {} as never,
    problem: (problem) => problems.push(problem),
  }) as Outputs;
  if (problems.length === 0) {
    const { model } = inputs as { model?: ModelInfo };
    expect(node.run!(model ? { model: { info: model } } : inputs, complete, {} as never)).toEqual(planned);
  }
  return { ...planned, problems: problems.map(({ message }) => message) } as Outputs & { problems: string[] };
}

const modelOf = (schedule: NoiseSchedule) => ({ model: { schedule } as ModelInfo });

test("a list takes falling and rising levels, and times of a flow with t = 1 exactly", () => {
  expect(use("sigmas/list", {}, { values: [3, 1, 0] }).sigmas).toEqual([3, 1, 0]);
  expect(use("sigmas/list", {}, { values: [0, 1, 3] }).sigmas).toEqual([0, 1, 3]);
  const times = use("sigmas/list", {}, { values: [1, 0.75, 0.5, 0], unit: "t" });
  expect(times.sigmas).toEqual([pureNoiseSigma, 3, 1, 0]);
});

test.each<[unknown[], string, string]>([
  [[], "sigma", "A walk needs at least two noise levels, but there are none."],
  [[5], "sigma", "A walk needs at least two noise levels, but there is one."],
  [[5, -1], "sigma", "Noise levels are 0 and more, but number 2 is -1."],
  [[5, Number.NaN, 0], "sigma", "Noise levels are finite numbers, but number 2 is not."],
  [[Number.POSITIVE_INFINITY, 1], "sigma", "Noise levels are finite numbers, but number 1 is not."],
  [["3", 1], "sigma", "Noise levels are finite numbers, but number 1 is not."],
  [[5, 3, 4], "sigma", "Noise levels must all fall, or all rise for an inversion, but number 3 (4) comes after 3."],
  [[1, 3, 3], "sigma", "Noise levels must all fall, or all rise for an inversion, but number 3 (3) comes after 3."],
  [[1.2, 0.5, 0], "t", "Flow times go from 0 to 1, but number 1 is 1.2."],
  [[1, Number.NaN], "t", "Noise levels are finite numbers, but number 2 is not."],
])("a list of %j in %s is refused in one sentence", (values, unit, message) => {
  const { sigmas, problems } = use("sigmas/list", {}, { values, unit });
  expect(problems).toEqual([message]);
  expect(sigmas).toBeUndefined();
});

test("a schedule made for the other kind of model is refused in one sentence", () => {
  const refused = (schedule: string, model: NoiseSchedule, more = {}) =>
    use("sigmas/schedule", modelOf(model), { schedule, ...more }).problems;
  for (const id of ["align_your_steps", "gits", "turbo", "lcm"])
    expect(refused(id, flow)).toEqual([
      `${id} is made for diffusion models, but this is a flow model; choose simple or normal.`,
    ]);
  expect(refused("optimal_steps", sd)).toEqual([
    "optimal_steps is made for flow models, but this is none; choose karras or normal.",
  ]);
  expect(refused("normal", sd, { shift: 3 })).toEqual([
    "Only flow models have a time to shift, and this is none; leave shift empty.",
  ]);
  expect(refused("simple", sd, { steps: 500, strength: 0.1 })).toHaveLength(1);
  expect(refused("karras", sd, { sigmaMin: 99 })).toHaveLength(1);
  expect(refused("karras", flow)).toEqual([]);
});

test("every choice of a schedule carries its documentation, and shows only its own settings", () => {
  const { params, doc } = nodesByType.get("sigmas/schedule") as AnyNode;
  const { schedule, rho, alpha, family, coefficient } = params;
  if (schedule.kind !== "select") throw new Error("a choice");
  for (const option of schedule.options) {
    expect(option.doc).toBe(scheduleOf(option.value).doc);
    expect(option.cites?.length).toBeGreaterThan(0);
    expect(doc).toContain(option.doc);
  }
  expect(rho.visibleIf).toEqual({ param: "schedule", is: ["karras", "polyexponential"] });
  expect(alpha.visibleIf?.is).toEqual(["beta"]);
  expect(family.visibleIf?.is).toEqual(["align_your_steps"]);
  expect(coefficient.visibleIf?.is).toEqual(["gits"]);
});

test("a shift replaces the model's own and is the factor between walks", () => {
  const own = use("sigmas/schedule", modelOf(flow), { schedule: "simple", steps: 10 }).sigmas;
  const bare = use("sigmas/schedule", modelOf(flow), { schedule: "simple", steps: 10, shift: 1 }).sigmas;
  bare.forEach((sigma, i) => void expect(flowTime(sigma)).toBeCloseTo(1 - i / 10, 12));
  const scaled = use("sigmas/scale", { sigmas: bare }, { factor: 3 }).sigmas;
  scaled.forEach((sigma, i) => void expect(sigma / (own[i] || 1)).toBeCloseTo(own[i] === 0 ? 0 : 1, 12));
  expect(scaled[0]).toBe(pureNoiseSigma);
});

test("the shift of a resolution is that of FLUX", () => {
  const shift = (params: object, latent?: object) =>
    use("sigmas/resolution-shift", { latent }, params as Record<string, unknown>).shift as unknown as number;
  expect(shift({ width: 1024, height: 1024 })).toBeCloseTo(Math.exp(1.15), 12);
  expect(shift({ width: 256, height: 256 })).toBeCloseTo(Math.exp(0.5), 12);
  // From ComfyUI's formula: 768 × 1344 pixels are 4032 tokens.
  expect(Math.log(shift({ width: 768, height: 1344 }))).toBeCloseTo(0.5 + (0.65 * (4032 - 256)) / 3840, 12);
  expect(shift({ width: 1024, height: 1024 }, { shape: [1, 16, 32, 32] })).toBeCloseTo(Math.exp(0.5), 12);
});

const walk = [10, 8, 6, 4, 2, 0];

test("split shares the level at the cut, at a step or by strength", () => {
  expect(use("sigmas/split", { sigmas: walk }, { step: 2 })).toMatchObject({ high: [10, 8, 6], low: [6, 4, 2, 0] });
  expect(use("sigmas/split", { sigmas: walk }, { step: 9 })).toMatchObject({ high: walk, low: [] });
  const by = (strength: number) => use("sigmas/split-strength", { sigmas: walk }, { strength });
  expect(by(0.4)).toMatchObject({ high: [10, 8, 6, 4], low: [4, 2, 0] });
  // Halves go to the even number, as in Python: 2.5 steps are 2.
  expect(by(0.5)).toMatchObject({ high: [10, 8, 6, 4], low: [4, 2, 0] });
  expect(by(1)).toMatchObject({ high: [10], low: walk });
  expect(by(0)).toMatchObject({ high: walk, low: [0] });
});

test("flip turns around and keeps off 0", () => {
  expect(use("sigmas/flip", { sigmas: walk }).sigmas).toEqual([0.0001, 2, 4, 6, 8, 10]);
  expect(use("sigmas/flip", { sigmas: walk }, { floor: 0 }).sigmas).toEqual([...walk].reverse());
  expect(use("sigmas/flip", { sigmas: [3, 1] }).sigmas).toEqual([1, 3]);
});

test("concatenate is the opposite of split, and waits for all parts", () => {
  const { high, low } = use("sigmas/split", { sigmas: walk }, { step: 3 });
  expect(use("sigmas/concatenate", { sigmas: [high, low] }).sigmas).toEqual(walk);
  const node = nodesByType.get("sigmas/concatenate") as AnyNode;
  expect(node.forecast!({ sigmas: [walk, undefined] }, {}, {} as never)).toEqual({});
  expect(use("sigmas/concatenate", { sigmas: [low, high] }).problems).toEqual([
    "Noise levels must all fall, or all rise for an inversion, but number 4 (10) comes after 0.",
  ]);
});

test("set first replaces one level and keeps the direction", () => {
  expect(use("sigmas/set-first", { sigmas: walk }, { sigma: 80 }).sigmas).toEqual([80, 8, 6, 4, 2, 0]);
  expect(use("sigmas/set-first", { sigmas: walk }, { sigma: 7 }).problems).toHaveLength(1);
  expect(use("sigmas/set-first", { sigmas: [] }).sigmas).toEqual([]);
});

test("slice keeps the steps between two places", () => {
  expect(use("sigmas/slice", { sigmas: walk }, { from: 1, to: 3 }).sigmas).toEqual([8, 6, 4]);
  expect(use("sigmas/slice", { sigmas: walk }, { from: 1, to: 3, endAtZero: true }).sigmas).toEqual([8, 6, 0]);
  expect(use("sigmas/slice", { sigmas: walk }, { from: 3 }).sigmas).toEqual([4, 2, 0]);
  expect(use("sigmas/slice", { sigmas: walk }, { from: 5 }).sigmas).toEqual([]);
  expect(use("sigmas/slice", { sigmas: walk }, { from: 2, to: 1 }).sigmas).toEqual([]);
});

test("extend divides the steps of a range", () => {
  const extended = (params: object) =>
    use("sigmas/extend", { sigmas: walk }, params as Record<string, unknown>).sigmas.map(
      (sigma) => Math.round(sigma * 1e6) / 1e6,
    );
  expect(extended({ endAt: 8 })).toEqual([10, 9, 8, 7, 6, 4, 2, 0]);
  expect(extended({ startAt: 4, endAt: 3, steps: 4 })).toEqual([10, 8, 6, 4, 3.5, 3, 2.5, 2, 0]);
  expect(extended({ startAt: 4, endAt: 3, spacing: "cosine" })[4]).toBeCloseTo(4 - 2 * Math.SQRT1_2, 6);
  expect(extended({ startAt: 4, endAt: 3, spacing: "sine" })[4]).toBeCloseTo(4 - 2 * (1 - Math.SQRT1_2), 6);
});

test("resample keeps ends and shape", () => {
  const resample = (sigmas: readonly number[], steps: number, between: string) =>
    use("sigmas/resample", { sigmas }, { steps, between }).sigmas;
  expect(resample(walk, 5, "log")).toEqual(walk);
  expect(resample(walk, 10, "sigma")).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  const log = resample([16, 1, 0], 4, "log");
  expect(log[1]).toBeCloseTo(4, 12);
  expect(log.slice(2)).toEqual([1, 0.5, 0]);
  const times = resample([pureNoiseSigma, 1, 0], 4, "t").map(flowTime);
  times.forEach((t, i) => void expect(t).toBeCloseTo(1 - i / 4, 12));
  expect(resample([], 4, "log")).toEqual([]);
});

test("a drawn curve is read over the fraction of the walk, ends included", () => {
  const line = (from: number, to: number): CurveValue => ({
    over: "fraction",
    interpolation: "linear",
    points: [
      [0, from],
      [1, to],
    ],
  });
  const read = (params: object) => use("sigmas/from-curve", {}, params as Record<string, unknown>);
  expect(read({ curve: line(8, 0), steps: 4 }).sigmas).toEqual([8, 6, 4, 2, 0]);
  expect(read({ curve: line(9, 1), steps: 4, endAtZero: false }).sigmas).toEqual([9, 7, 5, 3, 1]);
  expect(read({ curve: line(1, 9), steps: 2, endAtZero: false }).sigmas).toEqual([1, 5, 9]);
  expect(read({ curve: line(1, 0), steps: 2, unit: "t" }).sigmas).toEqual([pureNoiseSigma, 1, 0]);
  expect(read({ curve: line(2, 0), steps: 2, unit: "ln" }).sigmas).toEqual([Math.exp(2), Math.E, 0]);
  expect(read({}).sigmas).toHaveLength(21);
  expect(read({ curve: 3 }).problems).toEqual([
    "The curve gives one level everywhere; draw it falling, over the fraction of the walk.",
  ]);
  expect(read({ curve: line(1.5, 0), unit: "t" }).problems).toEqual([
    "Flow times go from 0 to 1, but the curve goes above 1.",
  ]);
  expect(read({ curve: line(1, 9) }).problems).toHaveLength(1);
});
