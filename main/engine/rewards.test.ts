import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { node as clipImage } from "../../nodes/reward/clip-image.ts";
import { node as latentClassifier } from "../../nodes/reward/latent-classifier.ts";
import { node as style } from "../../nodes/reward/style.ts";
import type { Model } from "../../shared/model.ts";
import type { Reward } from "../../shared/reward.ts";
import { addScaled, dot, fromNumbers, pullback, track } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { createRuntime } from "./runtime/runtime.ts";

const runtime = createRuntime({
  device: "cpu",
  embeddedModel: resolve(__dirname, "../../assets/models/emoji-scenes"),
  threads: 1,
});
let model: Model;

beforeAll(async () => {
  await runtime.modelInfo("", "", null);
  model = runtime.model("", "");
  runtime.beginRun(new AbortController().signal);
});

afterAll(() => runtime.close());

/** Smooth shades with a seed of their own, around `middle`. */
function shades(shape: readonly number[], seed: number, middle: number, amount: number): Tensor {
  const size = shape.reduce((product, side) => product * side);
  const values = Array.from({ length: size }, (_, i) => middle + amount * Math.sin(seed + i * 0.013 + ((i * i) % 17)));
  return fromNumbers(values, shape);
}

const pictures = () => shades([2, 3, 64, 64], 1, 0.5, 0.4);
const build = (node: { build?: (...inputs: never[]) => object }, inputs: object, params: object) =>
  (node.build as (...all: unknown[]) => { reward: Reward })({ model, ...inputs }, params, null).reward;

test.each<[string, () => Reward, () => Tensor, number, number]>([
  ["clip-image", () => build(clipImage, { picture: shades([1, 3, 40, 50], 9, 0.5, 0.5) }, {}), pictures, 0, 0.5],
  [
    "style",
    () => build(style, { picture: shades([1, 3, 64, 64], 9, 0.4, 0.3) }, { path: "", outputs: "", classToken: true }),
    pictures,
    0,
    0.2,
  ],
  [
    "latent-classifier",
    () => build(latentClassifier, {}, { label: "cat", score: "log-probability", path: "" }),
    () => shades([2, 4, 16, 16], 3, 0, 3),
    2,
    0.3,
  ],
])("%s rises along its gradient by the gradient's length", async (_name, make, input, sigma, length) => {
  const reward = make();
  const leaf = track(input());
  const value = await reward.value(leaf, sigma);
  const [gradient] = await pullback(value, fromNumbers([1, 1]), [leaf]);
  const squares = dot(gradient, gradient).data;
  for (const b of [0, 1]) {
    expect(squares[b]).toBeGreaterThan(0);
    const h = length / Math.sqrt(squares[b]) / 10;
    const [up, down] = await Promise.all(
      [h, -h].map((step) => reward.value(addScaled(input(), gradient, step), sigma)),
    );
    expect(Math.abs((up.data[b] - down.data[b]) / (2 * h) / squares[b] - 1)).toBeLessThan(0.03);
  }
});

test("a noisy latent of a cat is a cat to the noise-aware classifier, less so the more noise there is", async () => {
  const of = (label: string) => build(latentClassifier, {}, { label, score: "log-probability", path: "" });
  const noise = shades([1, 4, 16, 16], 5, 0, 1.4);
  const conditioning = await model.encodeText("a cat");
  const call = { step: 0, steps: 1, sigma: 10, next: 0, sigmas: [10, 0], stage: 0, switches: {} };
  const denoise = model.denoiser(conditioning);
  const cat = await denoise(noise, 2, { ...call, noise: (x) => x, stream: () => (x) => x });
  const values = await Promise.all([0.05, 80].map(async (sigma) => (await of("cat").value(cat, sigma)).data[0]));
  expect(values[0]).toBeGreaterThan((await of("car").value(cat, 0.05)).data[0]);
  expect(values[0]).toBeGreaterThan(values[1]);
});
