import { expect, test } from "vitest";
import { callAt, denoiserOf, distance, golden, guided } from "../lib/testing.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./model-mixing.ts";

const { x, sigma, strong, weak, negative } = golden;
const inputs = { strong: denoiserOf(strong), tuned: [denoiserOf(negative)], weak: denoiserOf(weak) };
const call = callAt();

test("mixes the tuned model into the strong side", async () => {
  const mixed = await guided(node, inputs, { scale: 10, shares: [0.6] })(x, sigma, call);
  const expected = weak.data.map((u, i) => u + 10 * (0.4 * strong.data[i] + 0.6 * negative.data[i] - u));
  expect(distance(mixed, [...expected])).toBeLessThan(1e-12);
});

test("without shares, without mix, or with equal models it is ordinary guidance", async () => {
  const ordinary = await guided(cfg, inputs, { scale: 4 })(x, sigma, call);
  expect(distance(await guided(node, inputs, { scale: 4, shares: [0] })(x, sigma, call), ordinary)).toBe(0);
  expect(distance(await guided(node, inputs, { scale: 4, mix: 0 })(x, sigma, call), ordinary)).toBe(0);
  const same = guided(
    node,
    { ...inputs, tuned: [denoiserOf(strong), denoiserOf(strong)] },
    { scale: 4, shares: [0.4, 0.5] },
  );
  expect(distance(await same(x, sigma, call), ordinary)).toBeLessThan(1e-12);
});

test("what counts nothing is not asked", async () => {
  const asked = async (values: object) => {
    const guide = guided(node, inputs, { ...values });
    await guide(x, sigma, call);
    return guide.asked();
  };
  expect(await asked({ mix: 0 })).toEqual({ strong: 1, tuned: 0, weak: 1 });
  expect(await asked({ shares: [1] })).toEqual({ strong: 0, tuned: 1, weak: 1 });
  expect(await asked({ scale: 1 })).toEqual({ strong: 1, tuned: 1, weak: 0 });
});
