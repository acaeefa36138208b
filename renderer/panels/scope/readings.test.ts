import { expect, test } from "vitest";
import { param } from "../../../shared/node/params.ts";
import { domainOf, pointsOf, readingOf, recordAt, samplesOf, tracesCsv } from "./readings.ts";
import { namesOfRuns } from "./runNames.ts";
import { keptSamples, type StepRecord, type Trace } from "./trace.ts";

const record = (step: number, values: Record<string, number[]>): StepRecord => ({
  step,
  sigma: 8 / step,
  values: Object.fromEntries(
    Object.entries(values).map(([name, samples]) => {
      const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
      return [name, { mean, samples: samples.slice(0, keptSamples), count: samples.length }];
    }),
  ),
});
const records = [record(1, { cosine: [0.5, 0.7] }), record(2, {}), record(4, { cosine: [0.9, 1], clipping: [0.2] })];

test("a reading is of one sample or the mean, and NaN where nothing was measured", () => {
  expect(readingOf(records[0], "cosine", 1)).toBe(0.7);
  expect(readingOf(records[0], "cosine", "mean")).toBeCloseTo(0.6);
  expect(readingOf(records[2], "clipping", 1)).toBeNaN();
  expect(readingOf(records[1], "cosine", "mean")).toBeNaN();
  expect(samplesOf(records)).toBe(2);
});

test("points stand at the sigma or the step, only where there is a value", () => {
  expect(pointsOf(records, "cosine", "sigma", 0)).toEqual([
    [8, 0.5],
    [2, 0.9],
  ]);
  expect(pointsOf(records, "cosine", "step", 1).map(([x]) => x)).toEqual([1, 4]);
});

test("the cursor reads the nearest record, the last one before it is moved", () => {
  expect(recordAt(records, null)?.step).toBe(4);
  expect(recordAt(records, 3)?.step).toBe(4);
  expect(recordAt(records, 1.4)?.step).toBe(1);
  expect(recordAt([], 3)).toBeUndefined();
});

test("the axis covers what is planned and what ran, without sigmas that have no place on it", () => {
  const planned = { steps: 20, sigmas: [14.6, 0.03, 0] };
  expect(domainOf(records, "sigma", planned)).toEqual([14.6, 0.03]);
  expect(domainOf([record(0, {})], "sigma", { steps: 0, sigmas: [4, 2] })).toEqual([4, 2]);
  expect(domainOf(records, "step", planned)).toEqual([1, 20]);
});

test("the table has a row for each run, node, step and sample", () => {
  const walks = { sample: { steps: 4, nodes: { 'a "b"': records } } };
  const trace: Trace = { job: "j", number: 7, isRunning: false, walks, evaluations: {} };
  expect(tracesCsv([trace]).split("\r\n")).toEqual([
    "run,sampler,node,step,sigma,sample,cosine,clipping",
    '7,sample,"a ""b""",1,8,0,0.5,',
    '7,sample,"a ""b""",1,8,1,0.7,',
    '7,sample,"a ""b""",4,2,0,0.9,0.2',
    '7,sample,"a ""b""",4,2,1,1,',
    "",
  ]);
});

test("more samples than are kept make one row with their mean, never a table that is cut short", () => {
  const many = record(1, { cosine: Array.from({ length: 100 }, (_, i) => i) });
  const trace: Trace = {
    job: "j",
    number: 1,
    isRunning: false,
    walks: { sample: { steps: 1, nodes: { guide: [many] } } },
    evaluations: {},
  };
  expect(tracesCsv([trace]).split("\r\n")[1]).toBe("1,sample,guide,1,8,mean,49.5");
});

test("runs are told apart by the first parameter that differs, defaults included", () => {
  const catalog = new Map([
    [
      "guidance/cfg",
      {
        title: "Guidance",
        params: { scale: param.number({ default: 4, about: "" }), note: param.text({ default: "", about: "" }) },
      },
    ],
  ]);
  const workflow = (params: Record<string, number | string>) => ({
    fairlead: 1,
    nodes: [{ id: "g", type: "guidance/cfg", params }],
    edges: [],
  });
  expect(namesOfRuns([workflow({ scale: 9 }), workflow({}), undefined], catalog)).toEqual(["scale 9", "scale 4", ""]);
  expect(namesOfRuns([workflow({}), workflow({ note: "a large mushroom on a board" })], catalog)).toEqual([
    "note empty",
    "note a large mushroom…",
  ]);
  expect(namesOfRuns([workflow({}), workflow({ scale: 4 })], catalog)).toEqual(["", ""]);
});
