import { expect, test } from "vitest";
import { callAt, callsOf, denoiserOf, distance, guided, sample } from "../lib/testing.ts";
import { node as region } from "./mask.ts";
import { node as regions } from "./regions.ts";

const x = sample([0, 0, 0, 0]);
const a = sample([1, 2, 3, 4]);
const b = sample([10, 20, 30, 40]);
const left = sample([1, 0, 1, 0]);
const call = callAt();

test("inside the mask one prediction, outside the other, mixed on soft edges", async () => {
  const inputs = { inside: denoiserOf(b), outside: denoiserOf(a) };
  expect(distance(await guided(region, { ...inputs, mask: left })(x, 1, call), [10, 2, 30, 4])).toBe(0);
  const soft = sample([0.5, 0.25, 0, 1]);
  expect(distance(await guided(region, { ...inputs, mask: soft })(x, 1, call), [5.5, 6.5, 3, 40])).toBe(0);
});

test("a strength of 0 asks the outside alone, a curve may change it", async () => {
  const strength = ({ step }: { step: number }) => step / 2;
  const denoiser = guided(region, { inside: denoiserOf(b), outside: denoiserOf(a), mask: left }, { strength });
  const seen = [];
  for (const at of callsOf([4, 2, 1, 0]))
    seen.push([(await denoiser(x, at.sigma, at)).data[0], denoiser.asked().inside]);
  expect(seen).toEqual([
    [1, 0],
    [5.5, 1],
    [10, 1],
  ]);
});

test("a large mask counts as the mean of what each place covers, a small one is interpolated, rows may differ", async () => {
  const ones = denoiserOf((like) => sample(new Array(like.data.length).fill(1), like.shape));
  const zeros = denoiserOf((like) => sample(new Array(like.data.length).fill(0), like.shape));
  const masked = async (mask: ReturnType<typeof sample>, like = x) =>
    guided(region, { inside: ones, outside: zeros, mask })(like, 1, call);
  const fine = sample([1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1], [1, 1, 4, 4]);
  expect(distance(await masked(fine), [0.75, 0, 0.5, 1])).toBe(0);
  const thirds = sample([1, 0, 0], [1, 1, 1, 3]);
  expect(distance(await masked(thirds), [2 / 3, 0, 2 / 3, 0])).toBeLessThan(1e-15);
  expect(distance(await masked(sample([1], [1, 1, 1, 1])), [1, 1, 1, 1])).toBe(0);
  const wide = sample([0, 0, 0, 0], [1, 1, 1, 4]);
  expect(distance(await masked(sample([0, 1], [1, 1, 1, 2]), wide), [0, 0.25, 0.75, 1])).toBe(0);
  const batch = sample([0, 0, 0, 0, 0, 0, 0, 0], [2, 2, 1, 2]);
  const rows = sample([1, 0, 0, 1], [2, 1, 1, 2]);
  expect(distance(await masked(rows, batch), [1, 0, 1, 0, 0, 1, 0, 1])).toBe(0);
  await expect(masked(sample([1, 1, 1], [3, 1, 1, 1]))).rejects.toThrow(
    "The mask has 3 samples, but the latent has 1.",
  );
  await expect(masked(sample([1, 1], [1, 2, 1, 1]))).rejects.toThrow("A mask is B × 1 × height × width");
});

const several = (masks: readonly unknown[], rest: Record<string, unknown> = {}, strengths: readonly number[] = []) =>
  guided(regions, { denoisers: [denoiserOf(a), denoiserOf(b)], masks, ...rest }, { strengths })(x, 1, call);

test("regions are a mean with the masks as weights", async () => {
  const right = sample([0, 1, 0, 1]);
  expect(distance(await several([left, right]), [1, 20, 3, 40])).toBe(0);
  const full = sample([1, 1, 1, 1]);
  expect(distance(await several([full, full]), [5.5, 11, 16.5, 22])).toBe(0);
  expect(distance(await several([full, full], {}, [3, 1]), [3.25, 6.5, 9.75, 13])).toBe(0);
  const half = sample([0.5, 0.5, 0.25, 0]);
  expect(distance(await several([full, half]), [4, 8, 8.4, 4])).toBeLessThan(1e-12);
});

test("what no mask covers is the plain mean, or the background's", async () => {
  const none = sample([0, 0, 0, 0]);
  expect(distance(await several([left, none]), [1, 11, 3, 22])).toBe(0);
  const background = denoiserOf(sample([100, 100, 100, 100]));
  expect(distance(await several([left, none], { background }), [1, 100, 3, 100])).toBe(0);
  const half = sample([0.5, 0.5, 0.5, 0.5]);
  expect(distance(await several([half, none], { background }), [50.5, 51, 51.5, 52])).toBe(0);
  expect(distance(await several([half, half], { background }), [5.5, 11, 16.5, 22])).toBe(0);
});

test("unequal lists and strengths below 0 are refused", () => {
  const sentences: string[] = [];
  const context = { facts: {} as never, problem: ({ message }: { message: string }) => void sentences.push(message) };
  const known = { denoisers: [undefined, undefined], masks: [undefined], background: undefined };
  regions.forecast!(known, { strengths: [1, -1] }, context);
  expect(sentences).toEqual([
    "There are 2 denoisers and 1 masks. Connect one mask for each.",
    "A strength is below 0. Use 0 to leave a region out.",
  ]);
});
