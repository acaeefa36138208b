import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunEvent } from "../../shared/events.ts";
import { createEngine } from "./engine.ts";
import type { Engine, EngineMessage } from "./engineTypes.ts";
import { readEmbeddedWorkflow } from "./files/embedded.ts";

const text = readFileSync(resolve(__dirname, "../../assets/workflows/hello.fairlead.json"), "utf8");
const short = text.replace('"steps": 20', '"steps": 3');
let folder = "";
let engine: Engine;
const messages: EngineMessage[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-engine-"));
  engine = createEngine({
    embeddedModel: resolve(__dirname, "../../assets/models/emoji-scenes"),
    outputFolder: join(folder, "out"),
    cacheFolder: join(folder, "cache"),
  });
  engine.on((message) => messages.push(message));
});

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const input = (document: string, source: string) => ({
  document,
  text: source,
  baseFolder: null,
  device: "cpu" as const,
  name: "hello",
});
const eventsOf = (job: string): RunEvent[] =>
  messages.flatMap((message) => (message.type === "job.event" && message.job === job ? [message.event] : []));
const ended = (job: string) =>
  expect
    .poll(() => eventsOf(job).some(({ event }) => ["done", "error", "stopped"].includes(event)), { timeout: 20_000 })
    .toBe(true);

test("a check tells problems, cost and sigmas without running", async () => {
  const checked = await engine.check(input("a", text));
  expect(checked).toMatchObject({ diagnostics: [], cost: { nfe: 40, runs: 20, backward: 0 } });
  expect(checked.known.schedule?.sigmas).toHaveLength(21);
  expect(checked.known.model?.networks).toEqual(["unet", "unet_weak"]);
  const broken = await engine.check(input("a", text.replace('"scale": 4', '"scale": "4"')));
  expect(broken.cost).toBeNull();
  expect(broken.diagnostics).toEqual([
    { severity: "error", node: "guide", port: "scale", message: "Scale must be a number, not text." },
  ]);
  expect((await engine.check(input("a", "{"))).diagnostics[0]?.message).toContain("not JSON");
});

test("a run shows previews and pictures; a rerun computes only what changed", async () => {
  const { job } = await engine.run(input("a", short));
  await ended(job.id);
  const kinds = new Set(eventsOf(job.id).map(({ event }) => event));
  for (const kind of ["state", "progress", "preview", "images", "output", "value", "device", "done"])
    expect(kinds).toContain(kind);
  expect((await engine.check(input("a", short))).cost?.nfe).toBe(0);
  const again = await engine.run(input("a", short.replace('"name": "hello"', '"name": "other"')));
  await ended(again.job.id);
  expect(eventsOf(again.job.id).find(({ event }) => event === "done")).toMatchObject({ nfe: 0, runs: 0, modelMs: 0 });
  expect(existsSync(join(folder, "out/other.png"))).toBe(true);
});

test("a picture of the last run is exported with all its bits and its workflow", async () => {
  const path = join(folder, "export.png");
  await engine.exportImage({
    document: "a",
    node: "decode",
    index: 0,
    format: "png",
    bitDepth: 16,
    embedWorkflow: true,
    path,
  });
  const bytes = readFileSync(path);
  expect(bytes[24]).toBe(16);
  expect(readEmbeddedWorkflow(bytes)).toContain('"fairlead": 1');
  const gone = {
    document: "a",
    node: "nowhere",
    index: 0,
    format: "png",
    bitDepth: 8,
    embedWorkflow: false,
    path,
  } as const;
  await expect(engine.exportImage(gone)).rejects.toThrow("Run again, then export it.");
});

test("seeds are fixed when a run is queued, jobs run in order, a waiting one can be taken out", async () => {
  const counting = short
    .replace('"seedMode": "fixed"', '"seedMode": "increment"')
    .replace('"seed": 1074', '"seed": 9007199254740993');
  const queued = [];
  for (let i = 0; i < 4; i++) queued.push(await engine.run(input("b", counting)));
  expect(queued.map(({ seeds }) => seeds[0]?.seed)).toEqual([
    "9007199254740993",
    "9007199254740994",
    "9007199254740995",
    "9007199254740996",
  ]);
  const ids = queued.map(({ job }) => job.id);
  expect(engine.queue().map(({ state }) => state)).toEqual(["running", "waiting", "waiting", "waiting"]);
  await engine.stop(ids[2] as string);
  expect(engine.queue().map(({ id }) => id)).not.toContain(ids[2]);
  await ended(ids[3] as string);
  const ends = ids.map((id) => eventsOf(id).at(-1)?.event);
  expect(ends).toEqual(["done", "done", "stopped", "done"]);
});

test("a running job stops between two model calls, and the next one works", async () => {
  const { job } = await engine.run(input("c", text.replace('"steps": 20', '"steps": 500')));
  await expect
    .poll(() => eventsOf(job.id).filter(({ event }) => event === "progress").length, { timeout: 20_000 })
    .toBeGreaterThan(2);
  await engine.stop(job.id);
  await ended(job.id);
  expect(eventsOf(job.id).at(-1)).toEqual({ event: "stopped" });
  const next = await engine.run(input("c", short));
  await ended(next.job.id);
  expect(eventsOf(next.job.id).at(-1)?.event).toBe("done");
});

test("a document that cannot run ends with an error at its node", async () => {
  const { job } = await engine.run(input("d", text.replace('"steps": 20', '"steps": -1')));
  await ended(job.id);
  expect(eventsOf(job.id)).toEqual([
    { event: "error", node: "schedule", port: "steps", message: "Steps is -1. It takes 0 to 10000." },
  ]);
});

test("a job that waited in an engine that died keeps its number and its seed", async () => {
  const random = short.replace('"seedMode": "fixed"', '"seedMode": "random"');
  const job = { id: "job-41-1", number: 41, document: "e", name: "hello", state: "waiting" as const };
  const seeds = [{ node: "noise", param: "seed", seed: "18446744073709551615" }];
  expect(await engine.run({ ...input("e", random), as: { job, seeds } })).toEqual({ job, seeds });
  const next = await engine.run(input("e", short));
  expect(next.job.number).toBe(42);
  await ended(next.job.id);
});
