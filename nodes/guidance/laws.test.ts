import fc from "fast-check";
import { expect, test } from "vitest";
import type { Denoiser } from "../../shared/denoiser.ts";
import type { AnyNode } from "../../shared/node/define.ts";
import { add, cast, combine, concatRows, dot, pullback, sliceRows, square, track } from "../../shared/tensor/index.ts";
import { sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { callAt, denoiserOf, distance, guided, sample } from "../lib/testing.ts";
import { node as adaptive } from "./adaptive.ts";
import { node as apg } from "./apg.ts";
import { node as cfg } from "./cfg.ts";
import { node as cfgNorm } from "./cfg-norm.ts";
import { node as cfgZeroStar } from "./cfg-zero-star.ts";
import { node as dynamicThreshold } from "./dynamic-threshold.ts";
import { node as epsilonScaling } from "./epsilon-scaling.ts";
import { node as frequencyDecoupled } from "./frequency-decoupled.ts";
import { node as fresca } from "./fresca.ts";
import { node as interval } from "./interval.ts";
import { node as magnitudeAware } from "./magnitude-aware.ts";
import { node as mahiro } from "./mahiro.ts";
import { node as mimic } from "./mimic.ts";
import { node as perpNeg } from "./perp-neg.ts";
import { node as rescale } from "./rescale.ts";
import { node as tangential } from "./tangential.ts";

type Values = Readonly<Record<string, unknown>>;

/** A random chain in the order that methods compose in: a pair, an interval, wrappers of the result. */
interface Chain {
  readonly pair: readonly [AnyNode, Values];
  /** The weak side is guided itself. */
  readonly nested: readonly [AnyNode, Values] | null;
  readonly window: Values | null;
  readonly wrappers: readonly (readonly [AnyNode, Values])[];
}

const scale = fc.oneof(
  fc.constantFrom(0, 1, 4),
  fc.integer({ min: -30, max: 150 }).map((tenths) => tenths / 10),
);
const share = fc.oneof(
  fc.constantFrom(0, 1),
  fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20),
);
const space = fc.constantFrom("native", "eps", "x0", "v", "flow");
const of = (node: AnyNode, params: Record<string, fc.Arbitrary<unknown>>) =>
  fc.tuple(fc.constant(node), fc.record(params));
const named = ({ pair, nested, window, wrappers }: Chain) =>
  JSON.stringify(
    [pair, nested, window, ...wrappers].map((part) => (Array.isArray(part) ? [part[0].type, part[1]] : part)),
  );

const pairs = fc.oneof(
  of(cfg, { scale }),
  of(apg, {
    scale,
    eta: share,
    norm: fc.constantFrom(0, 1),
    momentum: fc.constantFrom(0, -0.5),
    form: fc.constantFrom("paper", "diffusers"),
    space,
  }),
  of(adaptive, { scale, threshold: fc.constantFrom(-1, 0.5, 1.1), latch: fc.constantFrom("next", "same"), space }),
  of(tangential, { scale, strength: share, space }),
  of(cfgZeroStar, { scale, strength: share, zeroInitSteps: fc.constant(0), space }),
  of(magnitudeAware, { scale, alpha: fc.constantFrom(0, 0.5, 8), space }),
  of(frequencyDecoupled, {
    scaleLow: scale,
    scaleHigh: scale,
    parallelWeight: share,
    split: fc.constantFrom("laplacian", "cosine"),
  }),
  of(fresca, { scale, low: share, high: fc.constantFrom(1, 1.5), cutoff: fc.constantFrom(1, 2) }),
  of(mahiro, { scale }),
  of(mimic, {
    scale,
    mimicScale: scale,
    measure: fc.constantFrom("peak", "deviation"),
    around: fc.constantFrom("mean", "zero"),
    perChannel: fc.boolean(),
    quantile: fc.constantFrom(1, 0.7),
    amount: share,
  }),
  of(perpNeg, { scale, negativeScale: fc.constantFrom([0], [1.5]) }),
);
/** Those that leave a prediction alone where all sides are the same. */
const neutral = fc.oneof(of(rescale, { amount: share, space }), of(cfgNorm, {}));
const reshaping = fc.oneof(
  of(dynamicThreshold, { quantile: fc.constantFrom(0.7, 1), bound: fc.constantFrom(0.5, 3) }),
  of(epsilonScaling, { factor: fc.constantFrom(1, 1.01) }),
);
const chains = (wrappers: fc.Arbitrary<[AnyNode, Values]>): fc.Arbitrary<Chain> =>
  fc.record({
    pair: pairs,
    nested: fc.option(pairs),
    window: fc.option(fc.record({ sigmaLow: fc.constantFrom(0, 1.2), sigmaHigh: fc.constantFrom(1.5, 9) })),
    wrappers: fc.array(wrappers, { maxLength: 2 }),
  });
const anyChain = chains(fc.oneof(neutral, reshaping));

interface Sides {
  readonly strong: Denoiser;
  readonly weak: Denoiser;
  readonly negative: Denoiser;
}

function build({ pair, nested, window, wrappers }: Chain, { strong, weak, negative }: Sides): Denoiser {
  const between = ([node, values]: readonly [AnyNode, Values], from: Denoiser) =>
    guided(
      node,
      "negative" in node.inputs ? { strong, weak: from, negative: [negative] } : { strong, weak: from },
      values,
    );
  const start = nested ? between(nested, weak) : weak;
  const inner = between(pair, start);
  const windowed = window ? guided(interval, { inside: inner, outside: strong }, window) : inner;
  return wrappers.reduce(
    (denoiser, [node, values]) => guided(node, "strong" in node.inputs ? { denoiser, strong } : { denoiser }, values),
    windowed,
  );
}

const shape = [2, 2, 3, 2];
const noise = (seed: number, of = shape) =>
  sample(
    Array.from({ length: sizeOf(of) }, (_, i) => Math.sin(seed * 3.3 + i * 12.9898) * 1.5),
    of,
  );
/** A smooth denoiser that is no straight line; each sample has the same. */
const smooth = (seed: number): Denoiser => {
  const mean = noise(seed, [1, ...shape.slice(1)]);
  return denoiserOf((x, sigma) => {
    const means = concatRows(
      Array.from({ length: x.shape[0] }, () => cast(mean, x.data instanceof Float64Array ? "float64" : "float32")),
    );
    return add(means, combine(x, 0.5 / (1 + sigma), square(x), 0.05));
  }, "v");
};
const sides: Sides = { strong: smooth(1), weak: smooth(2), negative: smooth(3) };
const same: Sides = { strong: smooth(1), weak: smooth(1), negative: smooth(1) };
const x = noise(4);
const walk = [
  { step: 0, sigma: 2, stage: 0 },
  { step: 0, sigma: 2, stage: 1 },
  { step: 1, sigma: 1.5, stage: 0 },
  { step: 2, sigma: 1, stage: 0 },
].map(callAt);

async function along(denoiser: Denoiser, at: Tensor): Promise<Tensor[]> {
  const results: Tensor[] = [];
  for (const call of walk) results.push(await denoiser(at, call.sigma - call.stage / 4, call));
  return results;
}

function total(x: Tensor): number {
  let sum = 0;
  for (const value of x.data) sum += value;
  return sum;
}

/** Not a peak taken as a quantile, which shrinks what it is measured on, and not Mahiro turned against the prompt. */
function isNeutral([node, values]: readonly [AnyNode, Values]): boolean {
  if (node === mimic) return values.around === "mean" || values.quantile === 1;
  return node !== mahiro || (values.scale as number) >= 0;
}

const runs = { numRuns: 150, seed: 5 };

test("a batch of two is two batches of one, in every chain", async () => {
  await fc.assert(
    fc.asyncProperty(anyChain, async (chain) => {
      const whole = await along(build(chain, sides), x);
      const rows = [];
      for (const b of [0, 1]) rows.push(await along(build(chain, sides), sliceRows(x, b, b + 1)));
      for (const [i, result] of whole.entries()) expect(distance(result, concatRows([rows[0][i], rows[1][i]]))).toBe(0);
    }),
    runs,
  );
});

test("between equal predictions nothing is changed", async () => {
  await fc.assert(
    fc.asyncProperty(chains(neutral), async (chain) => {
      fc.pre([chain.pair, chain.nested].every((part) => part === null || isNeutral(part)));
      const own = await along(same.strong, x);
      for (const [i, result] of (await along(build(chain, same), x)).entries()) {
        expect(distance(result, own[i]), named(chain)).toBeLessThan(1e-6);
      }
    }),
    runs,
  );
});

test("single precision follows double", async () => {
  await fc.assert(
    fc.asyncProperty(anyChain, async (chain) => {
      const wide = await along(build(chain, sides), x);
      const narrow = await along(build(chain, sides), cast(x, "float32"));
      for (const [i, result] of narrow.entries()) {
        const size = Math.max(1, ...wide[i].data.map(Math.abs));
        expect(distance(result, wide[i]) / size).toBeLessThan(1e-3);
      }
    }),
    runs,
  );
});

test("every chain has the derivative that differences show", async () => {
  const direction = noise(5);
  const cotangent = noise(6);
  await fc.assert(
    fc.asyncProperty(anyChain, async (chain) => {
      const value = async (step: number) => {
        const at = combine(x, 1, direction, step);
        return total(dot(await build(chain, sides)(at, 2, walk[0]), cotangent));
      };
      const leaf = track(x);
      const [gradient] = await pullback(await build(chain, sides)(leaf, 2, walk[0]), cotangent, [leaf]);
      const slope = total(dot(gradient, direction));
      const h = 1e-6;
      const measured = ((await value(h)) - (await value(-h))) / (2 * h);
      expect(Math.abs(slope - measured) / Math.max(1, Math.abs(measured))).toBeLessThan(1e-4);
    }),
    runs,
  );
});
