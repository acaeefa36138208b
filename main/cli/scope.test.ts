import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readArguments } from "./arguments.ts";
import { runCommand } from "./commands.ts";
import { jsonPrinter } from "./print.ts";

const hello = resolve(__dirname, "../../assets/workflows/hello.fairlead.json");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-scope-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  readonly event: string;
  readonly node: string;
  readonly name: string;
  readonly value: number[];
  readonly step: number;
  readonly sigma: number;
}

async function runHello(...sets: string[]): Promise<Line[]> {
  const out: string[] = [];
  const streams = { out: (line: string) => void out.push(line), error: () => {} };
  const argv = ["run", hello, "--json", "--device", "cpu", "--out", mkdtempSync(join(folder, "out-"))];
  const given = sets.flatMap((set) => ["--set", set]);
  expect(await runCommand(readArguments([...argv, ...given]), streams, new AbortController().signal)).toBe(0);
  return out.map((line) => JSON.parse(line) as Line);
}

const guidance = ["norm.strong", "norm.weak", "norm.difference", "cosine", "parallel", "orthogonal", "scale"];

test("a guided run prints a metric line for each step and name, with a value for each sample", async () => {
  const lines = await runHello("latent.batch=2", "schedule.steps=4", "guide.scale=6");
  const metrics = lines.filter(({ event, node }) => event === "metric" && node === "guide");
  expect(metrics.map(({ name }) => name)).toEqual(Array(4).fill(guidance).flat());
  for (const { value, step } of metrics) {
    expect(step).toBeGreaterThan(0);
    expect(value).toHaveLength(2);
    for (const one of value) expect(Number.isFinite(one)).toBe(true);
  }
  const progress = lines.filter(({ event }) => event === "progress");
  expect(metrics.filter(({ name }) => name === "scale").map(({ step, sigma }) => [step, sigma])).toEqual(
    progress.map(({ step, sigma }) => [step, sigma]),
  );
  for (const { value } of metrics.filter(({ name }) => name === "scale")) {
    for (const one of value) expect(one).toBeCloseTo(6, 4);
  }
  expect(Object.keys(metrics[0])).toEqual(["event", "node", "name", "value", "step", "sigma"]);
});

test("the parts of the difference make up its norm", async () => {
  const lines = await runHello("schedule.steps=3");
  const of = (step: number, wanted: string) =>
    lines.find(({ event, name, step: at }) => event === "metric" && name === wanted && at === step)?.value[0] ??
    Number.NaN;
  for (const step of [1, 2, 3]) {
    expect(Math.hypot(of(step, "parallel"), of(step, "orthogonal"))).toBeCloseTo(of(step, "norm.difference"), 8);
    expect(of(step, "norm.difference")).toBeGreaterThan(0);
  }
});

test("the finished pictures tell the clipping at the last step, for each sample", async () => {
  const lines = await runHello("latent.batch=2", "schedule.steps=4", "guide.scale=12");
  const found = lines.filter(({ name }) => name === "clipping");
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ node: "sample", step: 4 });
  expect(found[0].value).toHaveLength(2);
  for (const share of found[0].value) expect(share > 0 && share < 1).toBe(true);
});

test("at scale 1 the weak branch is neither evaluated nor measured", async () => {
  const lines = await runHello("schedule.steps=2", "guide.scale=1");
  const names = lines.filter(({ event, node }) => event === "metric" && node === "guide").map(({ name }) => name);
  expect(names).toEqual(["norm.strong", "norm.strong"]);
});

test("of thousands of points a line tells the mean", () => {
  const lines: string[] = [];
  const values = { cosine: Float64Array.from({ length: 3000 }, (_, i) => i % 2), scale: Float64Array.of(2, 3) };
  jsonPrinter((line) => lines.push(line))({ event: "metrics", node: "g", sampler: "s", step: 1, sigma: 2, values });
  expect(lines.map((line) => (JSON.parse(line) as { value: unknown }).value)).toEqual([0.5, [2, 3]]);
});
