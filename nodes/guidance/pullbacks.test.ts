import { expect, test } from "vitest";
import type { AnyNode } from "../../shared/node/define.ts";
import { addScaled, exp, full, mulSample, norm, pullback, scale, square, track } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { planeModel } from "../lib/bedTesting.ts";
import { callAt, denoiserOf, guided, sample } from "../lib/testing.ts";
import { node as cfgPp } from "./cfg-pp.ts";
import { node as semanticTuning } from "./concept-monitor.ts";
import { node as frequencyCfg } from "./frequency-cfg.ts";
import { node as history } from "./history.ts";
import { node as independentCondition } from "./independent-condition.ts";
import { node as sine } from "./model-mixing.ts";
import { node as composable } from "./multi-condition.ts";
import { node as spatialCfg } from "./spatial.ts";
import { node as timeStep } from "./time-step.ts";
import { node as upsample } from "./upsample.ts";

const shape = [2, 2, 2, 2];
const wave = (seed: number) =>
  sample(
    Array.from({ length: 16 }, (_, i) => Math.sin(seed * 7 + i * 1.3)),
    shape,
  );
/** Predictions that depend on x in ways of their own. */
const curved = denoiserOf((x) => addScaled(scale(x, 0.7), square(x), 0.1));
const waved = denoiserOf((x) => scale(exp(scale(x, 0.3)), 0.8));
const shrunk = denoiserOf((x) => mulSample(x, norm(x)));
const mask = sample([1, 0.5, 0, 0], [1, 1, 2, 2]);

const bed = planeModel([
  { weight: 1, mean: [1, 0], std: 0.5, label: "a" },
  { weight: 2, mean: [-1, 0.5], std: 0.8, label: "b" },
]);
const [a, b] = await Promise.all(["a", "b"].map((label) => bed.encodeText(label)));
const points = sample([0.3, -0.2, -0.4, 0.6], [2, 2, 1, 1]);

const pair = { strong: curved, weak: waved };
const cases: readonly (readonly [AnyNode, object, object, Tensor?])[] = [
  [cfgPp, pair, {}],
  [composable, { strong: [curved, shrunk], weak: waved }, { weights: [1, -0.5], from: "previous" }],
  [sine, { ...pair, tuned: [shrunk] }, { shares: [0.3] }],
  [frequencyCfg, pair, { scaleLow: 2, scaleHigh: 5 }],
  [spatialCfg, { ...pair, regions: [mask] }, { lowest: 0, highest: 100, cap: 1000 }],
  [
    semanticTuning,
    {
      ...pair,
      subjects: [shrunk, denoiserOf((x) => scale(square(x), 0.3))],
      phrases: [denoiserOf((x) => scale(x, 0.2))],
    },
    { keepLength: true },
  ],
  [upsample, { denoiser: shrunk }, {}],
  [history, { denoiser: shrunk, history: full([1, 1, 2, 2], 0.4, "float64") }, { mode: "fractional", scale: 3 }],
  [timeStep, { denoiser: bed.denoiser(a) }, { direction: "noisier" }, points],
  [independentCondition, { strong: bed.denoiser(a), model: bed, others: [b] }, {}, points],
];

const call = callAt({ noise: (like) => full(like.shape, 0.3, "float64") });

test.each(cases.map((one) => [one[0].type, ...one] as const))(
  "the guided prediction of %s has the derivative that central differences have",
  async (_type, node, inputs, values, at = wave(1)) => {
    const guide = guided(node, { ...inputs }, { ...values });
    const leaf = track(at);
    const result = await guide(leaf, 1.5, call);
    const cotangent: Tensor = { data: wave(5).data.slice(0, result.data.length), shape: result.shape };
    const [gradient] = await pullback(result, cotangent, [leaf]);
    const value = async (i: number, change: number) => {
      const data = Float64Array.from(at.data);
      data[i] += change;
      const moved = await guide({ data, shape: at.shape }, 1.5, call);
      let sum = 0;
      for (const [k, one] of moved.data.entries()) sum += one * cotangent.data[k];
      return sum;
    };
    for (let i = 0; i < at.data.length; i += 3) {
      const slope = ((await value(i, 1e-6)) - (await value(i, -1e-6))) / 2e-6;
      expect(gradient.data[i]).toBeCloseTo(slope, 5);
    }
  },
);
