import { expect, test } from "vitest";
import type { Call } from "../denoiser.ts";
import { dot, fromNumbers, pullback, track } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { bedModel } from "./bed.ts";
import { denoiseMixture } from "./denoise.ts";
import { framesMixture, principalAxes } from "./frames.ts";
import { denoiseFramewise } from "./framewise.ts";
import { mixtureOf } from "./mixture.ts";
import { momentsOf } from "./moments.ts";

const chain = framesMixture({ frames: 4, correlation: 0.8, std: 1.5 });
const one: Tensor = { data: Float64Array.of(1), shape: [1, 1, 1] };
const x = fromNumbers([1, -0.5, 2, 0.3, 0, 1, -1, 0.7], [2, 4, 1, 1], "float64");

test("covariances of a sequence fall with the distance of its frames", () => {
  const { covariance } = momentsOf(chain, Float64Array.of(1));
  for (const [i, value] of covariance.entries())
    expect(value).toBeCloseTo(2.25 * 0.8 ** Math.abs((i >> 2) - (i & 3)), 12);
});

test("principal axes are orthonormal, also of a matrix that is diagonal already", () => {
  const { variances, basis } = principalAxes(Float64Array.of(3, 0, 0, 2), 2);
  expect([[...variances], [...basis]]).toEqual([
    [3, 2],
    [1, 0, 0, 1],
  ]);
  const { basis: axes } = chain.gaussians[0];
  for (const [row, other] of [
    [0, 0],
    [1, 3],
  ]) {
    const product = [0, 1, 2, 3].reduce((sum, i) => sum + axes![row * 4 + i] * axes![other * 4 + i], 0);
    expect(product).toBeCloseTo(row === other ? 1 : 0, 12);
  }
});

test("equal levels in every frame are one level", () => {
  const framewise = denoiseFramewise(x, [0.7, 0.7, 0.7, 0.7], chain, one).data;
  for (const [i, value] of denoiseMixture(x, 0.7, chain, one).data.entries())
    expect(framewise[i]).toBeCloseTo(value, 12);
});

test("a known frame stays, an unknown one follows its neighbour, and pure noise says nothing", () => {
  const denoised = denoiseFramewise(x, [1e6, 0, 1e6, 1e6], chain, one).data;
  for (const [i, power] of [1, 0, 1, 2].entries()) expect(denoised[i]).toBeCloseTo(-0.5 * 0.8 ** power, 5);
});

test("the derivative is that of finite differences, for one sequence model and for a mixture of two", async () => {
  const other = framesMixture({ frames: 4, correlation: -0.3, std: 0.6 }).gaussians[0];
  const both = mixtureOf([chain.gaussians[0], { ...other, mean: Float64Array.of(1, 0, -1, 1) }]);
  const levels = [0.5, 0, 2, 1];
  const towards = fromNumbers([1, 2, -1, 0.4, 0.3, -2, 1, 1], [2, 4, 1, 1], "float64");
  for (const [mixture, weights] of [
    [chain, one],
    [both, { data: Float64Array.of(0.6, 0.4), shape: [1, 1, 2] }],
  ] as const) {
    const start = track(x);
    const [gradient] = await pullback(denoiseFramewise(start, levels, mixture, weights), towards, [start]);
    for (let i = 0; i < 8; i++) {
      const at = (step: number) => {
        const moved = x.data.slice();
        moved[i] += step;
        const value = dot(denoiseFramewise({ data: moved, shape: x.shape }, levels, mixture, weights), towards);
        return value.data[0] + value.data[1];
      };
      expect(gradient.data[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 6);
    }
  }
});

test("levels travel in the call; as many as there are frames", async () => {
  const model = bedModel({ name: "Frame sequence", mixture: chain }, () => {});
  expect(model.info.latent).toMatchObject({ channels: 4, width: 0 });
  const denoiser = model.denoiser(await model.encodeText(""));
  const call = (levels: number[]) => ({ switches: {}, levels }) as unknown as Call;
  const denoised = await denoiser(x, 1, call([0, 1, 1, 1]));
  expect(denoised.data).toEqual(denoiseFramewise(x, [0, 1, 1, 1], chain, one).data);
  await expect(denoiser(x, 1, call([1, 2]))).rejects.toThrow("There are 2 levels, but the latent has 4 frames.");
});
