import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { node as classifier } from "../../../nodes/reward/classifier.ts";
import type { Denoiser } from "../../../shared/denoiser.ts";
import type { Model } from "../../../shared/model.ts";
import { extrapolate, fromNumbers, pullback, sliceRows, track } from "../../../shared/tensor/index.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { testCall as call } from "../compile/testing.ts";
import { createRuntime } from "./runtime.ts";

const runtime = createRuntime({
  device: "cpu",
  embeddedModel: resolve(__dirname, "../../../assets/models/emoji-scenes"),
  threads: 1,
});
let model: Model;
let guided: Denoiser;

beforeAll(async () => {
  await runtime.modelInfo("", "", null);
  model = runtime.model("", "");
  const [strong, weak] = [await model.encodeText("a cat"), await model.encodeText("")].map((c) => model.denoiser(c));
  guided = async (x, sigma, at) => {
    const [s, u] = await Promise.all([strong(x, sigma, at), weak(x, sigma, at)]);
    return extrapolate(u, s, 3);
  };
});

afterAll(() => runtime.close());

const wave = (batch: number, seed: number): Tensor => ({
  data: Float32Array.from({ length: batch * 1024 }, (_, i) => 2 * Math.sin(i * 1.7 + seed + (i % 13))),
  shape: [batch, 4, 16, 16],
});

/** Log-probability of a cat in the decoded prediction of a guided denoiser. */
async function score(x: Tensor): Promise<Tensor> {
  const { reward } = classifier.build!({ model }, { label: "cat", score: "log-probability", path: "" }, null as never);
  return reward.value(await model.decode(await guided(x, 2, call)));
}

test("a reward of the decoded, guided prediction differentiates to the noisy latent", async () => {
  const meter = runtime.beginRun(new AbortController().signal);
  const x = track(wave(3, 1));
  const value = await score(x);
  const [gradient] = await pullback(value, fromNumbers([1, 1, 1], [3]), [x]);
  expect(meter).toMatchObject({ nfe: 2, runs: 1, backward: 2 });
  expect(gradient.shape).toEqual(x.shape);
  // Along the gradient the score changes by its length: central differences, for each sample.
  for (let b = 0; b < 3; b++) {
    const own = sliceRows(gradient, b, b + 1).data;
    const length = Math.hypot(...own);
    const h = 0.02;
    const moved = (sign: number) => ({
      data: sliceRows(wave(3, 1), b, b + 1).data.map((value, i) => value + (sign * h * own[i]) / length),
      shape: [1, 4, 16, 16],
    });
    const [up, down] = [await score(moved(1)), await score(moved(-1))];
    const slope = (up.data[0] - down.data[0]) / (2 * h);
    expect(Math.abs(slope / length - 1)).toBeLessThan(0.02);
  }
});

test("gradients of a batch are those of its samples, and concurrent ones share a call", async () => {
  const both = track(wave(2, 5));
  const [whole] = await pullback(await score(both), fromNumbers([1, 1], [2]), [both]);
  const parts = await Promise.all(
    [0, 1].map(async (b) => {
      const x = track(sliceRows(wave(2, 5), b, b + 1));
      return (await pullback(await score(x), fromNumbers([1], [1]), [x]))[0];
    }),
  );
  parts.forEach((part, b) => {
    const own = sliceRows(whole, b, b + 1).data;
    part.data.forEach((value, i) => void expect(Math.abs(value - own[i])).toBeLessThan(1e-5 + 1e-3 * Math.abs(own[i])));
  });
});

test("nothing is traced where no derivative is wanted", async () => {
  const meter = runtime.beginRun(new AbortController().signal);
  expect((await score(wave(1, 2))).origin).toBeUndefined();
  expect(meter.backward).toBe(0);
});
