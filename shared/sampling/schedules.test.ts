import { expect, test } from "vitest";
import { discreteSchedule, flowSchedule, flowSigma, flowTime, pureNoiseSigma } from "./noiseSchedule.ts";
import references from "./schedules/fixtures/comfyui.json";
import { incompleteBeta, inverseIncompleteBeta } from "./schedules/incompleteBeta.ts";
import { scheduleOf, schedules, withStrength } from "./schedules.ts";

const sd = discreteSchedule({
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
const flow = flowSchedule({ trainSteps: 1000, shift: 3 });

/** Made with ComfyUI's and diffusers' formulas in PyTorch, single precision; those of the flow model are times. */
test.each(
  references.map((one) => [`${one.schedule}, ${one.steps} steps, ${one.model} ${JSON.stringify(one.settings)}`, one]),
)("%s: as the programs that people know", (_name, one) => {
  if (typeof one === "string") throw new Error("unreachable");
  const model = one.model === "flow" ? flow : sd;
  const sigmas = withStrength(scheduleOf(one.schedule), model, one.steps, one.strength, one.settings);
  const levels = one.model === "flow" ? sigmas.map(flowTime) : sigmas;
  expect(levels).toHaveLength(one.sigmas.length);
  levels.forEach((level, i) => void expect(Math.abs(level - one.sigmas[i])).toBeLessThanOrEqual(1e-6 * one.sigmas[i]));
});

const names = schedules.map((schedule) => [schedule.id, schedule] as const);

test.each(names)("%s falls from the top, for every kind of model and any number of steps", (id, schedule) => {
  const models = [sd, flow, flowSchedule({ trainSteps: 1000, shift: 1 })].filter(
    ({ kind }) => schedule.madeFor === undefined || schedule.madeFor === kind,
  );
  for (const model of models) {
    for (const steps of [1, 2, 3, 7, 20, 50, 100, 333]) {
      const sigmas = schedule.sigmas(model, steps);
      if (id === "beta" || id === "laplace") expect(sigmas.length).toBeLessThanOrEqual(steps + 1);
      else expect(sigmas).toHaveLength(steps + 1);
      for (let i = 1; i < sigmas.length; i++) expect(sigmas[i]).toBeLessThan(sigmas[i - 1]);
      expect(sigmas.every((sigma) => sigma >= 0 && sigma <= pureNoiseSigma)).toBe(true);
    }
  }
});

test.each(names)("%s: less strength starts lower, none leaves the latent as it is", (_id, schedule) => {
  const model = schedule.madeFor === "flow" ? flow : sd;
  const starts = [1, 0.8, 0.5].map((strength) => withStrength(schedule, model, 4, strength)[0]);
  expect(starts[1]).toBeLessThan(starts[0]);
  expect(starts[2]).toBeLessThan(starts[1]);
  expect(withStrength(schedule, model, 4, 0)).toEqual([]);
  expect(withStrength(schedule, model, 0, 1)).toEqual([]);
});

test.each(names)("%s: leaving out the penultimate level keeps the number of steps", (_id, schedule) => {
  const model = schedule.madeFor === "flow" ? flow : sd;
  const full = schedule.sigmas(model, 9);
  const skipped = withStrength(schedule, model, 8, 1, { skipPenultimate: true });
  expect(skipped).toEqual([...full.slice(0, -2), full[9]]);
});

test.each(names)("%s has documentation and a source", (_id, schedule) => {
  expect(schedule.summary).toMatch(/\.$/);
  expect(schedule.doc.match(/[.:] |\.$/g)!.length).toBeGreaterThanOrEqual(2);
  expect(schedule.cites.length).toBeGreaterThan(0);
  for (const { id } of schedule.cites) expect(id).toMatch(/^(arXiv:\d{4}\.\d{5}|https:)/);
});

test("a flow starts at t = 1 exactly where its schedule does", () => {
  for (const id of ["normal", "simple", "karras", "kl_optimal", "beta", "linear_quadratic"])
    expect(scheduleOf(id).sigmas(flow, 10)[0]).toBe(pureNoiseSigma);
  expect(scheduleOf("optimal_steps").sigmas(flow, 20, { flowFamily: "wan" })[0]).toBe(pureNoiseSigma);
  expect(scheduleOf("optimal_steps").sigmas(flow, 10)[0]).toBe(flowSigma(0.9968));
});

test("settings that do not suit are refused in a sentence", () => {
  const karras = scheduleOf("karras");
  expect(() => karras.sigmas(sd, 5, { sigmaMin: 20 })).toThrow(
    /^The smallest level \(20\) must lie above 0 and below the largest \(14\.61\d*\)\.$/,
  );
  expect(() => karras.sigmas(sd, 5, { sigmaMin: 0 })).toThrow("must lie above 0");
  expect(() => scheduleOf("gits").sigmas(sd, 5, { coefficient: 2 })).toThrow("It takes 0.8 to 1.5.");
  expect(() => scheduleOf("align_your_steps").sigmas(sd, 5, { family: "sd9" })).toThrow("It takes sd1, sdxl, svd.");
  expect(() => scheduleOf("simple").sigmas(sd, 1001)).toThrow("at most 1000 steps");
  expect(() => withStrength(scheduleOf("lcm"), sd, 8, 0.1)).toThrow("leaves 5 of 50 levels for 8 steps");
});

test("the inverse of the beta distribution, against SciPy and against itself", () => {
  const known: [number, number, number, number][] = [
    [0.6, 0.6, 0.001, 1.855873851745199e-5],
    [0.6, 0.6, 0.1, 0.03958440558878085],
    [0.6, 0.6, 0.9, 0.9604155944112192],
    [2, 3, 0.3, 0.27238394207510536],
    [0.1, 5, 1e-3, 1.3321008721895315e-31],
    [30, 0.5, 0.999, 0.9999999736009803],
    [50, 50, 0.7, 0.5262674901850181],
  ];
  for (const [a, b, p, x] of known) expect(Math.abs(inverseIncompleteBeta(p, a, b) / x - 1)).toBeLessThan(1e-12);
  for (const p of [0, 0.01, 0.37, 0.5, 0.93, 1])
    expect(incompleteBeta(inverseIncompleteBeta(p, 0.6, 1.7), 0.6, 1.7)).toBeCloseTo(p, 13);
});
