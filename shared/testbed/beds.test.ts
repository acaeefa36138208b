import { expect, test } from "vitest";
import { fromNumbers } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { bedModel } from "./bed.ts";
import { denoiseMixture } from "./denoise.ts";
import { exactFlow, guidedField, mixtureField } from "./exact.ts";
import { fieldMixture } from "./field.ts";
import { blurred, labelsOf, type Mixture, planeMixture, weightsUnder } from "./mixture.ts";
import { momentsOf } from "./moments.ts";
import { treeMixture } from "./tree.ts";

const weights = (mixture: Mixture, label = ""): Tensor => {
  const data = weightsUnder(mixture, label)!;
  return { data, shape: [1, 1, data.length] };
};

/** Any picture of numbers. */
const picture = (size: number) =>
  fromNumbers(
    Array.from({ length: size * size }, (_, i) => Math.sin(3 * i + 1)),
    [1, 1, size, size],
    "float64",
  );

test("a tree has 8 Gaussians on each branch, thin ones along the branch, and about its spread of one half", () => {
  const tree = treeMixture({ levels: 7, seed: 0n });
  expect(tree.gaussians).toHaveLength(2 * 127 * 8);
  expect(labelsOf(tree)).toEqual(["a", "b"]);
  const { covariance } = momentsOf(tree, weightsUnder(tree, "")!);
  for (const i of [0, 3]) expect(Math.sqrt(covariance[i])).toBeCloseTo(0.5, 0.8);
  // Scaled back, the first branch of a points 45° up and has its 0.06 lengths along and 0.2 / length of them across.
  const [first, second] = tree.gaussians;
  const step = [0, 1].map((i) => (second.mean[i] - first.mean[i]) / [1.3136, 1.3844][i]);
  expect(step[0]).toBeCloseTo(step[1], 12);
  const length = (Math.hypot(...step) * 7) / 0.86;
  const single = { size: 2, gaussians: [{ ...first, weight: 1 }] };
  const own = momentsOf(single, Float64Array.of(1)).covariance;
  const [along, across] = [1, 0.2 / length].map((one) => (0.06 * length * one) ** 2);
  expect(own[0] / 1.3136 ** 2).toBeCloseTo((along + across) / 2, 12);
  expect(own[1] / (1.3136 * 1.3844)).toBeCloseTo((along - across) / 2, 12);
});

test("a tree is its seed's", () => {
  const means = (seed: bigint) => treeMixture({ levels: 3, seed }).gaussians.map((one) => [...one.mean]);
  expect(means(4n)).toEqual(means(4n));
  expect(means(4n)).not.toEqual(means(5n));
});

test("blur adds its variance, so a blurred model denoises as the sharp one does at a higher level of the same x", () => {
  const sharp = planeMixture([{ weight: 1, mean: [1, 2], std: 0.3, label: "" }]);
  const x = fromNumbers([2, -1], [1, 2, 1, 1], "float64");
  const denoised = denoiseMixture(x, 0.5, blurred(sharp, 0.4), weights(sharp)).data;
  expect(denoised[0]).toBeCloseTo(1 + (0.25 / 0.5) * (2 - 1), 12);
  expect(denoised[1]).toBeCloseTo(2 + (0.25 / 0.5) * (-1 - 2), 12);
});

const size = 4;
const bright = Float64Array.from({ length: size * size }, (_, i) => (i % size < 2 ? 0.7 : -0.7));
const field = fieldMixture({
  height: size,
  width: size,
  spectrum: (ky, kx) => (1 + Math.hypot(ky, kx)) ** -2,
  variance: 0.25,
  means: { left: (_, column) => (column < 2 ? 0.7 : -0.7), right: (_, column) => (column < 2 ? -0.7 : 0.7) },
});

test("a field's pixels have its variance on average, and a wave is shrunk by its own power", () => {
  const { covariance } = momentsOf(field, weightsUnder(field, "left")!);
  const trace = bright.reduce((sum, _, i) => sum + covariance[i * (size * size + 1)], 0);
  expect(trace / size ** 2).toBeCloseTo(0.25, 12);
  const wave = bright.map((_, i) => Math.cos((Math.PI * 2 * ((i % size) + 0.5)) / size));
  const x = { data: bright.map((value, i) => value + wave[i]), shape: [1, 1, size, size] };
  const denoised = denoiseMixture(x, 0.8, field, weights(field, "left")).data;
  const total = Array.from({ length: 16 }, (_, i) => (1 + Math.hypot(i >> 2, i & 3)) ** -2).reduce((a, b) => a + b, 0);
  const power = (0.25 * 16 * 3 ** -2) / total;
  for (const [i, value] of denoised.entries())
    expect(value).toBeCloseTo(bright[i] + (power / (power + 0.64)) * wave[i], 12);
});

test("guiding fields of one covariance moves the mean by the scale and nothing else", () => {
  const [strong, weak] = ["left", "right"].map((label) => mixtureField(field, weightsUnder(field, label)!));
  const start = { data: picture(size).data.map((value) => 1e4 * value), shape: [1, 1, size, size] };
  const walk = { from: 1e4, to: 0, tolerance: 1e-9 };
  const plain = exactFlow(start, { ...walk, field: strong }).data;
  const guided = exactFlow(start, { ...walk, field: guidedField(strong, weak, 3) }).data;
  for (const [i, value] of guided.entries()) expect(value - plain[i]).toBeCloseTo(2 * 2 * bright[i], 3);
});

const constant = (side: number) =>
  fieldMixture({
    height: side,
    width: side,
    spectrum: (ky, kx) => (ky + kx === 0 ? 1 : 0),
    variance: 0.49,
    means: { "": () => 0 },
  });

test("a constant image is the shrunk average of all pixels, and pooling is a model of lower noise", () => {
  const x = picture(4);
  const average = Array.from(x.data).reduce((sum, value) => sum + value, 0) / 16;
  const fine = constant(4);
  const denoised = denoiseMixture(x, 2, fine, weights(fine)).data;
  for (const value of denoised) expect(value).toBeCloseTo((average * 0.49) / (0.49 + 4 / 16), 12);
  const pooled = [0, 2, 8, 10].map((at) => (x.data[at] + x.data[at + 1] + x.data[at + 4] + x.data[at + 5]) / 4);
  const coarse = constant(2);
  const small = denoiseMixture(fromNumbers(pooled, [1, 1, 2, 2], "float64"), 1, coarse, weights(coarse)).data;
  expect(small[0]).toBeCloseTo(denoised[0], 12);
});

test("picture beds decode to grey and back; points refuse in a sentence", async () => {
  const model = bedModel(
    { name: "Random field", mixture: field, picture: { height: size, width: size, resized: constant } },
    () => {},
  );
  const latent = picture(size);
  const image = await model.decode(latent);
  expect(image.shape).toEqual([1, 3, size, size]);
  expect(image.data[3]).toBeCloseTo(0.5 + latent.data[3] / 4, 6);
  expect((await model.encode(image)).data[5]).toBeCloseTo(latent.data[5], 6);
  const points = bedModel({ name: "Ring", mixture: field }, () => {});
  await expect(points.decode(latent)).rejects.toThrow("Ring has no pixels, so there is nothing to decode.");
  await expect(points.network("clip/model.onnx")).rejects.toThrow("Ring is a formula and has no networks.");
});

test("a perturbed timestep is another level of the same x", async () => {
  let evaluations = 0;
  const mixture = planeMixture([{ weight: 1, mean: [0, 0], std: 1, label: "" }]);
  const model = bedModel({ name: "bed", mixture }, () => {
    evaluations += 1;
  });
  const { sigmas } = model.info.schedule;
  expect(sigmas[0]).toBeCloseTo(0.0292, 4);
  expect(sigmas[999]).toBeCloseTo(14.61, 2);
  const x = fromNumbers([1, 2], [1, 2, 1, 1], "float64");
  const shifted = { switches: { timestepShift: 100 } } as never;
  const denoised = await model.denoiser({ context: weights(mixture) })(x, sigmas[300], shifted);
  expect(denoised.data[1]).toBeCloseTo(2 / (1 + sigmas[400] ** 2), 12);
  expect(evaluations).toBe(1);
});
