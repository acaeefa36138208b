import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readModelInfo, scheduleOf } from "./modelInfo.ts";

const embedded = resolve(__dirname, "../../../assets/models/emoji-scenes");

test("the embedded model says all of itself in its files", async () => {
  const found = await readModelInfo(embedded, "");
  expect(found).toMatchObject({
    info: {
      network: "unet",
      prediction: "eps",
      latent: { channels: 4, factor: 4, width: 64, height: 64 },
      networks: ["unet", "unet_weak"],
      schedule: { kind: "discrete", stepsOffset: 1, finalSigma: "sigma_min", spacing: "leading", trainSteps: 1000 },
      batching: { fixedBatch: null, scalarTimestep: false },
    },
  });
});

test("a network that the folder lacks is answered with those it has", async () => {
  const found = await readModelInfo(embedded, "transformer");
  expect(found).toEqual({ problem: expect.stringContaining("unet, unet_weak") });
});

test("fields that a scheduler leaves out have the defaults of its class", () => {
  const of = (name: string, more = {}) => scheduleOf({ _class_name: name, ...more }).schedule;
  expect(of("PNDMScheduler")).toMatchObject({ finalSigma: "sigma_min", spacing: "leading" });
  expect(of("DDIMScheduler")).toMatchObject({ finalSigma: "zero", spacing: "leading" });
  expect(of("EulerDiscreteScheduler").spacing).toBe("linspace");
  expect(of("DPMSolverMultistepScheduler", { final_sigmas_type: "sigma_min" })).toMatchObject({
    finalSigma: "sigma_min",
    spacing: "linspace",
  });
  // The first level is √(β / (1 − β)) of the first β.
  expect(of("DDIMScheduler").sigmas[0]).toBeCloseTo(Math.sqrt(0.0001 / 0.9999), 10);
  expect(of("LCMScheduler").sigmas[0]).toBeCloseTo(Math.sqrt(0.00085 / 0.99915), 10);
});

test("trained betas replace the formula", () => {
  const { schedule } = scheduleOf({ _class_name: "DDIMScheduler", trained_betas: [0.1, 0.2] });
  expect(schedule.sigmas).toEqual([expect.closeTo(1 / 3, 10), expect.closeTo(Math.sqrt(0.28 / 0.72), 10)]);
});

test("every prediction type is read, and an unknown one named", () => {
  const of = (prediction_type: string) => scheduleOf({ _class_name: "DDIMScheduler", prediction_type }).prediction;
  expect(["epsilon", "v_prediction", "sample"].map(of)).toEqual(["eps", "v", "x0"]);
  expect(scheduleOf({ _class_name: "FlowMatchEulerDiscreteScheduler", shift: 3 })).toMatchObject({
    prediction: "flow",
    schedule: { kind: "flow", shift: 3 },
  });
  expect(() => of("score")).toThrow(/prediction_type in scheduler\/scheduler_config.json is “score”/);
  expect(() => scheduleOf({ _class_name: "DDIMScheduler", beta_start: "small" })).toThrow(/beta_start/);
});
