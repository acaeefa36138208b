import { expect, test } from "vitest";
import { fromNumbers, sliceRows } from "../tensor/index.ts";
import { gaussianSource } from "./gaussianSource.ts";
import { MersenneTwister } from "./mersenneTwister.ts";
import { philox4x32, philoxNormal } from "./philox.ts";
import { TorchCpuGenerator } from "./torchCpu.ts";

const close = (values: ArrayLike<number>, known: readonly number[], digits = 4) =>
  known.forEach((value, i) => void expect(values[i]).toBeCloseTo(value, digits));

test.each([
  [[0, 0, 0, 0], 0, 0, [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    0xffffffff,
    0xffffffff,
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    0xa4093822,
    0x299f31d0,
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
])("Philox gives the published words for counter %j", (counter, key0, key1, words) => {
  const out = new Uint32Array(4);
  philox4x32(counter, key0, key1, out);
  expect([...out]).toEqual(words);
});

test("Philox normals are those of the GPU generators", () => {
  close(philoxNormal(1n, 0, 4), [-0.29628, 2.67645, -0.14085, -0.8441], 5);
  expect(philoxNormal(2n ** 64n - 1n, 3, 2)).not.toEqual(philoxNormal(2n ** 32n - 1n, 3, 2));
});

test("the Mersenne Twister gives the published words", () => {
  const words = new MersenneTwister(5489);
  expect([1, 2, 3, 4].map(() => words.next())).toEqual([3499211612, 581869302, 3890346734, 3586334585]);
  const reference = new MersenneTwister(5489);
  let last = 0;
  for (let i = 0; i < 10_000; i++) last = reference.next();
  expect(last).toBe(4123659995);
});

test.each([
  [0n, [1.540996, -0.293429, -2.178789, 0.568431]],
  [42n, [0.33669, 0.12881, 0.23446, 0.23033]],
  [2n ** 32n, [1.540996, -0.293429, -2.178789, 0.568431]],
])("torch.randn(4) for seed %s", (seed, known) => {
  close(new TorchCpuGenerator(seed).normal(4, "float32"), known);
});

test("torch.randn of 16 and more takes the other path", () => {
  close(new TorchCpuGenerator(0n).normal(16, "float32"), [-1.12584, -1.15236, -0.250579, -0.433879, 0.84871], 5);
  const odd = new TorchCpuGenerator(0n).normal(20, "float32");
  close(odd, [-1.12584, -1.15236, -0.250579, -0.433879], 5);
  expect(odd.every(Number.isFinite)).toBe(true);
});

test("draws have unit variance, go on in sequence, and streams are independent", () => {
  for (const generator of ["philox", "torch-cpu"] as const) {
    const source = gaussianSource({ seed: 3n, generator, perSample: false });
    const first = source.initial([4, 1000], "float64").data;
    const second = source.between(fromNumbers([0]), 1, 0).data;
    const variance = Array.from(first).reduce((sum, value) => sum + value * value, 0) / first.length;
    expect(Math.abs(variance - 1)).toBeLessThan(0.1);
    expect(second[0]).not.toBe(first[0]);
    const again = gaussianSource({ seed: 3n, generator, perSample: false });
    again.stream("a")(fromNumbers([0, 0]));
    expect(again.initial([4, 1000], "float64").data).toEqual(first);
    expect(again.stream("a")(fromNumbers([0])).data).toEqual(source.stream("a")(fromNumbers([0])).data);
    expect(again.stream("a")(fromNumbers([0])).data).not.toEqual(source.stream("b")(fromNumbers([0])).data);
  }
});

test("per sample, image b is a batch of one of seed + b, later draws too", () => {
  const batch = gaussianSource({ seed: 2n ** 64n - 1n, generator: "torch-cpu", perSample: true });
  const alone = gaussianSource({ seed: 0n, generator: "torch-cpu", perSample: false });
  expect(sliceRows(batch.initial([2, 4, 8], "float32"), 1, 2).data).toEqual(alone.initial([1, 4, 8], "float32").data);
  const like = fromNumbers(new Array(64).fill(0), [2, 4, 8]);
  expect(sliceRows(batch.between(like, 1, 0), 1, 2).data).toEqual(alone.between(sliceRows(like, 1, 2), 1, 0).data);
});

test("per sample, streams are those of seed + b too", () => {
  for (const generator of ["philox", "torch-cpu"] as const) {
    const like = fromNumbers(new Array(8).fill(0), [2, 4]);
    const batch = gaussianSource({ seed: 5n, generator, perSample: true }).stream("a")(like);
    const alone = gaussianSource({ seed: 6n, generator, perSample: true }).stream("a")(sliceRows(like, 1, 2));
    expect(sliceRows(batch, 1, 2).data).toEqual(alone.data);
  }
});
