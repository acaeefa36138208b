import { expect, test } from "vitest";
import { averagePool, full, mean, mulSample, resize, scale, square } from "../../shared/tensor/index.ts";
import { callAt, denoiserOf, distance, guided, sample } from "../lib/testing.ts";
import { node } from "./upsample.ts";

const x = sample(
  Array.from({ length: 32 }, (_, i) => Math.sin(i * 1.7) * 2),
  [2, 1, 4, 4],
);
const call = callAt();

test("averaged down, the result of amount 1 is the small prediction", async () => {
  const denoiser = denoiserOf((at, sigma) => scale(square(at), 1 / (1 + sigma)));
  const guide = guided(node, { denoiser }, {});
  const small = await denoiser(averagePool(x, 2), 1.5 / 2, call);
  expect(distance(averagePool(await guide(x, 1.5, call), 2), small)).toBeLessThan(1e-12);
  expect(guide.asked()).toEqual({ denoiser: 2 });
});

test("amount 0 is the denoiser alone", async () => {
  const denoiser = denoiserOf((at) => square(at));
  const guide = guided(node, { denoiser }, { amount: 0 });
  expect(distance(await guide(x, 1.5, call), square(x))).toBe(0);
  expect(guide.asked()).toEqual({ denoiser: 1 });
});

test("pictures of one colour are the same at every size, so nothing is added", async () => {
  const spread = 0.8;
  const denoiser = denoiserOf((at, sigma) => {
    const places = at.shape[2] * at.shape[3];
    const flat = scale(mean(at), spread ** 2 / (spread ** 2 + sigma ** 2 / places));
    return mulSample(full(at.shape, 1, "float64"), flat);
  });
  const guide = guided(node, { denoiser }, { factor: 4 });
  expect(distance(await guide(x, 1.5, call), await denoiser(x, 1.5, call))).toBeLessThan(1e-12);
});

test("moves every block by the same amount", async () => {
  const denoiser = denoiserOf((at) => (at.shape[2] === 4 ? scale(at, 0) : full(at.shape, 3, "float64")));
  const guide = guided(node, { denoiser }, { amount: 0.5 });
  expect(distance(await guide(x, 1.5, call), resize(full([2, 1, 2, 2], 1.5, "float64"), 4, 4, "nearest"))).toBe(0);
});

test("a latent that cannot be shrunk is refused with a sentence", async () => {
  const guide = guided(node, { denoiser: denoiserOf(x) }, { factor: 3 });
  await expect(guide(x, 1.5, call)).rejects.toThrow("Take sides that 3 divides.");
});
