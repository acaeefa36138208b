import { expect, test } from "vitest";
import type { Denoiser } from "../../shared/denoiser.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { addScaled, affine, norm, sub, zeros } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { planeModel } from "../lib/bedTesting.ts";
import { karrasLevels, noiseOf } from "../lib/samplerTesting.ts";
import { callAt, callsOf, denoiserOf, distance, guided, sample } from "../lib/testing.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./linear-adaptive.ts";
import { node as fit } from "./linear-adaptive-fit.ts";

const sigmas = karrasLevels(20, 20, 0.05).slice(0, -1);
sigmas.push(0.01);
const noise = noiseOf(3);
const pattern = { guidedShare: 0.5, every: 2 };

interface Pair {
  readonly strong: Denoiser;
  readonly weak: Denoiser;
}

async function fitted(pair: Pair, values: Record<string, unknown> = {}) {
  const residuals: number[] = [];
  const context = { metric: (_name: string, value: number) => void residuals.push(value), step: async () => {} };
  const params = { scale: () => 4, history: 3, ridge: 1e-9, ...pattern, ...values };
  const latent = zeros([16, 2, 1, 1], "float64");
  const { coefficients } = await fit.run!({ ...pair, sigmas, noise, latent }, params, context as never);
  return { coefficients: coefficients as Tensor, residuals };
}

async function walked(denoiser: Denoiser, start: Tensor, each = () => {}): Promise<Tensor> {
  let x = start;
  for (const call of callsOf(sigmas)) {
    x = eulerStep(x, await denoiser(x, call.sigma, call), call.sigma, call.next);
    each();
  }
  return x;
}

/** The exact denoiser of N(mean, ¼) at each place. */
const gaussian = (mean: number): Denoiser =>
  denoiserOf((x, sigma) => affine(x, 0.25 / (0.25 + sigma ** 2), mean * (1 - 0.25 / (0.25 + sigma ** 2))));
const pair = { strong: gaussian(1), weak: gaussian(-0.5) };
const start = sample([12, -7, 3, 20], [2, 2, 1, 1]);

test("for Gaussians of one variance the weak prediction is foretold exactly", async () => {
  const { coefficients, residuals } = await fitted(pair);
  for (const residual of residuals.slice(1)) expect(residual).toBeLessThan(1e-4);
  const always = { guidedShare: 1, every: 3 };
  const linear = guided(
    node,
    { ...pair, coefficients: (await fitted(pair, always)).coefficients },
    { scale: 4, ...always },
  );
  expect(distance(await walked(linear, start), await walked(guided(cfg, pair, { scale: 4 }), start))).toBeLessThan(
    1e-3,
  );
  expect(coefficients.shape).toEqual([20, 7]);
});

test("20 steps cost 25 evaluations", async () => {
  const { coefficients } = await fitted(pair);
  const linear = guided(node, { ...pair, coefficients }, { scale: 4 });
  let [strong, weak] = [0, 0];
  await walked(linear, start, () => {
    strong += linear.asked().strong;
    weak += linear.asked().weak;
  });
  expect([strong, weak]).toEqual([20, 5]);
});

test("on a mixture it stays closer to guidance than leaving steps out does", async () => {
  const model = planeModel([
    { weight: 1, mean: [1, 0], std: 0.5, label: "a" },
    { weight: 1, mean: [-1, 0.5], std: 0.5, label: "b" },
  ]);
  const sides = {
    strong: model.denoiser(await model.encodeText("a")),
    weak: model.denoiser(await model.encodeText("")),
  };
  const { coefficients } = await fitted(sides, { ridge: 1e-4 });
  const from = addScaled(zeros([16, 2, 1, 1], "float64"), noise.initial([16, 2, 1, 1], "float64"), sigmas[0]);
  const plain = await walked(guided(cfg, sides, { scale: 3 }), from);
  const error = async (denoiser: Denoiser) => Math.hypot(...norm(sub(await walked(denoiser, from), plain)).data);
  const skipping = { scale: ({ step }: { step: number }) => (step < 10 && step % 2 === 0 ? 3 : 1) };
  const linear = await error(guided(node, { ...sides, coefficients }, { scale: 3 }));
  expect(linear).toBeLessThan(0.7 * (await error(guided(cfg, sides, skipping))));
});

test("scales that need one side ask one side; without a past the strong side stands alone", async () => {
  const { coefficients } = await fitted(pair);
  const at = callAt({ step: 1, steps: 20 });
  const alone = guided(node, { ...pair, coefficients }, { scale: 4 });
  expect(await alone(start, 1, at)).toEqual(await pair.strong(start, 1, at));
  for (const [scale, asked] of [
    [1, { strong: 1, weak: 0 }],
    [0, { strong: 0, weak: 1 }],
  ] as const) {
    const one = guided(node, { ...pair, coefficients }, { scale });
    await one(start, 1, callAt({ steps: 20 }));
    expect(one.asked()).toMatchObject(asked);
  }
});

test("inner stages see the past of their step, and change nothing", async () => {
  const { coefficients } = await fitted(pair);
  const [first, second] = callsOf(sigmas);
  const walk = async (stages: number[]) => {
    const linear = guided(node, { ...pair, coefficients }, { scale: 4 });
    await linear(start, first.sigma, first);
    const results = [];
    for (const stage of stages) results.push(await linear(start, second.sigma, { ...second, stage }));
    return results;
  };
  const [a, b] = await walk([0, 1]);
  expect(b).toEqual(a);
});

test("coefficients of another walk, or of something else, are refused", async () => {
  const { coefficients } = await fitted(pair);
  const other = guided(node, { ...pair, coefficients }, { scale: 4 });
  await expect(other(start, 1, callAt({ steps: 12 }))).rejects.toThrow(
    "The coefficients were fitted for 20 steps, not 12. Fit them for these sigmas.",
  );
  const wrong = guided(node, { ...pair, coefficients: sample([1, 2, 3, 4]) }, { scale: 4 });
  await expect(wrong(start, 1, callAt())).rejects.toThrow("These are no coefficients of linear guidance.");
});
