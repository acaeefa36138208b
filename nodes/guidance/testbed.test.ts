import { expect, test } from "vitest";
import type { Call } from "../../shared/denoiser.ts";
import type { Model } from "../../shared/model.ts";
import type { AnyNode } from "../../shared/node/define.ts";
import type { Port } from "../../shared/node/ports.ts";
import { philoxNormal } from "../../shared/random/philox.ts";
import { addScaled, allFinite, concatRows, sliceRows } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { bedModel } from "../../shared/testbed/bed.ts";
import { fieldMixture } from "../../shared/testbed/field.ts";
import { planeMixture } from "../../shared/testbed/mixture.ts";
import { nodesByType } from "../catalog.ts";
import { callsOf, guided } from "../lib/testing.ts";

/** Two kinds of points, and two kinds of pictures. */
const beds = ["points", "pictures"].map((name) => {
  if (name === "pictures") {
    const bright = (_y: number, x: number) => (x < 4 ? 0.5 : -0.5);
    const options = {
      spectrum: (ky: number, kx: number) => (1 + ky + kx) ** -2,
      variance: 0.25,
      means: { a: bright, b: (y: number, x: number) => -bright(y, x) },
    };
    const resized = (height: number, width: number) => fieldMixture({ ...options, height, width });
    const picture = { height: 8, width: 8, resized };
    return { name, shape: [1, 8, 8], model: bedModel({ name, mixture: resized(8, 8), picture }, () => {}) };
  }
  const mixture = planeMixture([
    { weight: 1, mean: [2, 0], std: 0.3, label: "a" },
    { weight: 2, mean: [-1, 1], std: 0.5, label: "b" },
  ]);
  return { name, shape: [2, 1, 1], model: bedModel({ name, mixture }, () => {}) };
});

const given = ["denoiser", "model", "conditioning"];

/** Guidance that needs nothing else than what a test bed has. */
const guidance = [...nodesByType.values()].filter(
  ({ type, inputs, outputs }) =>
    type.startsWith("guidance/") &&
    outputs.denoiser !== undefined &&
    (Object.values(inputs) as Port[]).every(({ wire, optional }) => optional || given.includes(wire)),
);

/** What a node needs of the test bed: each denoiser under another label than the one before. */
async function inputsOf(node: AnyNode, model: Model): Promise<Record<string, unknown>> {
  const inputs: Record<string, unknown> = {};
  for (const [i, [name, port]] of (Object.entries(node.inputs) as [string, Port][]).entries()) {
    if (!given.includes(port.wire)) continue;
    const conditioning = await model.encodeText(["a", "", "b"][i % 3]);
    const value = { denoiser: model.denoiser(conditioning), model, conditioning }[port.wire as "model"];
    inputs[name] = port.many ? [value] : value;
  }
  return inputs;
}

const sigmas = [14.6, 3, 1, 0.3, 0];

/** A walk of Euler's over the guided denoiser. Noise is a function of the sample, so that each sample has its own. */
async function walk(node: AnyNode, inputs: Record<string, unknown>, start: Tensor): Promise<Tensor> {
  const denoiser = guided(node, inputs);
  const noise = (like: Tensor): Tensor => ({ data: like.data.map(Math.sin), shape: like.shape });
  let x = start;
  for (const plain of callsOf(sigmas)) {
    const call: Call = { ...plain, noise, stream: () => noise };
    const denoised = await denoiser(x, plain.sigma, call);
    expect(denoised.shape).toEqual(x.shape);
    x = addScaled(denoised, addScaled(x, denoised, -1), plain.next / plain.sigma);
  }
  return x;
}

const cases = guidance.flatMap((node) => beds.map((bed) => [node.type, bed.name, node, bed] as const));

test.each(cases.filter(([type, name]) => type !== "guidance/upsample" || name === "pictures"))(
  "%s works on %s, in double precision and sample by sample",
  async (_type, _name, node, { model, shape }) => {
    const inputs = await inputsOf(node, model);
    const noise = philoxNormal(3n, 0, 2 * shape[0] * shape[1] * shape[2]);
    const start = { data: noise.map((value) => value * 14.6), shape: [2, ...shape] };
    const before = start.data.slice();
    const both = await walk(node, inputs, start);
    expect(both.data).toBeInstanceOf(Float64Array);
    expect(allFinite(both)).toBe(true);
    expect(start.data).toEqual(before);
    const apart = await Promise.all([0, 1].map((b) => walk(node, inputs, sliceRows(start, b, b + 1))));
    expect(both.data).toEqual(concatRows(apart).data);
  },
);
