import { expect, test } from "vitest";
import { add, concatRows, norm, sliceRows, sub } from "../../shared/tensor/index.ts";
import { planeModel } from "../lib/bedTesting.ts";
import { callAt, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./concept-monitor.ts";

const { x, sigma, strong, weak } = golden;
const call = callAt();
const pair = { strong: denoiserOf(strong), weak: denoiserOf(weak) };
/** The prediction whose difference from the weak one is given. */
const towards = (values: readonly number[]) => denoiserOf(add(weak, sample(values)));
const ordinary = await guided(cfg, pair, { scale: 4 })(x, sigma, call);

test("without steering, or with the prompt as its only concept, it is ordinary guidance", async () => {
  const off = guided(node, { ...pair, subjects: [towards([1, 0, 0, 0])], phrases: [] }, { scale: 4, steer: 0 });
  expect(distance(await off(x, sigma, call), ordinary)).toBe(0);
  expect(off.asked()).toEqual({ strong: 1, weak: 1, subjects: 0, phrases: 0 });
  const same = guided(node, { ...pair, subjects: [denoiserOf(strong)], phrases: [] }, { scale: 4, steer: 3 });
  expect(distance(await same(x, sigma, call), ordinary)).toBeLessThan(1e-9);
  expect(same.asked()).toEqual({ strong: 1, weak: 1, subjects: 1, phrases: 0 });
});

test("steers to the neglected concept by what it lags behind the best", async () => {
  const g = sub(strong, weak);
  const subjects = [denoiserOf(strong), towards([0, 2, 0, 0])];
  const guide = guided(node, { ...pair, subjects, phrases: [] }, { scale: 4, steer: 0.5 });
  const length = norm(g).data[0];
  const lag = 1 - g.data[1] / length;
  const expected = [...g.data].map((value, i) => weak.data[i] + 4 * (value + (i === 1 ? 0.5 * lag * length : 0)));
  expect(distance(await guide(x, sigma, call), expected)).toBeLessThan(1e-9);
});

test("of a phrase only what its subject does not have counts", async () => {
  const subjects = [towards([0, 2, 0, 0]), denoiserOf(strong)];
  const values = { scale: 4, steer: 1, threshold: -0.5 };
  const plain = guided(node, { ...pair, subjects, phrases: [] }, values);
  const withPhrase = guided(node, { ...pair, subjects, phrases: [towards([-1, 5, 0, 0])] }, values);
  const [before, after] = [await plain(x, sigma, call), await withPhrase(x, sigma, call)];
  const moved = [...after.data].map((value, i) => value - before.data[i]);
  expect(moved[0]).toBeLessThan(-0.1);
  for (const i of [1, 2, 3]) expect(moved[i]).toBeCloseTo(0, 9);
});

test("a threshold steers to all concepts below it, and the length can be kept", async () => {
  const subjects = [denoiserOf(strong), towards([0, 2, 0, 0]), towards([0, 0, 2, 0])];
  const all = await guided(node, { ...pair, subjects, phrases: [] }, { scale: 1, steer: 1, threshold: 0.5 })(
    x,
    sigma,
    call,
  );
  const g = [...sub(strong, weak).data];
  const moved = [...sub(all, weak).data].map((value, i) => value - g[i]);
  expect(Math.min(moved[1], moved[2])).toBeGreaterThan(0.1);
  const kept = guided(node, { ...pair, subjects, phrases: [] }, { scale: 2, steer: 1, keepLength: true });
  const length = norm(sub(await kept(x, sigma, call), weak)).data[0];
  expect(length).toBeCloseTo(2 * norm(sub(strong, weak)).data[0], 9);
});

test("each sample has its own neglected concept", async () => {
  const two = (values: readonly (readonly number[])[]) =>
    denoiserOf(add(concatRows([weak, weak]), concatRows(values.map((one) => sample(one)))));
  const inputs = (rows: readonly number[]) => ({
    strong: two(
      rows.map(
        (row) =>
          [
            [3, 1, 0, 0],
            [1, 3, 0, 0],
          ][row],
      ),
    ),
    weak: two(rows.map(() => [0, 0, 0, 0])),
    subjects: [two(rows.map(() => [1, 0, 0, 0])), two(rows.map(() => [0, 1, 0, 0]))],
    phrases: [],
  });
  const both = await guided(node, inputs([0, 1]), { scale: 3, steer: 0.5 })(concatRows([x, x]), sigma, call);
  const swapped = await guided(node, inputs([1, 0]), { scale: 3, steer: 0.5 })(concatRows([x, x]), sigma, call);
  expect(distance(sliceRows(both, 0, 1), sliceRows(swapped, 1, 2))).toBe(0);
  expect(distance(sliceRows(both, 0, 1), sliceRows(both, 1, 2))).toBeGreaterThan(0.1);
});

test("on two binary attributes, steering raises the probability of the neglected one", async () => {
  const corner = (right: boolean, up: boolean) => ({
    weight: 1,
    mean: [right ? 1 : -1, up ? 1 : -1] as const,
    std: 0.4,
    label: `${right}${up}`,
  });
  const corners = [corner(true, true), corner(true, false), corner(false, true), corner(false, false)];
  const model = planeModel(corners);
  const under = (weights: readonly number[]) => model.denoiser({ context: sample(weights, [1, 1, 4]) });
  const start = sample([-0.4, -0.6], [1, 2, 1, 1]);
  const inputs = {
    strong: under([0.35, 0.35, 0.15, 0.15]),
    weak: under([1, 1, 1, 1]),
    subjects: [under([1, 1, 0, 0]), under([1, 0, 1, 0])],
    phrases: [],
  };
  const up = async (steer: number) =>
    (await guided(node, inputs, { scale: 2, steer })(start, 1, callAt({ sigma: 1 }))).data[1];
  expect(await up(1)).toBeGreaterThan((await up(0)) + 0.05);
});
