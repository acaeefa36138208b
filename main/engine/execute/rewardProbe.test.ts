import { expect, test } from "vitest";
import { node as dps } from "../../../nodes/guidance/dps.ts";
import { node as lgd } from "../../../nodes/guidance/lgd.ts";
import { callAt, denoiserOf, guided, sample } from "../../../nodes/lib/testing.ts";
import type { Denoiser } from "../../../shared/denoiser.ts";
import type { MetricsEvent } from "../../../shared/events.ts";
import type { Reward } from "../../../shared/reward.ts";
import { dot, scale } from "../../../shared/tensor/index.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { RewardProbe } from "./rewardProbe.ts";

const x = sample([1, 2, 3, -1], [2, 2, 1, 1]);
const direction = sample([3, 4, 3, 4], [2, 2, 1, 1]);
/** D(x) = x / 2, so the gradient through it is half the reward's. */
const halving = denoiserOf((at) => scale(at, 0.5));

/** 3a + 4b of each sample, of however many copies. */
const linear = (on: Reward["on"]): Reward => ({
  ...{ on, noiseAware: false, differentiable: true },
  value: async (at: Tensor) => {
    const copies = at.shape[0] / 2;
    const data = Float64Array.from({ length: 4 * copies }, (_, i) => direction.data[i % 4]);
    return dot(at, { data, shape: at.shape });
  },
});

async function measured(node: typeof dps | typeof lgd, inputs: { denoiser: Denoiser; reward: Reward }, params: object) {
  const events: MetricsEvent[] = [];
  const emit = (event: unknown) => void events.push(event as MetricsEvent);
  const probe = new RewardProbe({ node: "guide", sampler: "walk", emit });
  const guide = probe.output(guided(node, probe.tapped(inputs), { ...params }));
  const result = await guide(x, 2, callAt({ sigma: 2, next: 1, sigmas: [2, 1] }));
  await guide(scale(x, 1), 2, callAt({ sigma: 2, next: 1, sigmas: [2, 1], stage: 1 }));
  await new Promise((done) => setImmediate(done));
  return { events, result };
}

const close = (values: Float64Array, expected: readonly number[]) =>
  expected.forEach((value, i) => void expect(values[i]).toBeCloseTo(value, 9));

test("one event a step has the reward of the prediction, the norm of its gradient and that of the push", async () => {
  const { events, result } = await measured(dps, { denoiser: halving, reward: linear("latent") }, { strength: 2 });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ event: "metrics", node: "guide", sampler: "walk", step: 1, sigma: 2 });
  const { values } = events[0];
  expect(Object.keys(values).sort()).toEqual(["norm.gradient", "norm.push", "reward"]);
  close(values.reward, [5.5, 2.5]);
  close(values["norm.gradient"], [5, 5]);
  // The push is strength · sigma² · gradient through the network.
  close(values["norm.push"], [20, 20]);
  close(result.data as Float64Array, [0.5 + 12, 1 + 16, 1.5 + 12, -0.5 + 16]);
});

test("of an image reward the gradient is that by the latent, through the decoder", async () => {
  const model = { info: { latent: { width: 8 } }, decode: async (latent: Tensor) => scale(latent, 10) };
  const denoiser = Object.assign((...ask: Parameters<Denoiser>) => halving(...ask), { model }) as never;
  const { events } = await measured(dps, { denoiser, reward: linear("image") }, { strength: 1 });
  close(events[0].values.reward, [55, 25]);
  close(events[0].values["norm.gradient"], [50, 50]);
});

test("several noisy copies of a sample count with their mean", async () => {
  const params = { strength: 1, draws: 3, temperature: 5 };
  const { events } = await measured(lgd, { denoiser: halving, reward: linear("latent") }, params);
  // The noise of this call is what it is shaped as: every copy is moved by the prediction itself times the radius.
  const moved = 1 + 2 / Math.sqrt(5);
  close(events[0].values.reward, [5.5 * moved, 2.5 * moved]);
  close(events[0].values["norm.gradient"], [5, 5]);
});

test("guidance that is off asks nothing, and nothing is told", async () => {
  const { events } = await measured(dps, { denoiser: halving, reward: linear("latent") }, { strength: 0 });
  expect(events).toEqual([]);
});
