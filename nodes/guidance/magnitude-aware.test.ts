import { expect, test } from "vitest";
import { callAt, denoiserOf, distance, golden, guided } from "../lib/testing.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./magnitude-aware.ts";

const { x, sigma, strong, weak } = golden;
const pair = { strong: denoiserOf(strong), weak: denoiserOf(weak) };
const at = callAt();

test.each([
  ["flow", [1.000967, 0.499839, -0.200484, 0.100645]],
  ["eps", [1.094528, 0.484245, -0.247264, 0.163019]],
])("golden vector in %s", async (space, expected) => {
  expect(distance(await guided(node, pair, { scale: 4, space })(x, sigma, at), expected)).toBeLessThan(1e-6);
});

test("alpha 0 is ordinary guidance, a large alpha the strong prediction", async () => {
  const plain = await guided(cfg, pair, { scale: 4 })(x, sigma, at);
  const of = (alpha: number) => guided(node, pair, { scale: 4, alpha, space: "flow" })(x, sigma, at);
  expect(distance(await of(0), plain)).toBeLessThan(1e-12);
  expect(distance(await of(1e4), strong)).toBeLessThan(1e-12);
  expect(distance(await of(2), strong)).toBeLessThan(distance(await of(1), strong));
});

test("scales that need one side ask one side", async () => {
  const plain = guided(node, pair, { scale: 1 });
  expect(await plain(x, sigma, at)).toBe(strong);
  expect(plain.asked()).toEqual({ strong: 1, weak: 0 });
  const off = guided(node, pair, { scale: 0, alpha: 0 });
  expect(await off(x, sigma, at)).toBe(weak);
  expect(off.asked()).toEqual({ strong: 0, weak: 1 });
});
