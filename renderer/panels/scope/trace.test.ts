import { expect, test, vi } from "vitest";
import type { RunEvent } from "../../../shared/events.ts";
import { advanceTraces, keptSamples, keptTraces, letGoOf, subjectOf, type Trace } from "./trace.ts";

function fold(events: readonly RunEvent[], number = 1, before: readonly Trace[] = []): readonly Trace[] {
  return events.reduce((traces, event) => advanceTraces(traces, { job: `job-${number}`, number, event }), before);
}

const progress = (step: number): RunEvent => ({ event: "progress", node: "sample", step, steps: 20, sigma: 10 / step });
const metrics = (node: string, step: number, values: Record<string, number[]>): RunEvent => ({
  event: "metrics",
  node,
  sampler: "sample",
  step,
  sigma: 10 / step,
  values: Object.fromEntries(Object.entries(values).map(([name, samples]) => [name, Float64Array.from(samples)])),
});
const one = (value: number) => ({ mean: value, samples: [value], count: 1 });
const preview = (step: number): RunEvent => {
  const png = new Uint8Array([1]);
  return { event: "preview", node: "sample", step, steps: 20, sigma: 10 / step, png, width: 1, height: 1 };
};

test("what is told of one step at different times makes one record, in the order of steps", () => {
  const [trace] = fold([
    metrics("guide", 1, { cosine: [0.9] }),
    progress(1),
    metrics("sample", 1, { "norm.denoised": [3] }),
    metrics("sample", 2, { "norm.denoised": [4] }),
    // The preview of the first step took longer than the second step.
    metrics("sample", 1, { clipping: [0.5] }),
    preview(1),
  ]);
  const walk = trace?.walks.sample;
  expect(walk?.steps).toBe(20);
  expect(walk?.nodes.sample?.map(({ step, sigma, values }) => [step, sigma, values])).toEqual([
    [1, 10, { "norm.denoised": one(3), clipping: one(0.5) }],
    [2, 5, { "norm.denoised": one(4) }],
  ]);
  expect(walk?.nodes.sample?.[0]?.preview).toMatch(/^blob:/);
  expect(walk?.nodes.guide).toHaveLength(1);
});

test("what a node reports of a step by itself joins the walk under way; values without a step do not", () => {
  const reported = (step?: number): RunEvent => ({
    event: "metric",
    node: "reward",
    name: "gradient",
    value: 2,
    ...(step !== undefined && { step, sigma: 10 }),
  });
  const [trace] = fold([metrics("guide", 1, {}), reported(1), reported()]);
  expect(trace?.walks.sample?.nodes.reward).toEqual([{ step: 1, sigma: 10, values: { gradient: one(2) } }]);
  expect(fold([reported(1)])).toEqual([]);
});

test("of very many samples the mean is of all, and the first are kept", () => {
  const all = Array.from({ length: keptSamples * 2 }, (_, i) => i);
  const [trace] = fold([metrics("guide", 1, { cosine: all })]);
  const reading = trace?.walks.sample?.nodes.guide?.[0]?.values.cosine;
  expect(reading).toEqual({ mean: keptSamples - 0.5, samples: all.slice(0, keptSamples), count: keptSamples * 2 });
});

test("a run that computes no step leaves no trace", () => {
  expect(fold([{ event: "state", node: "sample", state: "cached" }, { event: "stopped" }])).toEqual([]);
});

test("a run is running until it ends, however it ends", () => {
  const traces = fold([progress(1)]);
  expect(traces[0]?.isRunning).toBe(true);
  const error: RunEvent = { event: "error", node: "sample", port: null, message: "No." };
  for (const end of [{ event: "stopped" } as const, error]) expect(fold([end], 1, traces)[0]?.isRunning).toBe(false);
});

test("a finished run tells what of its time in networks gradients took", () => {
  const times = { wallMs: 9, loadMs: 0, modelMs: 8, gradientMs: 6 };
  const done: RunEvent = { event: "done", ...times, nfe: 1, runs: 1, backward: 1, peakRssBytes: 0 };
  const [trace] = fold([metrics("guide", 1, { reward: [-2] }), done]);
  expect(trace).toMatchObject({ isRunning: false, time: { networks: 8, gradients: 6 } });
});

test("only the newest runs are kept, newest last", () => {
  let traces: readonly Trace[] = [];
  for (let number = 1; number <= keptTraces + 2; number++) traces = fold([progress(1)], number, traces);
  expect(traces.map(({ number }) => number)).toEqual(Array.from({ length: keptTraces }, (_, i) => i + 3));
});

test("a run that is let go of frees its pictures", () => {
  const revoke = vi.spyOn(URL, "revokeObjectURL");
  const [trace] = fold([preview(1), preview(2)]);
  if (trace) letGoOf(trace);
  expect(revoke).toHaveBeenCalledTimes(2);
  revoke.mockRestore();
});

test("a sampler shows all guidance of its walk, a guidance node only itself, other nodes nothing", () => {
  const [trace] = fold([metrics("inner", 1, {}), metrics("outer", 1, {}), progress(1)]);
  if (!trace) throw new Error("no trace");
  expect(subjectOf(trace, "sample")).toEqual({ sampler: "sample", guidance: ["inner", "outer"] });
  expect(subjectOf(trace, "inner")).toEqual({ sampler: "sample", guidance: ["inner"] });
  expect(subjectOf(trace, "decode")).toBeNull();
});

test("a sampler that combines two branches by itself is its own guidance", () => {
  const [trace] = fold([progress(1), metrics("sample", 1, { "norm.strong": [2] })]);
  expect(trace && subjectOf(trace, "sample")).toEqual({ sampler: "sample", guidance: ["sample"] });
});
