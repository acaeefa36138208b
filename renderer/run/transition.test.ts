import { beforeEach, expect, test, vi } from "vitest";
import type { RunEvent } from "../../shared/events.ts";
import type { DocumentRun } from "./runs.ts";
import { advance } from "./transition.ts";

const held = new Set<string>();
let count = 0;

beforeEach(() => {
  held.clear();
  count = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => {
    count += 1;
    held.add(`blob:${count}`);
    return `blob:${count}`;
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => {
    held.delete(url);
  });
});

function play(events: readonly RunEvent[], before?: DocumentRun, number = 1): DocumentRun {
  let run = before;
  for (const event of events) run = advance(run, { job: `job-${number}`, document: "d", number, event });
  return run!;
}

const png = new Uint8Array([1]);
const started: RunEvent = { event: "state", node: "sample", state: "running" };
const progress: RunEvent = { event: "progress", node: "sample", step: 3, steps: 20, sigma: 1.5 };
const preview: RunEvent = { event: "preview", node: "sample", step: 3, steps: 20, sigma: 1, png, width: 8, height: 8 };
const images: RunEvent = { event: "images", node: "decode", pngs: [png, png], width: 64, height: 32 };
const done: RunEvent = {
  event: "done",
  wallMs: 200,
  loadMs: 0,
  modelMs: 150,
  gradientMs: 0,
  nfe: 40,
  runs: 20,
  backward: 0,
  peakRssBytes: 1,
};

test("a node counts its steps and ends with its time", () => {
  const running = play([started, progress]);
  expect(running.nodes.sample).toMatchObject({ state: "running", step: 3, steps: 20, sigma: 1.5 });
  const ended = play([{ event: "state", node: "sample", state: "done", ms: 190 }, done], running);
  expect(ended.nodes.sample).toMatchObject({ state: "done", ms: 190 });
  expect(ended).toMatchObject({ state: "done", done: { nfe: 40, runs: 20 } });
});

test("an error stands on its node, and what ran beside it stops", () => {
  const run = play([started, { event: "error", node: "decode", port: "latent", message: "Latent has 16 channels." }]);
  expect(run.state).toBe("failed");
  expect(run.nodes.decode).toMatchObject({ state: "error", port: "latent", message: "Latent has 16 channels." });
  expect(run.nodes.sample?.state).toBe("idle");
});

test("an error of no node is one of the run", () => {
  expect(play([{ event: "error", node: null, port: null, message: "Out of memory." }]).message).toBe("Out of memory.");
});

test("stopping leaves nothing running", () => {
  const run = play([started, progress, { event: "stopped" }]);
  expect([run.state, run.nodes.sample?.state]).toEqual(["stopped", "idle"]);
});

test("pictures stay through the next run, with the number of their own", () => {
  const first = play([images, done]);
  expect(first.nodes.decode).toMatchObject({ images: ["blob:1", "blob:2"], width: 64, fromRun: 1 });
  const second = play([started], first, 2);
  expect(second.nodes.decode).toMatchObject({ state: "idle", images: ["blob:1", "blob:2"], fromRun: 1 });
  const third = play([images], second, 2);
  expect(third.nodes.decode?.fromRun).toBe(2);
});

test("pictures that nothing shows any more are let go", () => {
  const first = play([preview, preview, images]);
  expect([...held]).toEqual(["blob:2", "blob:3", "blob:4"]);
  play([started, images], first, 2);
  expect([...held]).toEqual(["blob:5", "blob:6"]);
});

test("events change no object but those of their node", () => {
  const before = play([started, images]);
  const after = play([progress], before);
  expect(after.nodes.decode).toBe(before.nodes.decode);
  expect(before.nodes.sample?.step).toBe(0);
});
