import { expect, test } from "vitest";
import { concatRows, extrapolate, scale } from "../../shared/tensor/index.ts";
import { callAt, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node } from "./mahiro.ts";

const shape = [1, 2, 1, 2];
const { x, sigma } = golden;
const strong = sample([1, 0.5, -0.2, 0.1], shape);
const weak = sample([0.4, 0.6, 0.1, -0.3], shape);
const pair = { strong: denoiserOf(strong), weak: denoiserOf(weak) };
const at = callAt();

test("the mix of guidance and of the scaled prompt is by the cosine of both", async () => {
  const cfg = extrapolate(weak, strong, 4);
  const rooted = (v: number) => Math.sign(v) * Math.sqrt(Math.abs(v));
  const cosines = [0, 1].map((place) => {
    const side = (t: typeof x) => [rooted(t.data[place]), rooted(t.data[place + 2])];
    const a = side(scale(weak, 4));
    const b = side(scale(extrapolate(cfg, scale(strong, 4), 0.5), 1));
    return (a[0] * b[0] + a[1] * b[1]) / (Math.hypot(...a) * Math.hypot(...b));
  });
  const c = (cosines[0] + cosines[1]) / 2;
  const expected = cfg.data.map((value, i) => ((1 + c) / 2) * value + ((1 - c) / 2) * 4 * strong.data[i]);
  expect(distance(await guided(node, pair, { scale: 4 })(x, sigma, at), [...expected])).toBeLessThan(1e-9);
});

test("sides that agree are guided as usual, each sample by itself", async () => {
  const twice = concatRows([weak, strong]);
  const inputs = { strong: denoiserOf(concatRows([strong, strong])), weak: denoiserOf(twice) };
  const result = await guided(node, inputs, { scale: 4 })(concatRows([x, x]), sigma, at);
  const first = await guided(node, pair, { scale: 4 })(x, sigma, at);
  const agreed = await guided(node, { ...pair, weak: pair.strong }, { scale: 4 })(x, sigma, at);
  expect(distance(result, concatRows([first, agreed]))).toBe(0);
  expect(distance(await guided(node, pair, { scale: 1.0001 })(x, sigma, at), strong)).toBeLessThan(1e-3);
});

test("scale 1 is the strong prediction, scale 0 the weak one, as what is just above", async () => {
  const plain = guided(node, pair, { scale: 1 });
  expect(await plain(x, sigma, at)).toBe(strong);
  expect(plain.asked()).toEqual({ strong: 1, weak: 0 });
  const off = guided(node, pair, { scale: 0 });
  expect(await off(x, sigma, at)).toBe(weak);
  expect(off.asked()).toEqual({ strong: 0, weak: 1 });
  expect(distance(await guided(node, pair, { scale: 1e-6 })(x, sigma, at), weak)).toBeLessThan(1e-5);
});
