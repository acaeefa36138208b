import { expect, test } from "vitest";
import type { Denoiser } from "../../shared/denoiser.ts";
import type { Conditioning, Model, PortInfo } from "../../shared/model.ts";
import { addScaled, scale, sub } from "../../shared/tensor/index.ts";
import { planeModel } from "../lib/bedTesting.ts";
import { gaussianOf } from "../lib/samplerTesting.ts";
import { callAt, distance, golden } from "../lib/testing.ts";
import { node } from "./distilled.ts";

const { x, sigma } = golden;
const conditioning: Conditioning = { context: x, extra: { size: x } };

/** A network that gives the guided prediction of two Gaussians by itself: it takes the scale w, or beta = 1 / w. */
function trained(name: string, port: PortInfo, read: (fed: readonly number[]) => number, fed: number[][] = []): Model {
  const denoiser = (told: Conditioning): Denoiser => {
    const values = [...told.extra![name].data];
    expect(told.extra!.size).toBe(x);
    fed.push(values);
    return async (at, level, call) => {
      const [c, u] = [await gaussianOf(1)(at, level, call), await gaussianOf(2)(at, level, call)];
      return addScaled(u, sub(c, u), read(values));
    };
  };
  const network = async () => ({ inputs: { sample: port, [name]: port }, outputs: {}, run: async () => ({}) });
  return { ...planeModel([{ weight: 1, mean: [0, 0], std: 1, label: "" }]), denoiser, network };
}

const params = (scale: number, input: string, as: string) => ({ scale: () => scale, input, as }) as never;
const build = (model: Model, values: never) => node.build!({ model, conditioning }, values, {} as never).denoiser;

test("a network with the scale, or its inverse, as input gives guidance at one evaluation", async () => {
  const one: PortInfo = { dtype: "float32", shape: [null] };
  // On variances 1 and 2 at sigma 1, eps of guidance w is x (1/3 + w/6).
  const expected = sub(x, scale(x, 1 / 3 + 4 / 6));
  const direct = build(
    trained("guidance", one, ([w]) => w),
    params(4, "guidance", "scale"),
  );
  expect(distance(await direct(x, 1, callAt()), expected)).toBeLessThan(1e-6);
  const beta = build(
    trained("beta", one, ([b]) => 1 / b),
    params(4, "beta", "inverse"),
  );
  expect(distance(await beta(x, 1, callAt()), expected)).toBeLessThan(1e-6);
  const thousands = build(
    trained("w", { dtype: "float32", shape: [null, 1] }, ([w]) => w / 1000),
    params(4, "w", "thousands"),
  );
  expect(distance(await thousands(x, 1, callAt()), expected)).toBeLessThan(1e-6);
});

test("scale 1 is the conditional model", async () => {
  const beta = build(
    trained("beta", { dtype: "float32", shape: [null] }, ([b]) => 1 / b),
    params(1, "beta", "inverse"),
  );
  expect(distance(await beta(x, sigma, callAt()), await gaussianOf(1)(x, sigma, callAt()))).toBeLessThan(1e-6);
});

test("an embedding is as wide as the input, sines before cosines, and 0 is no guidance", async () => {
  const fed: number[][] = [];
  const model = trained("timestep_cond", { dtype: "float32", shape: [null, 8] }, () => 1, fed);
  await build(model, params(1, "timestep_cond", "embedding"))(x, sigma, callAt());
  await build(model, params(1.002, "timestep_cond", "embedding"))(x, sigma, callAt());
  expect(fed[0]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(fed[1][0]).toBeCloseTo(Math.sin(2), 5);
  expect(fed[1][7]).toBeCloseTo(Math.cos(2 / 10_000), 5);
});

test("a network without the input is named, with what it has", async () => {
  const denoiser = build(
    trained("w", { dtype: "float32", shape: [null] }, () => 1),
    params(4, "guidance", "scale"),
  );
  await expect(denoiser(x, sigma, callAt())).rejects.toThrow("no input “guidance”. It has sample, w.");
});
