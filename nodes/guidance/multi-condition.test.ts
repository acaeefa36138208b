import { expect, test } from "vitest";
import { callAt, denoiserOf, distance, golden, guided } from "../lib/testing.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./multi-condition.ts";

const { x, sigma, strong, weak, negative } = golden;
const [first, second, null_] = [denoiserOf(strong), denoiserOf(negative), denoiserOf(weak)];
const call = callAt();
const at = (values: object, list = [first, second]) => guided(node, { strong: list, weak: null_ }, { ...values });

test("one condition is ordinary guidance, whatever it is compared with", async () => {
  const ordinary = await guided(cfg, { strong: first, weak: null_ }, { scale: 4 })(x, sigma, call);
  expect(distance(ordinary, [2.8, 0.2, -1.1, 1.3])).toBeLessThan(1e-12);
  for (const from of ["weak", "previous", "first"])
    expect(distance(await at({ scale: 4, from }, [first])(x, sigma, call), ordinary)).toBe(0);
});

test("a condition of weight 1 alone is the conditional prediction, and nothing else is asked", async () => {
  const asked = async (values: object) => {
    const guide = at(values);
    await guide(x, sigma, call);
    return guide.asked();
  };
  expect(await at({ scale: 1, weights: [1, 0] })(x, sigma, call)).toBe(strong);
  expect(await asked({ scale: 1, weights: [1, 0] })).toEqual({ strong: 1, weak: 0 });
  expect(await asked({ scale: 0 })).toEqual({ strong: 0, weak: 1 });
  expect(await asked({ scale: 2 })).toEqual({ strong: 2, weak: 1 });
});

test("a prompt and a negative one with own weights: weak + 4 (strong − weak) − 3 (negative − weak)", async () => {
  const both = await at({ scale: 1, weights: [4, -3] })(x, sigma, call);
  expect(distance(both, [1.9, 1.7, -2.0, 0.7])).toBeLessThan(1e-12);
});

test("from the one before: weak + a (first − weak) + b (second − first)", async () => {
  const chain = await at({ scale: 1, weights: [7, 1.5], from: "previous" })(x, sigma, call);
  const expected = weak.data.map((u, i) => {
    const [s, n] = [strong.data[i], negative.data[i]];
    return u + 7 * (s - u) + 1.5 * (n - s);
  });
  expect(distance(chain, [...expected])).toBeLessThan(1e-12);
});

test("from the first: every further condition pulls away from the first", async () => {
  const third = denoiserOf(x);
  const star = await at({ scale: 2, weights: [2, 0.5, 0.25], from: "first" }, [first, second, third])(x, sigma, call);
  const expected = weak.data.map((u, i) => {
    const [s, n, t] = [strong.data[i], negative.data[i], x.data[i]];
    return u + 2 * (2 * (s - u) + 0.5 * (n - s) + 0.25 * (t - s));
  });
  expect(distance(star, [...expected])).toBeLessThan(1e-12);
});

test("weights that mean 1 do not ask the weak side for a rounding error", async () => {
  const guide = at({ scale: 1, weights: [0.1, 0.2, 0.7] }, [first, second, denoiserOf(x)]);
  await guide(x, sigma, call);
  expect(guide.asked()).toEqual({ strong: 3, weak: 0 });
});
