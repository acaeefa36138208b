import fc from "fast-check";
import { expect, test } from "vitest";
import type { Denoiser } from "../../shared/denoiser.ts";
import type { AnyNode } from "../../shared/node/define.ts";
import { addScaled, combine, square } from "../../shared/tensor/index.ts";
import { sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { callAt, denoiserOf, distance, guided, sample } from "../lib/testing.ts";
import { node as adaptive } from "./adaptive.ts";
import { node as apg } from "./apg.ts";
import { node as cfg } from "./cfg.ts";
import { node as cfgZeroStar } from "./cfg-zero-star.ts";
import { node as dynamicThreshold } from "./dynamic-threshold.ts";
import { node as epsilonScaling } from "./epsilon-scaling.ts";
import { node as frequencyCfg } from "./frequency-cfg.ts";
import { node as frequencyDecoupled } from "./frequency-decoupled.ts";
import { node as fresca } from "./fresca.ts";
import { node as interval } from "./interval.ts";
import { node as magnitudeAware } from "./magnitude-aware.ts";
import { node as mimic } from "./mimic.ts";
import { node as perpNeg } from "./perp-neg.ts";
import { node as rescale } from "./rescale.ts";
import { node as tangential } from "./tangential.ts";

type Values = Readonly<Record<string, unknown>>;

/** Methods with what makes them ordinary guidance of a scale, and the scales at which they ask one side alone. */
const pairs: readonly (readonly [AnyNode, (scale: number) => Values, alone?: readonly number[]])[] = [
  [cfg, (scale) => ({ scale })],
  [apg, (scale) => ({ scale, eta: 1, norm: 0, momentum: 0 }), [1]],
  [apg, (scale) => ({ scale, eta: 1, norm: 0, momentum: 0, form: "diffusers" }), [0]],
  [adaptive, (scale) => ({ scale, threshold: 1.5 })],
  [tangential, (scale) => ({ scale, strength: 0 })],
  [cfgZeroStar, (scale) => ({ scale, strength: 0, zeroInitSteps: 0 })],
  [magnitudeAware, (scale) => ({ scale, alpha: 0 })],
  [frequencyDecoupled, (scale) => ({ scaleLow: scale, scaleHigh: scale })],
  [frequencyCfg, (scale) => ({ scaleLow: scale, scaleHigh: scale })],
  [fresca, (scale) => ({ scale, low: 1, high: 1 })],
  [mimic, (scale) => ({ scale, mimicScale: scale })],
  [perpNeg, (scale) => ({ scale, negativeScale: [0] })],
];
/** Wrappers with what makes them change nothing. */
const wrappers: readonly (readonly [AnyNode, Values])[] = [
  [rescale, { amount: 0 }],
  [dynamicThreshold, { quantile: 1, bound: 1e6 }],
  [epsilonScaling, { factor: 1 }],
  [interval, { sigmaLow: 0, sigmaHigh: 1e6 }],
];
const shape = [2, 2, 4, 4];
const noise = (seed: number) =>
  sample(
    Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(seed * 5.1 + i * 78.233) * 1.5),
    shape,
  );
/** A smooth denoiser that counts what it is asked; the same x again costs nothing in a run. */
function counted(seed: number, native: "eps" | "v" | "flow" | "x0") {
  const mean = noise(seed);
  const seen = new Set<Tensor>();
  const denoiser = denoiserOf((x: Tensor, sigma) => {
    seen.add(x);
    return addScaled(combine(x, 0.5 / (1 + sigma), square(x), 0.05), mean, 1);
  }, native);
  return { denoiser, asked: () => seen.size };
}

const x = noise(4);
const chain = fc.record({
  pair: fc.constantFrom(...pairs),
  wraps: fc.array(fc.constantFrom(...wrappers), { maxLength: 3 }),
  scale: fc.oneof(
    fc.constantFrom(0, 1),
    fc.integer({ min: -20, max: 150 }).map((tenths) => tenths / 10),
  ),
  sigma: fc.constantFrom(0.05, 0.8, 3, 14),
  native: fc.constantFrom("eps" as const, "v" as const, "flow" as const, "x0" as const),
});

test("every method comes to ordinary guidance in its limit, and asks no side whose weight is 0", async () => {
  await fc.assert(
    fc.asyncProperty(chain, async ({ pair: [node, values, alone = [0, 1]], wraps, scale, sigma, native }) => {
      const [strong, weak, negative] = [1, 2, 3].map((seed) => counted(seed, native));
      const sides = { strong: strong.denoiser, weak: weak.denoiser };
      const inputs = "negative" in node.inputs ? { ...sides, negative: [negative.denoiser] } : sides;
      const whole = wraps.reduce<Denoiser>(
        (denoiser, [wrap, params]) => {
          if (wrap === interval) return guided(wrap, { inside: denoiser, outside: strong.denoiser }, params);
          return guided(wrap, "strong" in wrap.inputs ? { denoiser, strong: strong.denoiser } : { denoiser }, params);
        },
        guided(node, inputs, values(scale)),
      );
      const call = callAt({ sigma });
      const result = await whole(x, sigma, call);
      const name = `${node.type} at ${scale}, sigma ${sigma}`;
      expect(weak.asked(), name).toBe(scale === 1 && alone.includes(1) ? 0 : 1);
      expect(strong.asked(), name).toBe(scale === 0 && alone.includes(0) ? 0 : 1);
      expect(negative.asked(), name).toBe(0);
      const plain = await guided(cfg, sides, { scale })(x, sigma, call);
      expect(distance(result, plain), name).toBeLessThan(1e-9 * Math.max(1, Math.abs(scale)));
    }),
    { numRuns: 300, seed: 11 },
  );
});
