import { expect, test } from "vitest";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { add, cropWindow, full, mean, mulSample, scale, sliceRows, std } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { gaussianOf, karrasLevels, noiseOf, sampled } from "../lib/samplerTesting.ts";
import { callAt, denoiserOf, distance, sample } from "../lib/testing.ts";
import { blended, tilesOf } from "../lib/tiles.ts";
import { node } from "./panorama.ts";

const wide = sample(
  Array.from({ length: 2 * 2 * 4 * 14 }, (_, i) => Math.sin(i * 1.3) * 2),
  [2, 2, 4, 14],
);
const sigmas = karrasLevels(6, 8, 0.2);
const tiling = { window: 4, stride: 3, loop: false };

/** A denoiser that sees a window as a whole: pulls it to its own mean. */
const seesAll = denoiserOf((x, sigma) => {
  const level = mulSample(full(x.shape, 1, "float64"), mean(x));
  return add(scale(x, 1 / (1 + sigma)), scale(level, sigma / (1 + sigma)));
});

const run = (values: object, denoiser = seesAll, latent: Tensor = wide) =>
  sampled(node, { denoiser, sigmas, noise: noiseOf(1), latent }, { addNoise: false, ...tiling, ...values });

test("windows cover the whole, the last one to the edge, and all round in a loop", () => {
  expect(tilesOf([1, 4, 4, 14], undefined, tiling).map(({ left }) => left)).toEqual([0, 3, 6, 9, 10]);
  expect(tilesOf([1, 4, 4, 12], undefined, { ...tiling, loop: true }).map(({ left }) => left)).toEqual([0, 3, 6, 9]);
  expect(tilesOf([1, 4, 6, 4], undefined, { ...tiling, stride: 2 })).toMatchObject([{ top: 0 }, { top: 2 }]);
  expect(tilesOf([1, 4, 4, 14], undefined, { ...tiling, window: 0 })).toHaveLength(1);
});

test("what overlaps is averaged by how many windows show it", () => {
  const tiles = tilesOf([1, 1, 1, 3], undefined, { window: 2, stride: 1, loop: false });
  const parts = [sample([1, 2], [1, 1, 1, 2]), sample([4, 6], [1, 1, 1, 2])];
  expect([...blended(parts, tiles, [1, 1, 1, 3]).data]).toEqual([1, 3, 6]);
});

test("one window, or a denoiser that looks at places one by one, is the plain walk", async () => {
  const plain = async (denoiser: typeof seesAll) => {
    let x = wide;
    for (let i = 0; i < 6; i++) x = eulerStep(x, await denoiser(x, sigmas[i], callAt()), sigmas[i], sigmas[i + 1]);
    return x;
  };
  expect(distance((await run({ window: 99 })).latent, await plain(seesAll))).toBeLessThan(1e-9);
  const pointwise = gaussianOf(1.5);
  expect(distance((await run({}, pointwise)).latent, await plain(pointwise))).toBeLessThan(1e-9);
  expect(distance((await run({ loop: true }, pointwise)).latent, await plain(pointwise))).toBeLessThan(1e-9);
});

test("one step is the average of each window's own step", async () => {
  const two = [2, 1.5];
  const inputs = { denoiser: seesAll, sigmas: two, noise: noiseOf(1), latent: wide };
  const { latent, path } = await sampled(node, inputs, { addNoise: false, ...tiling });
  const tiles = tilesOf(wide.shape, undefined, tiling);
  const steps = await Promise.all(
    tiles.map(async (tile) => {
      const x = cropWindow(wide, tile);
      return eulerStep(x, await seesAll(x, 2, callAt()), 2, 1.5);
    }),
  );
  expect(distance(latent, blended(steps, tiles, wide.shape))).toBeLessThan(1e-12);
  expect(path.shape).toEqual([2, ...wide.shape]);
});

test("sync brings the windows' colours together", async () => {
  const apart = async (sync: number) => {
    const { latent } = await run({ sync, stride: 4 });
    const tiles = tilesOf(wide.shape, undefined, { ...tiling, stride: 4 });
    const means = tiles.map((tile) => mean(cropWindow(sliceRows(latent, 0, 1), tile)).data[0]);
    return std(sample(means, [1, means.length])).data[0];
  };
  expect(await apart(0.5)).toBeLessThan(0.7 * (await apart(0)));
});

test("how far the windows are apart is reported in every step, and sync makes it fall", async () => {
  const [off, on] = [await run({ stride: 4 }), await run({ stride: 4, sync: 0.5 })];
  const ends = [off, on].map(({ metrics }) => metrics["windows.apart"].map((value) => (value as Tensor).data[0]));
  expect(ends[0]).toHaveLength(6);
  expect(ends[1][5]).toBeLessThan(0.7 * ends[0][5]);
  expect((await run({ window: 99 })).metrics).toEqual({});
});

test("windows that look alike are not moved", async () => {
  const striped = sample(
    Array.from({ length: 1 * 1 * 4 * 12 }, (_, i) => Math.cos((2 * Math.PI * i) / 4) + 0.3),
    [1, 1, 4, 12],
  );
  const [off, on] = [await run({ stride: 4 }, seesAll, striped), await run({ stride: 4, sync: 1 }, seesAll, striped)];
  expect(distance(on.latent, off.latent)).toBeLessThan(1e-9);
});

test("in a loop the edges meet: rolling the start by a stride rolls the result", async () => {
  const ring = cropWindow(wide, { top: 0, left: 0, height: 4, width: 12 });
  const rolled = cropWindow(ring, { top: 0, left: 3, height: 4, width: 12 });
  const [a, b] = [await run({ loop: true }, seesAll, ring), await run({ loop: true }, seesAll, rolled)];
  expect(distance(cropWindow(a.latent, { top: 0, left: 3, height: 4, width: 12 }), b.latent)).toBeLessThan(1e-9);
});
