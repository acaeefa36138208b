import { expect, test } from "vitest";
import type { Denoiser } from "../../shared/denoiser.ts";
import { eulerStep, slope } from "../../shared/sampling/steps.ts";
import { addScaled, affine, mean2, scale, std, sub } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { karrasLevels, noiseOf } from "../lib/samplerTesting.ts";
import { callAt, denoiserOf, distance, golden, guided } from "../lib/testing.ts";
import { node } from "./cfg.ts";

const { x, sigma, strong, weak, negative } = golden;
const call = callAt();

test("guidance and a negative prompt, one step", async () => {
  const plain = guided(node, { strong: denoiserOf(strong), weak: denoiserOf(weak) }, { scale: 4 });
  expect(distance(await plain(x, sigma, call), [2.8, 0.2, -1.1, 1.3])).toBeLessThan(1e-12);
  const away = guided(node, { strong: denoiserOf(strong), weak: denoiserOf(negative) }, { scale: 4 });
  expect(distance(await away(x, sigma, call), [1.9, 1.7, -2.0, 0.7])).toBeLessThan(1e-12);
});

test("two equal networks guide nothing; scales 1 and 0 ask one side", async () => {
  const same = guided(node, { strong: denoiserOf(strong), weak: denoiserOf(strong) }, { scale: 7 });
  expect(distance(await same(x, sigma, call), strong)).toBe(0);
  for (const [value, asked] of [
    [1, { strong: 1, weak: 0 }],
    [0, { strong: 0, weak: 1 }],
  ] as const) {
    const guide = guided(node, { strong: denoiserOf(strong), weak: denoiserOf(weak) }, { scale: value });
    await guide(x, sigma, call);
    expect(guide.asked()).toEqual(asked);
  }
});

/** The exact denoiser of N(centre, spread²). */
function normal(centre: number, spread: number): Denoiser {
  return denoiserOf((at, level) => {
    const share = spread ** 2 / (spread ** 2 + level ** 2);
    return affine(at, share, centre * (1 - share));
  });
}

async function heun(denoiser: Denoiser, start: Tensor, levels: readonly number[]): Promise<Tensor> {
  let at = start;
  for (let i = 0; i + 1 < levels.length; i++) {
    const [from, to] = [levels[i], levels[i + 1]];
    const denoised = await denoiser(at, from, call);
    const euler = eulerStep(at, denoised, from, to);
    if (to === 0) return euler;
    const d = mean2(slope(at, denoised, from), slope(euler, await denoiser(euler, to, call), to));
    at = addScaled(at, d, to - from);
  }
  return at;
}

test.each([
  [2, 0.3125],
  [3, 0.1953],
])("autoguidance by a broader network of the same centre narrows by s^w b^(1 − w), scale %d", async (w, spread) => {
  const guide = guided(node, { strong: normal(1, 0.5), weak: normal(1, 0.8) }, { scale: w });
  const start = scale(noiseOf(3).initial([1, 4000, 1, 1], "float64"), 80);
  const end = await heun(guide, start, karrasLevels(64, 80, 0.002));
  const drawn = std(start).data[0] / 80;
  expect(Math.abs(std(end).data[0] / drawn - spread)).toBeLessThan(0.003);
});

test("on a flow model, Euler in the flow's own coordinates makes the same walk", async () => {
  const guide = guided(node, { strong: normal(1, 0.5), weak: normal(0, 1) }, { scale: 3 });
  const times = Array.from({ length: 21 }, (_, i) => 0.999 * (1 - i / 20));
  const toSigma = (t: number) => t / (1 - t);
  let ve = scale(x, toSigma(times[0]));
  let flow = scale(ve, 1 - times[0]);
  for (let i = 0; i < 20; i++) {
    const [t, next] = [times[i], times[i + 1]];
    ve = eulerStep(ve, await guide(ve, toSigma(t), call), toSigma(t), toSigma(next));
    const denoised = await guide(scale(flow, 1 / (1 - t)), toSigma(t), call);
    const velocity = scale(sub(flow, denoised), 1 / t);
    flow = addScaled(flow, velocity, next - t);
    expect(distance(scale(ve, 1 - next), flow)).toBeLessThan(1e-9);
  }
});
