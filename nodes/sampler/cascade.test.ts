import { expect, test } from "vitest";
import type { Model } from "../../shared/model.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { add, averagePool, extrapolate, full, resize, scale, sub, zeros } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { callsOfStage, stagesOf } from "../lib/cascade.ts";
import { gaussianOf, karrasLevels, noiseOf, sampled } from "../lib/samplerTesting.ts";
import { callAt, denoiserOf, distance, sample } from "../lib/testing.ts";
import { node } from "./cascade.ts";

const small = sample(
  Array.from({ length: 16 }, (_, i) => Math.sin(i * 1.7) * 3),
  [1, 1, 4, 4],
);
const sigmas = karrasLevels(8, 8, 0.1);
const options = { factors: [2], ends: [0.5], laterSteps: 0, gamma: 2 };
const [strong, weak] = [gaussianOf(1), gaussianOf(2)];

test("stages grow, begin above where the one before ended, and share the given levels", () => {
  const [first, second] = stagesOf([8, 4, 2, 1, 0.25, 0], [1, 4, 8, 8], options);
  expect(first).toEqual({ factor: 1, shape: [1, 4, 8, 8], sigmas: [8, 4, 2, 1, 0.5] });
  expect(second).toEqual({ factor: 2, shape: [1, 4, 16, 16], sigmas: [1, 0.25, 0] });
  const three = stagesOf([8, 4, 2, 1, 0.25, 0], [1, 4, 8, 8], {
    ...options,
    factors: [2, 1.5],
    gamma: 1,
    laterSteps: 1,
  });
  expect(three.map(({ shape }) => shape[3])).toEqual([8, 16, 24]);
  expect(three[1].sigmas).toEqual([Math.SQRT2 * 0.5, 0.5]);
  expect(three[2].sigmas).toEqual([0.5 * Math.sqrt(1.5), 0]);
  expect(callsOfStage(three, 1)[0]).toMatchObject({ step: 4, steps: 6 });
});

test("one stage is Euler's sampler with guidance", async () => {
  const inputs = { strong, weak, sigmas, noise: noiseOf(1), latent: small };
  const { latent } = await sampled(node, inputs, { factors: [], scale: 3, addNoise: false });
  let x = small;
  for (let i = 0; i < 8; i++) {
    const guided = extrapolate(await weak(x, sigmas[i], callAt()), await strong(x, sigmas[i], callAt()), 3);
    x = eulerStep(x, guided, sigmas[i], sigmas[i + 1]);
  }
  expect(distance(latent, x)).toBeLessThan(1e-12);
});

test("equal weights are ordinary guidance in every stage, other ones change the detail only", async () => {
  const flat = full([1, 1, 8, 8], 1, "float64");
  const checks = sample(
    Array.from({ length: 64 }, (_, i) => ((i + Math.floor(i / 8)) % 2 === 0 ? 1 : -1)),
    [1, 1, 8, 8],
  );
  const towards = denoiserOf((x) => (x.shape[2] === 8 ? add(flat, checks) : zeros(x.shape, "float64")));
  const nothing = denoiserOf((x) => zeros(x.shape, "float64"));
  const run = async (scaleHigh: number) => {
    const inputs = {
      strong: towards,
      weak: nothing,
      sigmas,
      noise: noiseOf(1),
      latent: zeros([1, 1, 4, 4], "float64"),
    };
    return (await sampled(node, inputs, { ...options, scale: 2, scaleHigh })).latent;
  };
  expect(distance(await run(2), scale(add(flat, checks), 2))).toBeLessThan(1e-9);
  expect(distance(await run(5), add(scale(flat, 2), scale(checks, 5)))).toBeLessThan(1e-9);
});

test("between stages the prediction is enlarged and gets fresh noise of the next level", async () => {
  const seen: Tensor[] = [];
  const watching = denoiserOf((x) => {
    if (x.shape[2] === 8) seen.push(x);
    return scale(x, 0.5);
  });
  const inputs = { strong: watching, weak: watching, sigmas: [2, 1, 0.5, 0], noise: noiseOf(7), latent: small };
  const { reports } = await sampled(node, inputs, { ...options, scale: 1, scaleHigh: 1, ends: [0.5], addNoise: false });
  const last = reports.filter(({ x }) => x.shape[2] === 4).pop()!;
  const noise = sub(seen[0], resize(last.denoised, 8, 8, "nearest"));
  const expected = scale(noiseOf(7).stream("cascade/1")(zeros([1, 1, 8, 8], "float64")), 1);
  expect(distance(noise, expected)).toBeLessThan(1e-12);
});

test("with a model, pictures are enlarged: decoded, clamped, encoded", async () => {
  const pictures: Tensor[] = [];
  const model = {
    info: { latent: { factor: 2 } },
    decode: async (latent: Tensor) => resize(scale(latent, 100), latent.shape[2] * 2, latent.shape[3] * 2, "nearest"),
    encode: async (image: Tensor) => {
      pictures.push(image);
      return averagePool(image, 2);
    },
  } as unknown as Model;
  const inputs = { strong, weak, model, sigmas, noise: noiseOf(1), latent: scale(small, 10) };
  const { latent } = await sampled(node, inputs, { ...options, addNoise: false });
  expect(pictures[0].shape).toEqual([1, 1, 16, 16]);
  expect(Math.max(...pictures[0].data)).toBe(1);
  expect(Math.min(...pictures[0].data)).toBe(0);
  expect(latent.shape).toEqual([1, 1, 8, 8]);
});

test("weights of 1 never ask the weak side", async () => {
  const refuse = denoiserOf(() => {
    throw new Error("asked");
  });
  const inputs = { strong, weak: refuse, sigmas, noise: noiseOf(1), latent: small };
  expect((await sampled(node, inputs, { ...options, scale: 1, scaleHigh: 1 })).latent.shape).toEqual([1, 1, 8, 8]);
});
