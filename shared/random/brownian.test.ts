import { expect, test } from "vitest";
import type { NoiseSource } from "../noise.ts";
import { fromNumbers, sliceRows, zeros } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { BrownianPath } from "./brownian.ts";
import { type GaussianOptions, gaussianSource } from "./gaussianSource.ts";
import { mersenneNodeNormals, philoxNodeNormals } from "./nodeNormals.ts";
import { normalTable } from "./normalTable.ts";

const generators = ["philox", "torch-cpu"] as const;
const source = (options: Partial<GaussianOptions> = {}): NoiseSource =>
  gaussianSource({ seed: 7n, generator: "philox", perSample: false, later: "brownian", ...options });
const mean = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0) / a.length;
const time = (sigma: number) => 1 / sigma ** 2;

const count = 20_000;
const many = zeros([1, count], "float64");
/** Error bar of a variance of n normals is √(2/n), of a covariance of two at most that: five of them. */
const bound = 5 * Math.sqrt(2 / count);

test.each(generators)("%s: increments have unit variance, whatever the levels", (generator) => {
  const noise = source({ generator });
  const moves = [
    [2 ** 24, 9.3],
    [Infinity, 14.6],
    [14.6, 14.58],
    [1.001, 1],
    [0.03, 0.0292],
    [1e-3, 1e-4],
    [1e-8, 1e-9],
    [1e9, 1e8],
    [1, 0],
    [3, 3],
  ];
  for (const [sigma, next] of moves) {
    const values = noise.between(many, sigma, next).data;
    expect(Math.abs(mean(values, values) - 1)).toBeLessThan(bound);
    expect(
      Math.abs(
        mean(
          values,
          many.data.map(() => 1),
        ),
      ),
    ).toBeLessThan(bound);
  }
});

test.each(generators)("%s: the covariance of two increments is their overlap", (generator) => {
  const noise = source({ generator });
  const moves = [
    [12, 3],
    [7, 2.9],
    [3, 1],
    [12, 1],
    [0.8, 0.1],
  ].map(([sigma, next]) => ({ from: time(sigma), to: time(next), values: noise.between(many, sigma, next).data }));
  for (const a of moves) {
    for (const b of moves) {
      const overlap = Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));
      const expected = overlap / Math.sqrt((a.to - a.from) * (b.to - b.from));
      expect(Math.abs(mean(a.values, b.values) - expected)).toBeLessThan(bound);
    }
  }
});

test("a path is independent of the first noise and of streams of the same seed", () => {
  for (const generator of generators) {
    const noise = source({ generator });
    const increment = noise.between(many, 5, 1).data;
    for (const other of [noise.initial([1, count], "float64"), noise.stream("a")(many), noise.between(many, 1, 0)]) {
      expect(Math.abs(mean(increment, other.data))).toBeLessThan(bound);
    }
  }
});

test("a step cut in parts gets the same noise in sum", () => {
  const like = zeros([1, 100], "float64");
  for (const generator of generators) {
    const noise = source({ generator });
    for (const levels of [
      [14.6, 9, 2.5, 2.49, 0.4, 0.03],
      [Infinity, 2 ** 24, 80, 1, 1e-4],
      [3, 2.9999, 2.9998, 2.5],
    ]) {
      const times = levels.map(time);
      const whole = noise.between(like, levels[0], levels[levels.length - 1]).data;
      const total = new Float64Array(100);
      for (let j = 1; j < levels.length; j++) {
        const part = noise.between(like, levels[j - 1], levels[j]).data;
        part.forEach((value, i) => {
          total[i] += value * Math.sqrt(times[j] - times[j - 1]);
        });
      }
      const width = Math.sqrt(times[times.length - 1] - times[0]);
      total.forEach((value, i) => void expect(Math.abs(value / width - whole[i])).toBeLessThan(1e-12));
    }
  }
});

test("ancestral noise of a step does not depend on how it is cut", () => {
  // For a constant prediction a step from s to n keeps n² / s² of what is there and adds n² (B(n⁻²) − B(s⁻²)).
  const like = zeros([1, 50], "float64");
  const walk = (levels: readonly number[]): Float64Array => {
    const noise = source();
    let x: Float64Array = new Float64Array(50);
    for (let j = 1; j < levels.length; j++) {
      const [s, n] = [levels[j - 1], levels[j]];
      const up = Math.sqrt((n ** 2 * (s ** 2 - n ** 2)) / s ** 2);
      const fresh = noise.between(like, s, n).data;
      x = x.map((value, i) => (value * n ** 2) / s ** 2 + up * fresh[i]);
    }
    return x;
  };
  const coarse = walk([10, 1, 0.1]);
  walk([10, 7, 3, 1, 0.6, 0.2, 0.1]).forEach((value, i) => void expect(value).toBeCloseTo(coarse[i], 13));
});

const moves: readonly (readonly [number, number])[] = [
  [14.6, 5],
  [5, 3],
  [5, 2],
  [2, 0.5],
  [0.5, 0.03],
  [14.61, 14.6],
];

test("answers depend neither on the order of questions nor on what else was asked", () => {
  const like = fromNumbers(new Array(30).fill(0), [3, 10], "float64");
  for (const generator of generators) {
    for (const perSample of [false, true]) {
      const forward = source({ generator, perSample });
      const known = moves.map(([sigma, next]) => forward.between(like, sigma, next).data);
      const backward = source({ generator, perSample });
      for (let j = moves.length - 1; j >= 0; j--) {
        backward.between(like, 1 + j, 0.77);
        expect(backward.between(like, ...moves[j]).data).toEqual(known[j]);
      }
    }
  }
});

test("a rising move is new noise each time, the same in each run", () => {
  for (const generator of generators) {
    const noise = source({ generator });
    const lifts = [noise.between(many, 2, 3), noise.between(many, 2, 3), noise.between(many, 2, 2.5)];
    const draws = [...lifts, noise.between(many, 3, 2), noise.initial([1, count], "float64")];
    for (const a of draws) {
      for (const b of draws) {
        expect(Math.abs(mean(a.data, b.data) - (a === b ? 1 : 0))).toBeLessThan(bound);
      }
    }
    const again = source({ generator });
    for (const j of [2, 0, 1]) expect(again.between(many, 2, j === 2 ? 2.5 : 3).data).toEqual(lifts[j].data);
  }
});

test("a batch per sample has the path of seed + b in row b, and float32 is the rounded path", () => {
  const like = zeros([3, 2, 5]);
  const row = (x: Tensor, b: number) => sliceRows(x, b, b + 1).data;
  for (const generator of generators) {
    const batch = source({ generator, perSample: true });
    for (const [sigma, next] of moves) {
      const noise = batch.between(like, sigma, next);
      expect(noise.shape).toEqual([3, 2, 5]);
      for (let b = 0; b < 3; b++) {
        const alone = source({ generator, seed: 7n + BigInt(b) });
        expect(row(noise, b)).toEqual(alone.between(sliceRows(like, 0, 1), sigma, next).data);
        const wide = alone.between(zeros([1, 2, 5], "float64"), sigma, next).data;
        expect(row(noise, b)).toEqual(Float32Array.from(wide));
      }
    }
  }
});

test("the same shape of another size, and back, is the same path", () => {
  const noise = source();
  const first = noise.between(zeros([1, 20], "float64"), 3, 2).data;
  const longer = noise.between(zeros([1, 40], "float64"), 3, 2).data;
  expect(longer.slice(0, 20)).toEqual(first);
  expect(noise.between(zeros([1, 20], "float64"), 3, 2).data).toEqual(first);
});

test("a walk in order draws each node of the tree once", () => {
  const asked = new Map<number, number>();
  const path = new BrownianPath(1, (node) => void asked.set(node, (asked.get(node) ?? 0) + 1));
  for (let j = 0; j < 1000; j++) path.at(time(14.6 - 0.0145 * j));
  const inner = [...asked].filter(([node]) => node < 2 ** 17);
  expect(inner.length).toBeGreaterThan(500);
  for (const [, times] of inner) expect(times).toBe(1);
  // A thousand steps over nine octaves: below five draws for each, where each alone would take 18.
  expect([...asked.values()].reduce((a, b) => a + b, 0)).toBeLessThan(5000);
});

test("the table is the standard normal distribution", () => {
  const table = normalTable();
  expect(mean(table, table)).toBeCloseTo(1, 12);
  // Quantiles of a printed table: 0.975 and 0.9999, between two neighbours.
  expect(table[Math.round(0.975 * 65536 - 0.5)]).toBeCloseTo(1.959964, 3);
  expect(table[Math.round(0.9999 * 65536 - 0.5)]).toBeCloseTo(3.719016, 1);
  expect(table[0]).toBe(-table[65535]);
  expect(
    mean(
      table.map((x) => x ** 2),
      table.map((x) => x ** 2),
    ),
  ).toBeCloseTo(3, 1);
});

test("known values, so that every machine agrees", () => {
  const known = (noise: NoiseSource, values: readonly number[]) =>
    noise.between(zeros([1, 3], "float64"), 14.6, 1).data.forEach((value, i) => {
      expect(value).toBeCloseTo(values[i], 12);
    });
  known(source({ seed: 0n }), [0.08690839658602713, 2.6155900785008095, -1.0821805188970737]);
  known(source({ seed: 0n, generator: "torch-cpu" }), [0.5019821478006244, 0.15483143544495467, 0.20324565719767018]);
});

test("a draw is added to what is there", () => {
  for (const normals of [philoxNodeNormals(1n), mersenneNodeNormals(1n)]) {
    const values = new Float64Array(2);
    normals(5, 2, values, 0, 2);
    const twice = values.slice();
    normals(5, 2, twice, 0, 2);
    expect(twice).toEqual(values.map((value) => 2 * value));
  }
});
