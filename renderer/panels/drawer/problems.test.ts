// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import type { Diagnostic } from "../../../shared/plan.ts";
import { advance } from "../../run/transition.ts";
import { allProblems } from "./problems.ts";
import { runningNode, runningProgress } from "./progress.ts";

vi.mock("virtual:catalog", () => ({ default: [] }));

const from = { job: "job", document: "d", number: 1 };
const warning: Diagnostic = { severity: "warning", node: "guide", port: "scale", message: "14 is high." };
const error: Diagnostic = { severity: "error", node: "sample", port: "latent", message: "16 channels." };

test("errors come before warnings", () => {
  expect(allProblems([warning, error], undefined)).toEqual([error, warning]);
});

test("what a run failed at counts, once, and only until the next run", () => {
  const failed = advance(undefined, {
    ...from,
    event: { event: "error", node: "model", port: null, message: "Gone." },
  });
  expect(allProblems([warning], failed).map(({ message }) => message)).toEqual(["Gone.", "14 is high."]);
  expect(allProblems([{ ...error, message: "Gone." }], failed)).toHaveLength(1);
  const again = advance(failed, { ...from, job: "next", event: { event: "state", node: "model", state: "running" } });
  expect(allProblems([], again)).toEqual([]);
});

test("a failure of no node is a problem of the workflow", () => {
  const failed = advance(undefined, {
    ...from,
    event: { event: "error", node: null, port: null, message: "Engine gone." },
  });
  expect(allProblems([], failed)).toEqual([{ severity: "error", node: null, port: null, message: "Engine gone." }]);
});

test("progress is that of the running node that counts its steps", () => {
  const events = [
    { event: "state", node: "load", state: "running" },
    { event: "state", node: "sample", state: "running" },
    { event: "progress", node: "sample", step: 5, steps: 20, sigma: 1 },
  ] as const;
  const run = events.reduce<ReturnType<typeof advance> | undefined>(
    (before, event) => advance(before, { ...from, event }),
    undefined,
  )!;
  expect(runningNode(run)).toEqual({ id: "sample", step: 5, steps: 20 });
  const jobs = [{ id: "job", number: 1, document: "d", name: "", state: "running" as const }];
  expect(runningProgress({ jobs, byDocument: { d: run } })).toBe(0.25);
  expect(runningProgress({ jobs: [], byDocument: { d: run } })).toBeNull();
});
