import { expect, test } from "vitest";
import type { NodeContext } from "../../shared/node/context.ts";
import type { PlanContext } from "../../shared/node/define.ts";
import type { Plot } from "../../shared/plot.ts";
import { tensor } from "../../shared/tensor/index.ts";
import { bedModel } from "../../shared/testbed/bed.ts";
import { planeMixture } from "../../shared/testbed/mixture.ts";
import { node as compare } from "./compare.ts";
import { node as density } from "./density.ts";
import { node as sigmas } from "./sigmas.ts";
import { node as trajectories } from "./trajectories.ts";

const mixture = planeMixture([
  { weight: 3, mean: [2, 0], std: 0.5, label: "a" },
  { weight: 1, mean: [-2, 1], std: 0.25, label: "b" },
]);
const model = bedModel({ name: "Bed", mixture }, () => {});
const points = tensor(Float64Array.of(2, 0, 2, 1, 2, -1, -2, 1), [4, 2, 1, 1]);

/** What a node said to its context. */
function listen() {
  const plots: Plot[] = [];
  const metrics: Record<string, unknown> = {};
  const warnings: string[] = [];
  const context = {
    plot: (plot: Plot) => plots.push(plot),
    warn: (message: string) => warnings.push(message),
    metric: (name: string, value: number | { data: ArrayLike<number> }) => {
      metrics[name] = typeof value === "number" ? value : Array.from(value.data);
    },
  } as unknown as NodeContext;
  return { plots, metrics, warnings, context };
}

test("a density plot shows the points as they are, and the distribution they should have", async () => {
  const { plots, context } = listen();
  const { plot } = await density.run!(
    { samples: [points, points], model, conditioning: await model.encodeText("b") },
    { field: "score", power: 3, sigma: 0.5 },
    context,
  );
  expect(plots).toEqual([plot]);
  if (plot.kind !== "plane") throw new Error("No plane.");
  expect(plot.clouds.map(({ name, count, moments }) => [name, count, moments])).toEqual([
    ["Run 1", 4, 1],
    ["Run 2", 4, 1],
  ]);
  expect(plot.clouds[0].xy).toBe(points.data);
  expect(plot.exact).toEqual([
    { center: [2, 0], axes: [0.5, 0, 0, 0.5], weight: 0.75, label: "a" },
    { center: [-2, 1], axes: [0.25, 0, 0, 0.25], weight: 0.25, label: "b" },
  ]);
  expect(plot.guided).toEqual({ weights: [0, 1], power: 3 });
  expect(plot.view.x[0]).toBeLessThan(-2.5);
  expect(plot.view.x[1]).toBeGreaterThan(3);
});

test("a walk keeps its moments, and its sigmas if there is one for each", async () => {
  const path = tensor(Float64Array.of(9, 9, 8, 8, 2, 0, 2, 1), [2, 2, 2, 1, 1]);
  const { warnings, context } = listen();
  const walk = async (sigmas: readonly number[] | undefined) => {
    const inputs = { path: [path], model: undefined, conditioning: undefined, sigmas };
    const { plot } = await trajectories.run!(inputs, { trails: 5, field: "none", power: 1 }, context);
    return plot.kind === "plane" ? plot : null;
  };
  const plot = await walk([14, 0]);
  expect(plot?.clouds[0]).toMatchObject({ count: 2, moments: 2, sigmas: [14, 0] });
  expect(plot?.view.x[1]).toBeLessThan(3); // where the points end, not where they start
  expect(warnings).toEqual([]);
  expect((await walk([14, 1, 0]))?.clouds[0].sigmas).toBeNull();
  expect(warnings[0]).toMatch(/2 moments, but there are 3 sigmas/);
  expect((await walk(undefined))?.clouds[0].sigmas).toBeNull();
});

test("a comparison counts labels, takes means and tells the shift", async () => {
  const { metrics, context } = listen();
  const conditioning = await model.encodeText("a");
  await compare.run!({ samples: points, model, conditioning }, {}, context);
  expect(metrics).toMatchObject({
    "share of a": 0.75,
    "share of b": 0.25,
    mean: [1, 0.25],
    "exact mean": [2, 0],
    covariance: [3, -0.75, 0.6875],
    "exact covariance": [0.25, 0, 0.25],
  });
  expect(metrics.shift).toBeCloseTo(Math.hypot(1, 0.25), 12);
});

test("without a conditioning the whole mixture is compared", async () => {
  const { metrics, context } = listen();
  const { plot } = await compare.run!({ samples: points, model, conditioning: undefined }, {}, context);
  expect(metrics["exact mean"]).toEqual([1, 0.25]);
  expect(metrics.shift).toBe(0);
  // E[xx] − E[x]² with E[xx] = 0.75 (4 + 0.25) + 0.25 (4 + 0.0625)
  expect((metrics["exact covariance"] as number[])[0]).toBeCloseTo(0.75 * 4.25 + 0.25 * 4.0625 - 1, 12);
  if (plot.kind !== "table") throw new Error("No table.");
  expect(plot.rows.slice(0, 4)).toMatchObject([
    { name: "Label a", value: "75.0 %", exact: "75.0 %", isOff: false },
    { name: "Label b", value: "25.0 %", exact: "25.0 %", isOff: false },
    { name: "Mean", value: "1.00, 0.25", exact: "1.00, 0.25" },
    { name: "Shift", value: "0.00", isOff: false },
  ]);
});

test("what is no plane is refused in a sentence, before the run and in it", async () => {
  const image = tensor(new Float32Array(4 * 4), [1, 4, 2, 2]);
  const sentence = /points of the plane \(B × 2 × 1 × 1\), but this is 1 × 4 × 2 × 2/;
  const { context } = listen();
  const nothing = { model: undefined, conditioning: undefined };
  const values = { field: "none", power: 1, sigma: 0 } as const;
  await expect(async () => {
    await density.run!({ ...nothing, samples: [image] }, values, context);
  }).rejects.toThrow(sentence);
  const problems: string[] = [];
  const plan = { problem: ({ message }: { message: string }) => problems.push(message) } as unknown as PlanContext;
  density.forecast!({ ...nothing, samples: [{ shape: [1, 4, 2, 2] }, undefined] }, values, plan);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(sentence);
});

test("schedules are drawn step by step on a logarithmic axis", async () => {
  const { plots, context } = listen();
  await sigmas.run!({ sigmas: [[14, 1, 0], [2]] }, {}, context);
  expect(plots[0]).toMatchObject({
    kind: "lines",
    logY: true,
    series: [
      { name: "Run 1", x: [0, 1, 2], y: [14, 1, 0] },
      { name: "Run 2", x: [0], y: [2] },
    ],
  });
});
