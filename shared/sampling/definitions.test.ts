import { expect, test } from "vitest";
import type { Call } from "../denoiser.ts";
import { fromNumbers, scale, zeros } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { denoiseMixture } from "../testbed/denoise.ts";
import { planeMixture, weightsUnder } from "../testbed/mixture.ts";
import golden from "./fixtures/definitions.json" with { type: "json" };
import { flowSchedule, flowSigma, flowTime } from "./noiseSchedule.ts";
import type { SamplerIo } from "./sampler.ts";
import { samplerOf } from "./samplers.ts";
import { Walk } from "./walk.ts";

/**
 * Few-step results of other programs' samplers in double precision (k-diffusion's and ComfyUI's, with the same levels), by
 * "sampler/steps/kind". `zero`: levels end at 0; `left`: at 0.03; both without noise. `noise`: with waves for noise,
 * whose phase tells between which levels it was asked. `flow`, `flowLeft`, `flowNoise`: the same for a flow model, levels
 * and results in the flow's own coordinates.
 */
const results: Readonly<Record<string, readonly number[]>> = golden;

const mixture = planeMixture([
  { weight: 0.4, mean: [2, 0], std: 0.3, label: "a" },
  { weight: 0.2, mean: [1, 1.2], std: 0.25, label: "a" },
  { weight: 0.3, mean: [-1, 1.5], std: 0.5, label: "b" },
  { weight: 0.1, mean: [0, -2], std: 0.2, label: "b" },
]);
const weights = fromNumbers(Array.from(weightsUnder(mixture, "")!), [1, 4], "float64");
const denoiser = async (x: Tensor, sigma: number) => denoiseMixture(x, sigma, mixture, weights);

const start = [0.7, -1.1, -0.4, 0.9, 1.6, 0.2];

function karras(count: number): number[] {
  const [high, low] = [14.6 ** (1 / 7), 0.03 ** (1 / 7)];
  return Array.from({ length: count }, (_, i) => (high + ((low - high) * i) / (count - 1)) ** 7);
}

/** Levels of a run: sigmas, or times of a flow. */
function levelsOf(kind: string, steps: number): number[] {
  if (kind === "flowLeft") return Array.from({ length: steps + 1 }, (_, i) => 0.9 - (0.7 * i) / steps);
  if (kind.startsWith("flow")) return [...Array.from({ length: steps }, (_, i) => 1 - i / steps), 0];
  return kind === "left" ? karras(steps + 1) : [...karras(steps), 0];
}

function waves(like: Tensor, level: number, next: number): Tensor {
  const phase = 3 * Math.log(level) + 5 * Math.log(next);
  return fromNumbers(
    start.map((_, i) => Math.sin(phase + i)),
    like.shape,
    "float64",
  );
}

function runOf(key: string) {
  const [name, steps, kind] = key.split("/");
  const isAncestral = name === "res_multistep_ancestral";
  const sampler = samplerOf(isAncestral ? "res_multistep" : name);
  const eta = isAncestral ? 1 : (sampler.defaultEta ?? 0);
  const isNoisy = /noise$/i.test(kind);
  const isFlow = kind.startsWith("flow");
  const levels = levelsOf(kind, Number(steps));
  const sigmas = isFlow ? levels.map(flowSigma) : levels;
  const schedule = isFlow ? flowSchedule({ trainSteps: 1000, shift: 1 }) : undefined;
  const walk = new Walk(sampler, sigmas, schedule, { eta, noiseScale: isNoisy ? 1 : 0, churn: 0 });
  return { sampler, walk, sigmas, isNoisy, isFlow };
}

test.each(Object.keys(results))("%s", async (key) => {
  const { sampler, walk, sigmas, isNoisy, isFlow } = runOf(key);
  const isTime = walk.options.frame === "flow";
  // The other programs name levels of a flow by its time always.
  const told = (level: number) => (isFlow && !isTime ? flowTime(level) : level);
  const io: SamplerIo = {
    noise: (like, from, to) => (isNoisy ? waves(like, told(from), told(to)) : zeros(like.shape, "float64")),
    call: () => ({}) as Call,
    step: async () => {},
  };
  const shape = [3, 2, 1, 1];
  const first = walk.begin(zeros(shape, "float64"), fromNumbers(start, shape, "float64"), sigmas[0]);
  const end = await sampler.sample(walk.inside(denoiser), first, walk.levels, io, walk.options);
  const last = sigmas[sigmas.length - 1];
  const shown = isFlow && !isTime ? scale(end, 1 / (1 + last)) : end;
  // A start of pure noise is given to 8 digits: it stands for an endless sigma.
  const digits = kind(key) === "flow" || kind(key) === "flowNoise" ? 1e-8 : 1e-9;
  shown.data.forEach((value, i) => void expect(Math.abs(value - results[key][i])).toBeLessThan(digits));
});

function kind(key: string): string {
  return key.split("/")[2];
}
