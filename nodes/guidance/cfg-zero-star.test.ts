import { expect, test } from "vitest";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { scale as times } from "../../shared/tensor/index.ts";
import { callAt, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./cfg-zero-star.ts";

const { x, sigma, next, strong, weak } = golden;
const pair = { strong: denoiserOf(strong), weak: denoiserOf(weak) };
const at = callAt({ step: 1, steps: 10 });
const set = { scale: 4, zeroInitSteps: 1 };

test.each([
  ["flow", [1.754286, 0.722857, 0.207143, -0.007143]],
  ["eps", [1.150985, -0.212254, 0.033698, 0.475492]],
])("golden vector in %s", async (space, expected) => {
  expect(distance(await guided(node, pair, { ...set, space })(x, sigma, at), expected)).toBeLessThan(1e-6);
});

test.each([
  ["flow", times(x, 1 / (1 + sigma))],
  ["eps", x],
  ["v", times(x, 1 / (1 + sigma ** 2))],
] as const)("a zero step of a network that predicts %s asks nothing", async (native, expected) => {
  const zero = guided(node, { strong: denoiserOf(strong, native), weak: denoiserOf(weak, native) }, set);
  const result = await zero(x, sigma, callAt());
  expect(distance(result, expected)).toBeLessThan(1e-12);
  expect(zero.asked()).toEqual({ strong: 0, weak: 0 });
});

test("the latent of a flow model does not move in a zero step", async () => {
  const flow = guided(node, { strong: denoiserOf(strong, "flow"), weak: denoiserOf(weak, "flow") }, set);
  const moved = eulerStep(x, await flow(x, sigma, callAt()), sigma, next);
  expect(distance(times(moved, 1 / (1 + next)), times(x, 1 / (1 + sigma)))).toBeLessThan(1e-12);
});

test("strength 0 is ordinary guidance; parallel predictions give the strong one at any scale", async () => {
  const plain = await guided(cfg, pair, { scale: 4 })(x, sigma, at);
  const none = guided(node, pair, { ...set, strength: 0, space: "flow" });
  expect(distance(await none(x, sigma, at), plain)).toBeLessThan(1e-12);
  const parallel = { strong: denoiserOf(strong), weak: denoiserOf(times(strong, -2)) };
  expect(distance(await guided(node, parallel, { ...set, space: "x0" })(x, sigma, at), strong)).toBeLessThan(1e-7);
});

test("predictions at right angles leave scale times the strong one", async () => {
  const inputs = { strong: denoiserOf(sample([1, 2, 0, 0])), weak: denoiserOf(sample([2, -1, 3, 0])) };
  expect(distance(await guided(node, inputs, { ...set, space: "x0" })(x, sigma, at), [4, 8, 0, 0])).toBeLessThan(1e-9);
});

test("scales that need one side ask one side", async () => {
  const plain = guided(node, pair, { ...set, scale: 1 });
  expect(await plain(x, sigma, at)).toBe(strong);
  expect(plain.asked()).toEqual({ strong: 1, weak: 0 });
  const off = guided(node, pair, { ...set, scale: 0, strength: 0 });
  expect(await off(x, sigma, at)).toBe(weak);
  expect(off.asked()).toEqual({ strong: 0, weak: 1 });
});
