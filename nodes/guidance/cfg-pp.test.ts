import { expect, test } from "vitest";
import { normalTable } from "../../shared/random/normalTable.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { combine } from "../../shared/tensor/index.ts";
import { planeModel } from "../lib/bedTesting.ts";
import { karrasLevels } from "../lib/samplerTesting.ts";
import { callAt, callsOf, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./cfg-pp.ts";

const { x, sigma, next, strong, weak } = golden;
const inputs = { strong: denoiserOf(strong), weak: denoiserOf(weak) };

test("an Euler step is the paper's: denoised with lambda, noise of the weak side added back", async () => {
  const guide = guided(node, inputs, { scale: 0.6 });
  const step = eulerStep(x, await guide(x, sigma, callAt()), sigma, next);
  expect(distance(step, [1.826667, 0.806667, -0.813333, 0.473333])).toBeLessThan(1e-6);
  const direct = combine(combine(weak, 0.4, strong, 0.6), 1, combine(x, 1 / sigma, weak, -1 / sigma), next);
  expect(distance(step, direct)).toBeLessThan(1e-12);
});

test("it is guidance with the weight of the step", async () => {
  const call = callAt();
  const ordinary = await guided(cfg, inputs, { scale: 1.8 })(x, sigma, call);
  expect(distance(await guided(node, inputs, { scale: 0.6 })(x, sigma, call), ordinary)).toBeLessThan(1e-12);
});

test("the step to 0 is guided by lambda alone, and lambda 0 or 1 asks one side only", async () => {
  const last = callAt({ next: 0 });
  const one = guided(node, inputs, { scale: 1 });
  expect(await one(x, sigma, last)).toBe(strong);
  expect(one.asked()).toEqual({ strong: 1, weak: 0 });
  await one(x, sigma, callAt());
  expect(one.asked()).toEqual({ strong: 1, weak: 1 });
  const zero = guided(node, inputs, { scale: 0 });
  expect(await zero(x, sigma, callAt())).toBe(weak);
  expect(zero.asked()).toEqual({ strong: 0, weak: 1 });
});

test("later stages of a step have its weight, whatever their own level", async () => {
  const guide = guided(node, inputs, { scale: 0.6 });
  expect(distance(await guide(x, 1.2, callAt({ stage: 1 })), await guide(x, sigma, callAt()))).toBe(0);
});

test("on rising sigmas it is the paper's inversion: clean with the weak side, noise of the guided one", async () => {
  const up = callAt({ sigma: 1, next: 1.5 });
  const denoised = await guided(node, inputs, { scale: 0.6 })(x, 1, up);
  const cleaned = weak;
  const guidedEps = combine(x, 1, combine(weak, 0.4, strong, 0.6), -1);
  expect(distance(eulerStep(x, denoised, 1, 1.5), combine(cleaned, 1, guidedEps, 1.5))).toBeLessThan(1e-12);
});

test.each([
  [0.6, 10, 0.985, 0.402],
  [0.6, 20, 1.27, 0.333],
  [0.6, 50, 1.715, 0.277],
  [1, 10, 1.268, 0.272],
  [1, 20, 1.54, 0.267],
  [1, 50, 2.056, 0.244],
])(
  "on two modes lambda %d in %d steps comes to mean %d and spread %d: more steps guide more",
  async (scale, steps, mean, spread) => {
    const modes = [1, -1].map((at) => ({ weight: 1, mean: [at, 0] as const, std: 0.5, label: at > 0 ? "a" : "b" }));
    const model = planeModel(modes);
    const [a, all] = [model.denoiser(await model.encodeText("a")), model.denoiser(await model.encodeText(""))];
    const guide = guided(node, { strong: a, weak: all }, { scale });
    const normal = Array.from({ length: 1001 }, (_, i) => normalTable()[Math.floor(((i + 0.5) / 1001) * 65_536)]);
    let at = sample(
      normal.flatMap((z) => [80 * z, 0]),
      [1001, 2, 1, 1],
    );
    for (const call of callsOf(karrasLevels(steps, 80, 0.02)))
      at = eulerStep(at, await guide(at, call.sigma, call), call.sigma, call.next);
    const xs = normal.map((_, i) => at.data[2 * i]);
    const centre = xs.reduce((sum, value) => sum + value / 1001, 0);
    expect(Math.abs(centre - mean)).toBeLessThan(0.001);
    expect(Math.abs(Math.sqrt(xs.reduce((sum, value) => sum + (value - centre) ** 2 / 1001, 0)) - spread)).toBeLessThan(
      0.001,
    );
  },
);
