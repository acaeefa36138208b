import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import {
  add,
  affine,
  allFinite,
  alongAxis,
  axisMap,
  clamp,
  combine,
  div,
  full,
  mulMap,
  scale,
  shift,
  sqrt,
  square,
  sub,
  sumChannels,
  zeros,
} from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { drawsSeed, explained, forecastExplained, meanGradient, noisy, overlay } from "../lib/explanation.ts";

export const node = defineNode({
  type: "explain/moreau-grad",
  version: 1,
  title: "MoreauGrad",
  summary: "Shows a sparse, stable map of what a reward reacts to.",
  keywords: ["gradient", "heat map", "attribution", "saliency", "explain", "sparse", "moreau envelope", "proximal"],
  doc: doc`
    Looks for the change $\delta$ of the image that lowers the reward most for its size, and shows it:

    $$M = -\frac{\delta^*}{\lambda},\qquad \delta^* = \arg\min_\delta\; \bar R(x + \delta) + \frac{\lVert\delta\rVert^2}{2\lambda} + \eta\lVert\delta\rVert_1$$

    $\bar R$ is the reward averaged over a few noisy copies. This is the gradient of a smoothed reward (its Moreau
    envelope): it changes less than the plain gradient when the image changes a little, and with **sparsity** $\eta$ only
    the pixels that matter stay. With a **block** above 1 whole squares stay or vanish: $\lVert\delta\rVert_1$ becomes the sum of
    the lengths of all blocks. Where the reward bends, a larger $\lambda$ looks farther.

    It is found by proximal gradient steps of size **rate**: **iterations** times **draws** gradients. Large rewards need a
    smaller rate and $\lambda$; a warning tells if the steps ran away.
  `,
  cites: [
    {
      id: "arXiv:2302.05294",
      by: "Zhang and Farnia, 2023",
      title: "MoreauGrad: Sparse and Robust Interpretation of Neural Networks via Moreau Envelope",
    },
  ],
  status: "stable",
  effect: "shows",
  inputs: explained.inputs,
  params: {
    lambda: param.number({ default: 1, min: 0.001, max: 100, label: "λ", about: "How far the change may go." }),
    sparsity: param.number({
      default: 0,
      min: 0,
      max: 100,
      step: 0.001,
      decimals: 4,
      about: "What a slope must be above to be shown; 0 = all.",
    }),
    block: param.integer({
      default: 1,
      min: 1,
      max: 256,
      unit: "px",
      onCard: false,
      about: "Side of blocks that stay or vanish as a whole; 1 = each value by itself.",
    }),
    iterations: param.integer({ default: 30, min: 1, max: 1000, about: "Steps to the best change." }),
    draws: param.integer({ default: 4, min: 1, max: 256, about: "Noisy copies in every step." }),
    noise: param.number({
      default: 0.1,
      min: 0,
      max: 1,
      step: 0.01,
      onCard: false,
      about: "Deviation of the noise, as a share of the image's range.",
    }),
    rate: param.number({
      default: 0.3,
      min: 0.0001,
      max: 10,
      step: 0.05,
      decimals: 3,
      onCard: false,
      about: "Size of a step.",
    }),
    seed: drawsSeed,
    ...explained.params,
  },
  outputs: explained.outputs,
  forecast: (inputs, _params, { problem }) => forecastExplained(inputs, problem),
  run: async ({ reward, image }, params, context) => {
    const { lambda, sparsity, block, iterations, draws, noise, rate, seed, opacity } = params;
    const shrunk = block === 1 ? shrunkValues : blockShrink(image, block);
    const copies = Array.from({ length: draws }, (_, draw) => noisy(image, noise, seed, draw));
    let change = zeros(image.shape, dtypeOf(image));
    for (let i = 0; i < iterations; i++) {
      const slope = await meanGradient(reward, draws, (draw) => add(copies[draw], change));
      const moved = combine(change, 1, slope, -rate);
      // The quadratic part is solved exactly in every step, so that it never limits the rate.
      change = scale(shrunk(moved, rate * sparsity), 1 / (1 + rate / lambda));
    }
    const map = scale(change, -1 / lambda);
    if (!allFinite(map)) context.warn("The steps ran away from the image. Lower the rate or λ.");
    const over = overlay(image, map, "strength", opacity);
    await context.show(over);
    return { image: over, map };
  },
});

/** Every value brought towards 0 by an amount, and to 0 where it is smaller. */
function shrunkValues(x: Tensor, amount: number): Tensor {
  return amount === 0 ? x : sub(x, clamp(x, -amount, amount));
}

/** Blocks of all colours shortened by an amount, and to 0 where they are shorter; those at the edge may be smaller. */
function blockShrink(like: Tensor, side: number) {
  const [rows, columns] = [membership(like.shape[2], side), membership(like.shape[3], side)];
  return (x: Tensor, amount: number): Tensor => {
    const squares = alongAxis(alongAxis(sumChannels(square(x)), 2, axisMap(rows)), 3, axisMap(columns));
    // A tiny length instead of none: its block is 0 already.
    const lengths = shift(sqrt(squares), 1e-30);
    const kept = clamp(affine(div(full(lengths.shape, amount, dtypeOf(lengths)), lengths), -1, 1), 0, 1);
    return mulMap(x, alongAxis(alongAxis(kept, 2, axisMap(flipped(rows))), 3, axisMap(flipped(columns))));
  };
}

/** For each block along a side, which places are in it: 1 or 0. */
function membership(length: number, side: number): number[][] {
  return Array.from({ length: Math.ceil(length / side) }, (_, block) =>
    Array.from({ length }, (_, place) => (Math.floor(place / side) === block ? 1 : 0)),
  );
}

function flipped(rows: readonly (readonly number[])[]): number[][] {
  return rows[0].map((_, column) => rows.map((row) => row[column]));
}
