import { resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Conditioning, Model } from "../../../shared/model.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { testCall as call } from "../compile/testing.ts";
import { createRuntime } from "./runtime.ts";
import type { Meter } from "./types.ts";

const embeddedModel = resolve(__dirname, "../../../assets/models/emoji-scenes");
const runtime = createRuntime({ device: "cpu", embeddedModel, threads: 1 });
let model: Model;
let meter: Meter;
let short: Conditioning;
let long: Conditioning;

beforeAll(async () => {
  await runtime.modelInfo("", "", null);
  model = runtime.model("", "");
  short = await model.encodeText("a cat");
  const { context } = await model.encodeText("a red circle on a blue background");
  // Two chunks of a long prompt: twice the keys.
  const data = Float32Array.from([...short.context.data, ...context.data]);
  long = { context: { data, shape: [1, 32, 192] } };
});

beforeEach(() => {
  meter = runtime.beginRun(new AbortController().signal);
});

afterAll(() => runtime.close());

function latent(batch: number, seed: number): Tensor {
  const shape = [batch, 4, 16, 16];
  return { data: Float32Array.from({ length: batch * 1024 }, (_, i) => Math.sin(i * 1.7 + seed)), shape };
}

function furthest(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  return Math.max(...Array.from(a.data, (value, i) => Math.abs(value - b.data[i])));
}

test("evaluations at different noise levels, texts and text lengths share a call and stay what they are alone", async () => {
  const asked = [
    { text: short, x: latent(1, 0), sigma: 1 },
    { text: long, x: latent(2, 1), sigma: 1 },
    { text: short, x: latent(1, 2), sigma: 0.3 },
  ];
  const run = ({ text, x, sigma }: (typeof asked)[number]) => model.denoiser(text)(x, sigma, call);
  const together = await Promise.all(asked.map(run));
  expect(meter).toMatchObject({ nfe: 3, runs: 1 });
  for (const [i, one] of asked.entries()) expect(furthest(together[i], await run(one))).toBeLessThan(1e-5);
  expect(meter).toMatchObject({ nfe: 6, runs: 4 });
});

test("latents of different sizes go in calls of their own", async () => {
  const wide: Tensor = { data: new Float32Array(4 * 16 * 32).fill(0.5), shape: [1, 4, 16, 32] };
  const denoise = model.denoiser(short);
  const [a, b] = await Promise.all([denoise(latent(1, 0), 1, call), denoise(wide, 1, call)]);
  expect(a.shape).toEqual([1, 4, 16, 16]);
  expect(b.shape).toEqual([1, 4, 16, 32]);
  expect(meter.runs).toBe(2);
});

test("float64 latents come back as float64", async () => {
  const { data, shape } = latent(1, 0);
  const [single, double] = await Promise.all([
    model.denoiser(short)({ data, shape }, 1, call),
    model.denoiser(short)({ data: Float64Array.from(data), shape }, 1, call),
  ]);
  expect(double.data).toBeInstanceOf(Float64Array);
  expect(furthest(single, double)).toBeLessThan(1e-6);
});

test("a cancelled run ends before its next call", async () => {
  const controller = new AbortController();
  const stopped = runtime.beginRun(controller.signal);
  await model.denoiser(short)(latent(1, 0), 1, call);
  controller.abort();
  await expect(model.denoiser(short)(latent(1, 0), 1, call)).rejects.toMatchObject({ name: "AbortError" });
  expect(stopped.runs).toBe(1);
});

test("the time inside the runtime and the time of opening are counted apart", async () => {
  await model.denoiser(short)(latent(1, 0), 1, call);
  expect(meter.modelMs).toBeGreaterThan(0);
  expect(meter.loadMs).toBe(0);
});
