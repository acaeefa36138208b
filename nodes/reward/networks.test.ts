import { expect, test } from "vitest";
import type { AnyNode } from "../../shared/node/define.ts";
import * as t from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { channelMeans } from "../lib/picture.ts";
import { expectGradient, numbers, problemsOf, rewardOf, valuesOf, wavy } from "../lib/rewardTesting.ts";
import { node as aesthetic } from "./aesthetic.ts";
import { node as classifier } from "./classifier.ts";
import { node as clip } from "./clip.ts";
import { node as clipImage } from "./clip-image.ts";
import { node as latentClassifier } from "./latent-classifier.ts";
import { node as network } from "./network.ts";
import { node as style } from "./style.ts";

type Run = (...feeds: Tensor[]) => Record<string, Tensor>;

/** A model folder of functions: each network takes inputs a, b … of open shapes. */
function folder(files: Readonly<Record<string, Run>>, json: object = {}, schedule: object = {}) {
  const open = async (path: string) => {
    const run = files[path];
    if (!run) throw new Error(`${path} is missing.`);
    const inputs = Object.fromEntries(
      ["a", "b"].slice(0, Math.max(1, run.length)).map((name) => [name, { shape: [null, null, null, null] }]),
    );
    return { inputs, outputs: {}, run: async (feeds: Record<string, Tensor>) => run(feeds.a, feeds.b) };
  };
  const readJson = async (path: string) => (json as Record<string, unknown>)[path] ?? null;
  const tokenize = async (text: string) => numbers([text.length, 1], [1, 2]);
  return { info: { schedule }, network: open, readJson, tokenize };
}

/** The means of the three colours are the features. */
const towers = {
  "clip/image_encoder.onnx": (a: Tensor) => ({ embeds: channelMeans(a) }),
  "clip/text_encoder.onnx": () => ({ embeds: numbers([1, 0, 0], [1, 3]) }),
  "head.onnx": (a: Tensor) => ({ mark: t.dot(a, t.full(a.shape, 2)) }),
};
const pixel = (...colour: number[]) => numbers(colour, [1, 3, 1, 1]);

test("CLIP against a text and against a picture", async () => {
  const model = folder(towers);
  // Preprocessing without a file: 2x − 1.
  const [image] = [pixel(0.9, 0.8, 0.5)];
  expect((await valuesOf(rewardOf(clip, { model }, { text: "red" }), image))[0]).toBeCloseTo(0.8, 12);
  const same = rewardOf(clipImage, { model, picture: pixel(0.9, 0.5, 0.5) });
  expect((await valuesOf(same, image))[0]).toBeCloseTo(0.8, 12);
  expect((await valuesOf(rewardOf(aesthetic, { model }, { head: "head.onnx" }), image))[0]).toBeCloseTo(2 * 1.4, 12);
});

const logits = numbers([1, 2, 4], [1, 3]);
const classes = {
  "many.onnx": (a: Tensor) => ({ logits: t.repeatRows(logits, a.shape[0]) }),
  "noisy.onnx": (a: Tensor, b: Tensor) => ({ logits: t.reshape(t.add(t.sum(a), b), [1, 1]) }),
};
const labels = { "many.json": { labels: ["noun:a", "noun:b", "c"] }, "noisy.json": { labels: ["a"] } };

test("logits and log-probabilities of labels", async () => {
  const of = (label: string, score: string, json: object = labels) =>
    valuesOf(
      rewardOf(classifier, { model: folder(classes, json) }, { label, score, path: "many.onnx" }),
      pixel(0, 0, 0),
    );
  expect(await of("b", "logit")).toEqual([2]);
  const total = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(4));
  expect((await of("c", "log-probability"))[0]).toBeCloseTo(4 - total, 12);
  const yesNo = { "many.json": { ...labels["many.json"], task: "multi-label" } };
  expect((await of("a", "log-probability", yesNo))[0]).toBeCloseTo(-Math.log1p(Math.exp(-1)), 12);
  await expect(of("d", "logit")).rejects.toThrow("This classifier has no label “d”. It knows noun:a, noun:b, c.");
  await expect(of("d", "logit", {})).rejects.toThrow("many.onnx has no labels beside it.");
});

test.each([
  ["discrete", { kind: "discrete", sigmas: [0.1, 2, 3] }, 4 / Math.sqrt(5) + 1],
  ["flow", { kind: "flow", trainSteps: 30 }, 4 / 3 + 20],
])("a noise-aware classifier is fed as the %s model's own network", async (_name, schedule, value) => {
  const model = folder(classes, labels, schedule);
  const reward = rewardOf(latentClassifier, { model }, { label: "a", score: "logit", path: "noisy.onnx" });
  expect(reward).toMatchObject({ on: "latent", noiseAware: true });
  expect((await valuesOf(reward, numbers([1, 3], [1, 2, 1, 1]), 2))[0]).toBeCloseTo(value, 6);
  const plain = rewardOf(latentClassifier, { model }, { label: "a", score: "logit", path: "many.onnx" });
  await expect(plain.value(numbers([1], [1, 1, 1, 1]), 1)).rejects.toThrow("many.onnx has 1 inputs");
});

const twice = { "twice.onnx": (a: Tensor) => ({ first: a, second: t.scale(a, 2) }) };
const plain = { path: "twice.onnx", output: "", reduction: "sum", index: 0, on: "image", mean: [0], std: [1], size: 0 };

test.each<[string, object, number]>([
  ["sum", {}, 0.6],
  ["mean", { reduction: "mean" }, 0.2],
  ["norm", { reduction: "norm" }, Math.sqrt(0.14)],
  ["one value of a named output", { reduction: "index", index: 2, output: "second" }, 0.6],
  ["normalised colours", { mean: [0.1, 0.2, 0.3], std: [0.5] }, 0],
  ["another size", { size: 2 }, 2.4],
])("a network reward by %s", async (_name, params, value) => {
  const reward = rewardOf(network, { model: folder(twice) }, { ...plain, ...params });
  expect((await valuesOf(reward, pixel(0.1, 0.2, 0.3)))[0]).toBeCloseTo(value, 12);
});

test("a larger image is brought down by means, so that no pixel is left out", async () => {
  const reward = rewardOf(network, { model: folder(twice) }, { ...plain, size: 1, reduction: "index" });
  const image = numbers([1, 0, 0, 0, 0, 0, 0, 0, 0, ...new Array(18).fill(0)], [1, 3, 3, 3]);
  expect((await valuesOf(reward, image))[0]).toBeCloseTo(1 / 9, 12);
});

test("what a network reward refuses", async () => {
  const ask = (params: object) =>
    rewardOf(network, { model: folder({ ...twice, ...classes }) }, { ...plain, ...params }).value(pixel(0, 0, 0));
  await expect(ask({ output: "third" })).rejects.toThrow("The network has no output “third”. It has first, second.");
  await expect(ask({ reduction: "index", index: 3 })).rejects.toThrow("Count from 0 to 2.");
  await expect(ask({ path: "noisy.onnx" })).rejects.toThrow("noisy.onnx has the inputs a, b.");
  expect(problemsOf(network, {}, { ...plain, path: "", mean: [1, 2], std: [0] })).toEqual([
    "No network is chosen. Choose an ONNX file.",
    "Give one number, or one for each of three colours.",
    "A deviation is 0. Give numbers above 0.",
  ]);
});

const maps = {
  "maps.onnx": (a: Tensor) => ({
    maps: a,
    tokens: t.transposeRows(t.reshape(a, [a.shape[0], 3, a.data.length / a.shape[0] / 3])),
  }),
};

test("a style is what features occur together, at any place and size", async () => {
  const picture = numbers([1, 0, 0, 1, 0, 0], [1, 3, 1, 2]);
  const of = (outputs: string, classToken = false) =>
    rewardOf(style, { model: folder(maps), picture }, { path: "maps.onnx", outputs, classToken });
  const swapped = numbers([0, 1, 1, 0, 0, 0], [1, 3, 1, 2]);
  expect((await valuesOf(of("maps"), swapped))[0]).toBeCloseTo(0, 12);
  // Preprocessed to 2x − 1, both Gram matrices are of rows (±1, ∓1, −1): only signs of the pairs differ.
  expect((await valuesOf(of("tokens"), swapped))[0]).toBeCloseTo(0, 12);
  // All grey: a Gram matrix of zeros against entries of 1, −1 and 0.
  const grey = numbers(new Array(6).fill(0.5), [1, 3, 1, 2]);
  expect((await valuesOf(of("maps"), grey))[0]).toBeCloseTo(-5 / 9, 12);
  expect((await valuesOf(of("maps, tokens"), grey))[0]).toBeCloseTo(-10 / 9, 12);
  expect((await valuesOf(of("tokens", true), grey))[0]).toBeCloseTo(-1, 12);
  await expect(of("none").value(grey)).rejects.toThrow("It has maps, tokens.");
});

test.each<[string, AnyNode, object]>([
  ["clip", clip, { text: "red" }],
  ["clip-image", clipImage, {}],
  ["aesthetic", aesthetic, { head: "head.onnx" }],
  ["network", network, { ...plain, reduction: "norm", size: 3, std: [0.3] }],
  ["style", style, { path: "maps.onnx", outputs: "maps,tokens", classToken: true }],
])("the gradient of %s", async (_name, node, params) => {
  const inputs = { model: folder({ ...towers, ...twice, ...maps }), picture: wavy([1, 3, 2, 3], 5) };
  await expectGradient(rewardOf(node, inputs, params), wavy([2, 3, 2, 3], 2));
});
