import { expect, test } from "vitest";
import { norm, scale as times } from "../../shared/tensor/index.ts";
import { callAt, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./tangential.ts";

const { x, sigma, strong, weak } = golden;
const pair = { strong: denoiserOf(strong), weak: denoiserOf(weak) };
const at = callAt();

test.each([
  ["eps", [2.712331, 0.523826, -1.195312, 1.117868]],
  ["x0", [2.348951, 0.852574, -0.614646, 0.508511]],
])("golden vector in %s", async (space, expected) => {
  expect(distance(await guided(node, pair, { scale: 4, space })(x, sigma, at), expected)).toBeLessThan(1e-6);
});

test("the damped weak prediction is what scale 0 leaves", async () => {
  const result = await guided(node, pair, { scale: 0, space: "eps" })(x, sigma, at);
  const eps = sample(Array.from(result.data, (value, i) => (x.data[i] - value) / sigma));
  expect(distance(eps, [1.047185, 0.338628, -0.754514, 0.49286])).toBeLessThan(1e-6);
  expect(norm(eps).data[0]).toBeLessThan(Math.hypot(1.066667, 0.266667, 0.733333, 0.533333));
});

test("parallel predictions, and strength 0, are ordinary guidance", async () => {
  const parallel = { strong: denoiserOf(strong), weak: denoiserOf(times(strong, 0.7)) };
  const plain = await guided(cfg, parallel, { scale: 4 })(x, sigma, at);
  expect(distance(await guided(node, parallel, { scale: 4, space: "x0" })(x, sigma, at), plain)).toBeLessThan(1e-12);
  const none = guided(node, pair, { scale: 4, strength: 0, space: "flow" });
  expect(distance(await none(x, sigma, at), await guided(cfg, pair, { scale: 4 })(x, sigma, at))).toBeLessThan(1e-12);
});

test("at right angles the longer prediction is the direction that is kept", async () => {
  const at4 = async (u: number[]) => {
    const inputs = { strong: denoiserOf(sample([0, 1, 0, 0])), weak: denoiserOf(sample(u)) };
    return guided(node, inputs, { scale: 0, space: "x0" })(x, sigma, at);
  };
  expect(distance(await at4([2, 0, 0, 0]), [2, 0, 0, 0])).toBeLessThan(1e-9);
  expect(distance(await at4([0.5, 0, 0, 0]), [0, 0, 0, 0])).toBeLessThan(1e-9);
  expect(distance(await at4([0, 0, 0, 0]), [0, 0, 0, 0])).toBeLessThan(1e-9);
});

test("scale 1 is the strong prediction, for one evaluation", async () => {
  const plain = guided(node, pair, { scale: 1 });
  expect(await plain(x, sigma, at)).toBe(strong);
  expect(plain.asked()).toEqual({ strong: 1, weak: 0 });
  const off = guided(node, pair, { scale: 0, strength: 0 });
  expect(await off(x, sigma, at)).toBe(weak);
  expect(off.asked()).toEqual({ strong: 0, weak: 1 });
});
