import { expect, test } from "vitest";
import { expectGradient, numbers, rewardOf, valuesOf, wavy } from "../lib/rewardTesting.ts";
import { node as maskMse } from "./mask-mse.ts";
import { node as meanColour } from "./mean-colour.ts";

const picture = (...colours: number[][]) =>
  numbers(
    [0, 1, 2].flatMap((c) => colours.map((colour) => colour[c])),
    [1, 3, 1, colours.length],
  );

test("the mean colour, everywhere and under a mask", async () => {
  const image = picture([1, 0, 0.2], [0, 0.5, 0.6]);
  const everywhere = rewardOf(meanColour, {}, { colour: "#ff0000" });
  expect((await valuesOf(everywhere, image))[0]).toBeCloseTo(-(0.25 + 0.0625 + 0.16) / 3, 12);
  const half = rewardOf(meanColour, { mask: numbers([1, 0], [1, 1, 1, 2]) }, { colour: "#ff0033" });
  expect((await valuesOf(half, image))[0]).toBeCloseTo(0, 12);
  const none = rewardOf(meanColour, { mask: numbers([0, 0], [1, 1, 1, 2]) }, { colour: "#000000" });
  expect(await valuesOf(none, image)).toEqual([-0]);
});

test("the error inside a mask", async () => {
  const [image, target] = [picture([1, 0, 0], [0, 0, 0]), picture([0, 0, 0], [1, 1, 1])];
  const all = rewardOf(maskMse, { picture: target });
  expect((await valuesOf(all, image))[0]).toBeCloseTo(-4 / 6, 12);
  const grey = rewardOf(maskMse, { picture: target, mask: numbers([1, 0.5], [1, 1, 1, 2]) });
  expect((await valuesOf(grey, image))[0]).toBeCloseTo(-(1 + 0.5 * 3) / 3 / 1.5, 12);
});

test("a picture of another size or another number", async () => {
  const grey = rewardOf(maskMse, { picture: wavy([1, 3, 1, 1]) });
  expect((await valuesOf(grey, wavy([2, 3, 4, 4])))[1]).toBeLessThan(0);
  const two = rewardOf(maskMse, { picture: wavy([2, 3, 4, 4]) });
  await expect(two.value(wavy([3, 3, 4, 4]))).rejects.toThrow(
    "There are 2 pictures to compare 3 with. Give one, or as many.",
  );
  await expect(two.value(wavy([2, 4, 4, 4]))).rejects.toThrow("Give a picture of 4 channels.");
});

test.each([
  ["mean-colour", rewardOf(meanColour, { mask: wavy([1, 1, 4, 4]) }, { colour: "#402080" })],
  ["mask-mse", rewardOf(maskMse, { picture: wavy([1, 3, 2, 2]), mask: wavy([1, 1, 4, 4]) })],
])("the gradient of %s", async (_name, reward) => {
  await expectGradient(reward, wavy([2, 3, 4, 4], 3));
});
