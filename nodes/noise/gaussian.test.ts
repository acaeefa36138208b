import { expect, test } from "vitest";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { zeros } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { gaussianOf, karrasLevels, varianceOf } from "../lib/samplerTesting.ts";
import { distance } from "../lib/testing.ts";
import { node as sample } from "../sampler/sample.ts";
import { node } from "./gaussian.ts";

type Later = "brownian" | "sequence";
const noise = (later: Later) =>
  node.build!({}, { seed: 5n, seedMode: "fixed", generator: "philox", perSample: false, later }, undefined as never)
    .noise;

const empty = zeros([1, 1, 10, 10], "float64");
const context = { uses: () => false, step: async () => {}, warn: () => {} };
async function walk(sampler: string, sigmas: readonly number[], later: Later, from?: Tensor): Promise<Tensor> {
  const inputs = { denoiser: gaussianOf(0.5), sigmas, noise: noise(later), latent: from ?? empty };
  const params = {
    sampler,
    eta: 1,
    noiseScale: 1,
    churn: 0,
    recurrence: 1,
    start: "sigma",
    addNoise: from === undefined,
  } as const;
  return (await sample.run!(inputs, params, context as never)).latent;
}

const oneStep = ["euler_ancestral", "ddim", "dpm_2_ancestral", "dpmpp_2s_ancestral", "dpmpp_sde", "seeds_2", "seeds_3"];

test.each([...oneStep, "ddpm", "lcm"])(
  "%s: two halves are the whole, to the bit, each with a source of its own",
  async (id) => {
    const sigmas = karrasLevels(8, 10, 0.1);
    const whole = await walk(id, sigmas, "brownian");
    const half = await walk(id, sigmas.slice(0, 5), "brownian");
    expect((await walk(id, sigmas.slice(4), "brownian", half)).data).toEqual(whole.data);
    const again = await walk(id, sigmas.slice(0, 5), "sequence");
    expect((await walk(id, sigmas.slice(4), "sequence", again)).data).not.toEqual(
      (await walk(id, sigmas, "sequence")).data,
    );
  },
);

test.each(oneStep)("%s: more steps are the same picture from a path, another from a sequence", async (id) => {
  const change = async (later: Later) => {
    const [coarse, fine] = [karrasLevels(100, 10, 0.1), karrasLevels(200, 10, 0.1)];
    return distance(await walk(id, coarse, later), await walk(id, fine, later));
  };
  // The largest difference of a hundred values of standard deviation 0.7.
  expect(await change("brownian")).toBeLessThan(0.1);
  expect(await change("sequence")).toBeGreaterThan(1);
});

test("churn has new noise at every step, so samples vary as with draws in sequence", async () => {
  const variance = async (later: Later) => {
    const latent = zeros([1, 1, 100, 200], "float64");
    const inputs = { denoiser: gaussianOf(0.5), sigmas: karrasLevels(100, 10, 0.05), noise: noise(later), latent };
    const params = {
      sampler: "euler",
      eta: null,
      noiseScale: 1,
      churn: 20,
      recurrence: 1,
      start: "sigma",
      addNoise: true,
    } as const;
    return varianceOf((await sample.run!(inputs, params, context as never)).latent);
  };
  // Five error bars of the ratio of two variances, each from 20,000 values: 5 · √(4 / 20,000).
  expect(Math.abs((await variance("brownian")) / (await variance("sequence")) - 1)).toBeLessThan(0.071);
});

test("the first noise and streams are those of the seed, whatever later draws are", () => {
  for (const later of ["brownian", "sequence"] as const) {
    const known = gaussianSource({ seed: 5n, generator: "philox", perSample: false });
    expect(noise(later).initial([2, 4, 8, 8], "float32").data).toEqual(known.initial([2, 4, 8, 8], "float32").data);
    expect(noise(later).stream("a")(empty).data).toEqual(known.stream("a")(empty).data);
  }
});
