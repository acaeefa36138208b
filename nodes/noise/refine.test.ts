import { expect, test } from "vitest";
import type { Model, PortInfo } from "../../shared/model.ts";
import type { AnyNode } from "../../shared/node/define.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { add, full, scale, shift, zeros } from "../../shared/tensor/index.ts";
import type { AnyTensor, Tensor } from "../../shared/tensor/tensor.ts";
import { planeModel } from "../lib/bedTesting.ts";
import { noiseOf } from "../lib/samplerTesting.ts";
import { callAt, denoiserOf, distance } from "../lib/testing.ts";
import { node as given } from "./given.ts";
import { node } from "./refine.ts";

const latent = zeros([3, 4, 2, 2]);
const float = (shape: PortInfo["shape"]): PortInfo => ({ dtype: "float32", shape });

/** A model whose only network answers with a function of the noise. */
function refiner(
  answer: (noise: Tensor) => Tensor,
  inputs: Record<string, PortInfo> = { sample: float([null, 4, null, null]) },
  fed: Record<string, AnyTensor>[] = [],
): Model {
  const network = async () => ({
    inputs,
    outputs: { out: float([null, 4, null, null]) },
    run: async (feeds: Readonly<Record<string, AnyTensor>>) => {
      fed.push({ ...feeds });
      return { out: answer(feeds.sample as Tensor) };
    },
  });
  return { ...planeModel([{ weight: 1, mean: [0, 0], std: 1, label: "" }]), network };
}

async function refined(model: Model, values: object = {}, inputs: object = {}): Promise<Tensor> {
  const { run }: AnyNode = node;
  const all = { noise: noiseOf(5), latent, model, ...inputs };
  return (await run!(all, { path: "refiner.onnx", gives: "change", ...values }, {} as never)).tensor as Tensor;
}

/** The noise source that starts from a tensor. */
function starting(tensor: Tensor, seed = 5) {
  const { build }: AnyNode = given;
  return build!({ tensor, noise: noiseOf(seed) }, {}, {} as never).noise as ReturnType<typeof noiseOf>;
}

test("a refiner that changes nothing leaves the noise, and the walk, as they were", async () => {
  const plain = noiseOf(5).initial(latent.shape, "float32");
  expect(distance(await refined(refiner((noise) => scale(noise, 0))), plain)).toBe(0);
  expect(
    distance(
      await refined(
        refiner((noise) => noise),
        { gives: "noise" },
      ),
      plain,
    ),
  ).toBe(0);
});

test("on a Gaussian the right shift of the noise gives the guided walk without guidance", async () => {
  const [sigma, next] = [10, 2];
  const predicts = (mean: number) =>
    denoiserOf((x, level) => shift(scale(x, 1 / (1 + level ** 2)), (mean * level ** 2) / (1 + level ** 2)));
  const step = async (noise: Tensor, mean: number) => {
    const x = scale(noise, sigma);
    return eulerStep(x, await predicts(mean)(x, sigma, callAt()), sigma, next);
  };
  const plain = noiseOf(5).initial(latent.shape, "float32");
  // Conditional mean 1, unconditional 0, scale 4: guided mean 4. One step is affine: solve for the shift of the noise.
  const [unit, none] = [await step(full([1, 1, 1, 1], 1), 0), await step(full([1, 1, 1, 1], 0), 0)];
  const [four, one] = [await step(full([1, 1, 1, 1], 0), 4), await step(full([1, 1, 1, 1], 0), 1)];
  const by = (four.data[0] - one.data[0]) / (unit.data[0] - none.data[0]);
  const moved = await refined(refiner((noise) => shift(scale(noise, 0), by)));
  expect(distance(await step(moved, 1), await step(plain, 4))).toBeLessThan(1e-4);
});

test("timestep and conditioning reach the inputs of those names; what is missing is named", async () => {
  const fed: Record<string, AnyTensor>[] = [];
  const inputs = {
    sample: float([null, 4, null, null]),
    timestep: float([1]),
    encoder_hidden_states: float([null, null, 8]),
  };
  const model = refiner((noise) => noise, inputs, fed);
  const context = full([1, 3, 8], 0.5);
  await refined(model, {}, { conditioning: { context } });
  expect([...fed[0].timestep.data]).toEqual([999]);
  expect(fed[0].encoder_hidden_states).toBe(context);
  await expect(refined(model)).rejects.toThrow("needs “encoder_hidden_states”");
});

test("an answer of another shape is refused", async () => {
  await expect(refined(refiner(() => zeros([1, 2])))).rejects.toThrow("answers with 1 × 2 to noise of 3 × 4 × 2 × 2");
});

test("given noise is the first draw, later ones are the source's", () => {
  const tensor = add(latent, full([3, 4, 2, 2], 0.25));
  const source = starting(tensor);
  expect(distance(source.initial(latent.shape, "float64"), tensor)).toBe(0);
  expect(distance(source.between(latent, 2, 1), noiseOf(5).between(latent, 2, 1))).toBe(0);
  expect(distance(source.stream("a")(latent), noiseOf(5).stream("a")(latent))).toBe(0);
  expect(() => source.initial([1, 4, 2, 2], "float32")).toThrow("is 3 × 4 × 2 × 2, but the latent is 1 × 4 × 2 × 2");
});
