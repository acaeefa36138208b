import { expect, test } from "vitest";
import type { Facts } from "../../shared/node/define.ts";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { fromNumbers, sliceRows, zeros } from "../../shared/tensor/index.ts";
import type { AnyTensor } from "../../shared/tensor/tensor.ts";
import { node } from "./tensor.ts";

const params = { path: "noise.npy", seed: 4n, perSample: false, later: "sequence" } as const;
const build = (file: AnyTensor, changes: Partial<{ perSample: boolean; later: "sequence" | "brownian" }> = {}) =>
  node.build!({}, { ...params, ...changes }, { tensorFile: () => file } as never).noise;
const file = fromNumbers([0.1, -2, 3, 0.25], [2, 2, 1, 1]);

test("a float32 file is widened for a float64 latent, and a float64 one rounded for float32", () => {
  const wide = build(file).initial(file.shape, "float64");
  expect(wide.data).toEqual(Float64Array.from(file.data));
  const double = fromNumbers([0.1, -2, 3, 0.25], [2, 2, 1, 1], "float64");
  expect(build(double).initial(file.shape, "float32").data).toEqual(file.data);
  expect(build(double).initial(file.shape, "float64").data).toEqual(double.data);
});

test("the first draw is the file each time; later ones are Philox in sequence from its first draw on", () => {
  const [source, known] = [build(file), gaussianSource({ seed: 4n, generator: "philox", perSample: false })];
  source.initial(file.shape, "float64");
  const like = zeros([2, 2, 1, 1], "float64");
  for (const [sigma, next] of [
    [9, 3],
    [3, 1],
  ]) {
    expect(source.between(like, sigma, next).data).toEqual(known.between(like, sigma, next).data);
  }
  expect(source.stream("a")(like).data).toEqual(known.stream("a")(like).data);
  expect(source.initial(file.shape, "float32").data).toEqual(file.data);
});

test("per sample, a file cut in two has the later draws of the whole", () => {
  for (const later of ["sequence", "brownian"] as const) {
    const whole = build(file, { perSample: true, later }).between(zeros([2, 2, 1, 1]), 3, 1);
    const second = node.build!({}, { ...params, seed: 5n, later }, { tensorFile: () => file } as never).noise;
    expect(sliceRows(whole, 1, 2).data).toEqual(second.between(zeros([1, 2, 1, 1]), 3, 1).data);
  }
});

test("another shape and whole numbers are refused with a sentence", () => {
  expect(() => build(file).initial([1, 2, 1, 1], "float32")).toThrow(
    "The noise in noise.npy is 2 × 2 × 1 × 1, but the latent is 1 × 2 × 1 × 1.",
  );
  const whole = { data: BigInt64Array.of(1n), shape: [1] };
  expect(() => build(whole).initial([1], "float32")).toThrow("noise.npy holds whole numbers, not noise.");
});

test("planning knows the file's shape, and asks for a file", () => {
  const problems: string[] = [];
  const context = {
    problem: ({ message }: { message: string }) => void problems.push(message),
    facts: { tensorShape: (path) => (path === "noise.npy" ? [2, 4, 8, 8] : undefined) } as Partial<Facts> as Facts,
  };
  expect(node.forecast!({}, params, context)).toEqual({ noise: { shape: [2, 4, 8, 8] } });
  expect(node.forecast!({}, { ...params, path: "other.npy" }, context)).toEqual({ noise: {} });
  expect(problems).toEqual([]);
  node.forecast!({}, { ...params, path: "" }, context);
  expect(problems).toEqual(["No file is chosen. Choose a .npy file."]);
});
