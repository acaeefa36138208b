import { expect, test } from "vitest";
import type { RunEvent } from "../../../shared/events.ts";
import { logLine } from "./logLine.ts";

test("events that come with every step leave no line", () => {
  expect(logLine({ event: "progress", node: "sample", step: 1, steps: 20, sigma: 3 })).toBeNull();
  expect(logLine({ event: "state", node: "sample", state: "running" })).toBeNull();
});

test.each<[RunEvent, string]>([
  [{ event: "state", node: "a", state: "done", ms: 4.26 }, "Done in 4.3 ms"],
  [{ event: "state", node: "a", state: "cached" }, "Reused"],
  [{ event: "output", node: "a", kind: "image", path: "/out/hello.png" }, "Wrote /out/hello.png"],
  [{ event: "metric", node: "a", name: "clip", value: [0.25, 0.5] }, "clip = 0.2500, 0.5000"],
  [
    { event: "value", node: "a", output: "latent", shape: [1, 4, 16, 16], dtype: "float32" },
    "latent: float32 1 × 4 × 16 × 16",
  ],
])("%j", (event, text) => expect(logLine(event)?.text).toBe(text));

test("the device line says why others were not used", () => {
  const report = {
    requested: "auto" as const,
    used: "cpu" as const,
    tried: [
      { device: "cuda" as const, ok: false, reason: "no driver" },
      { device: "cpu" as const, ok: true },
    ],
  };
  expect(logLine({ event: "device", report })).toEqual({
    severity: "info",
    node: null,
    text: "Runs on cpu; cuda: no driver",
  });
});

test("an error keeps its node and its weight", () => {
  expect(
    logLine({ event: "error", node: "model", port: null, message: "No model_index.json in this folder." }),
  ).toEqual({
    severity: "error",
    node: "model",
    text: "No model_index.json in this folder.",
  });
});
