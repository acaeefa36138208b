import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { node as network } from "../../../nodes/reward/network.ts";
import { node as style } from "../../../nodes/reward/style.ts";
import type { Model } from "../../../shared/model.ts";
import type { AnyNode } from "../../../shared/node/define.ts";
import type { Reward } from "../../../shared/reward.ts";
import { fromNumbers, pullback, track } from "../../../shared/tensor/index.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { readModel } from "../onnx/read.ts";
import { createRuntime } from "./runtime.ts";

const folder = resolve(__dirname, "../../../assets/models/emoji-scenes");
const file = "classifiers/classifier_image.onnx";
/** Maps after a first and a later convolution of the classifier, which are no outputs of it. */
const maps = readModel(resolve(folder, file)).nodes.filter(({ op }) => op === "Conv");
const [first, later] = [maps[0], maps[3]].map(({ outputs }) => outputs[0]);

const runtime = createRuntime({ device: "cpu", embeddedModel: folder, threads: 1 });
let model: Model;
beforeAll(async () => {
  await runtime.modelInfo("", "", null);
  model = runtime.model("", "");
});
afterAll(() => runtime.close());

const picture = (batch: number, seed: number): Tensor => ({
  data: Float32Array.from({ length: batch * 3 * 64 * 64 }, (_, i) => 0.5 + 0.4 * Math.sin(i * 0.37 + seed + (i % 11))),
  shape: [batch, 3, 64, 64],
});

function rewardOf(node: AnyNode, inputs: object, params: object): Reward {
  return node.build!(inputs, params, null as never).reward as Reward;
}

/** The change of a reward along its gradient, by central differences, over the gradient's length. */
async function slopeRatio(reward: Reward, x: Tensor): Promise<number> {
  const leaf = track(x);
  const value = await reward.value(leaf);
  const [{ data }] = await pullback(value, fromNumbers([1], [1]), [leaf]);
  const length = Math.hypot(...data);
  const at = async (h: number) => {
    const moved = { data: Float32Array.from(x.data, (one, i) => one + (h * data[i]) / length), shape: x.shape };
    return (await reward.value(moved)).data[0];
  };
  return ((await at(0.05)) - (await at(-0.05))) / (0.1 * length);
}

test("a style can be that of inner layers, which no output shows, and has a gradient", async () => {
  const params = { path: file, outputs: `${first}, ${later}`, classToken: false };
  const reward = rewardOf(style, { model, picture: picture(1, 3) }, params);
  const [own, other] = (await reward.value(picture(2, 3))).data;
  expect(own).toBeCloseTo(0, 6);
  expect(other).toBeLessThan(-1e-3);
  expect(Math.abs((await slopeRatio(reward, picture(1, 1))) - 1)).toBeLessThan(0.02);
});

test("a network reward reads an inner value by its name", async () => {
  const params = {
    path: file,
    output: later,
    reduction: "mean",
    index: 0,
    on: "image",
    mean: [0.5],
    std: [0.5],
    size: 0,
  };
  const reward = rewardOf(network, { model }, params);
  expect(Math.abs((await slopeRatio(reward, picture(1, 2))) - 1)).toBeLessThan(0.02);
});

test("a name without a value is answered with names that there are", async () => {
  const reward = rewardOf(
    style,
    { model, picture: picture(1, 3) },
    { path: file, outputs: "relu3_1", classToken: false },
  );
  await expect(reward.value(picture(1, 1))).rejects.toThrow(
    /^classifier_image\.onnx has no value “relu3_1”\. Its outputs are logits, and among its inner values are .+\.$/,
  );
});
