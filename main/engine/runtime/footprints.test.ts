import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readModel } from "../onnx/read.ts";
import { footprintsOf } from "./footprints.ts";

const folder = resolve(__dirname, "../../../assets/models/emoji-scenes");
const made: string[] = [];
const footprint = footprintsOf((part) => {
  made.push(part);
  return part === "none" ? null : { graph: readModel(`${folder}/${part}/model.onnx`) };
});

test("a decoder's values grow with its picture and batch, and a gradient keeps more of them", () => {
  const [one, four, two] = [
    [1, 4, 16, 16],
    [1, 4, 32, 32],
    [2, 4, 16, 16],
  ].map((shape) => footprint("vae_decoder", shape, false)!);
  expect(four.values / one.values).toBeCloseTo(4, 1);
  expect(two.values / one.values).toBeCloseTo(2, 1);
  expect(four.weights).toBe(one.weights);
  expect(footprint("vae_decoder", [1, 4, 16, 16], true)!.values).toBeGreaterThan(3 * one.values);
  expect(made).toEqual(["vae_decoder"]);
});

test("what has no such part, or cannot be read, has no forecast", () => {
  expect(footprint("none", [1, 4, 16, 16], false)).toBeNull();
  expect(footprint("missing", [1, 4, 16, 16], false)).toBeNull();
});
