import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Model } from "../../../shared/model.ts";
import { createRuntime } from "./runtime.ts";
import type { Runtime } from "./types.ts";

let runtime: Runtime;
let model: Model;

beforeAll(async () => {
  runtime = createRuntime({ device: "cpu", embeddedModel: resolve(__dirname, "../../../assets/models/emoji-scenes") });
  await runtime.modelInfo("", "", null);
  runtime.beginRun(new AbortController().signal);
  model = runtime.model("", "");
});

afterAll(() => runtime.close());

const context = async (text: string, rule?: "comfyui" | "a1111") => (await model.encodeText(text, rule)).context;
const mean = (data: ArrayLike<number>) => Array.from(data).reduce((sum, value) => sum + value, 0) / data.length;

test("without marks all rules give the same bytes", async () => {
  const plain = await context("a red circle, on blue");
  for (const rule of ["comfyui", "a1111"] as const)
    expect((await context("a red circle, on blue", rule)).data).toEqual(plain.data);
  expect((await context("a (red:1) circle, on blue", "comfyui")).data).toEqual(plain.data);
});

test("ComfyUI's weights move tokens from the empty prompt's states at their places", async () => {
  const [plain, empty] = [await context("a red circle"), await context("")];
  const weighted = await context("a (red circle:1.4)", "comfyui");
  const width = plain.shape[2] as number;
  weighted.data.forEach((value, i) => {
    const token = Math.floor(i / width);
    const w = token === 2 || token === 3 ? 1.4 : 1;
    expect(value).toBeCloseTo(empty.data[i] + w * (plain.data[i] - empty.data[i]), 4);
  });
  expect([...weighted.data]).not.toEqual([...plain.data]);
});

test("A1111's weights keep the mean and the directions of the tokens", async () => {
  const plain = await context("a red circle");
  const weighted = await context("a [red] (circle:2)", "a1111");
  expect(mean(weighted.data)).toBeCloseTo(mean(plain.data), 6);
  const width = plain.shape[2] as number;
  const factor = (token: number) => weighted.data[token * width] / plain.data[token * width];
  expect(factor(2) / factor(1)).toBeCloseTo(1 / 1.1, 5);
  expect(factor(3) / factor(1)).toBeCloseTo(2, 5);
  expect(factor(0)).toBeCloseTo(factor(9), 5);
});

test("weights stay with their words where a long prompt is cut", async () => {
  const { cutTokens } = await model.encodeText(`(${"red ".repeat(80)}:1.2) blue`, "comfyui");
  expect(cutTokens).toBeGreaterThan(0);
});
