import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodesByType } from "../../nodes/catalog.ts";
import type { RunEvent } from "../../shared/events.ts";
import { pack } from "../../shared/subgraph/pack.ts";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import type { Workflow, WorkflowNode } from "../../shared/workflow/workflow.ts";
import { Workspace } from "../engine/workspace.ts";
import { embeddedModel } from "./folders.ts";
import { eventsOf, fairlead, fairleadEvents } from "./testing.ts";

const hello = resolve(__dirname, "../../assets/workflows/hello.fairlead.json");
let folder = "";
let file = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-subgraphs-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache");
  file = join(folder, "packed.fairlead.json");
  writeFileSync(file, serializeWorkflow(packedHello(4)));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function readHello(steps: number): Workflow {
  const parsed = parseWorkflow(readFileSync(hello, "utf8"));
  if ("problem" in parsed) throw new Error(parsed.problem);
  const nodes = parsed.workflow.nodes.map((node) =>
    node.id === "schedule" ? { ...node, params: { ...node.params, steps } } : node,
  );
  return { ...parsed.workflow, nodes };
}

/** The first example with its guidance, sampler, decoder and saver in one node that shows the scale. */
function packedHello(steps: number): Workflow {
  const document = readHello(steps);
  const chosen = new Set(["positive", "negative", "guide", "sample", "decode", "save"]);
  const kindOf = ({ type }: WorkflowNode) => nodesByType.get(type);
  const { graph, subgraph } = pack({ graph: document, chosen, id: "paint", name: "Paint", instance: "paint", kindOf });
  const params = [{ name: "strength", to: ["guide", "scale"] as const }];
  return { ...document, ...graph, subgraphs: [{ ...subgraph, params }] };
}

test("a run after packing reuses everything and writes the same picture", async () => {
  const workspace = new Workspace({ embeddedModel: embeddedModel(), cacheFolder: null });
  const run = async (workflow: Workflow) => {
    const events: RunEvent[] = [];
    const outputFolder = mkdtempSync(join(folder, "out-"));
    const done = await workspace.run(workflow, {
      baseFolder: null,
      device: "cpu",
      outputFolder,
      emit: (event) => void events.push(event),
      signal: new AbortController().signal,
      previews: false,
    });
    const ran = events.flatMap((event) => (event.event === "state" && event.state === "running" ? [event.node] : []));
    return { nfe: done.nfe, ran, png: readFileSync(join(outputFolder, "hello.png")) };
  };
  const plain = await run(readHello(4));
  const inside = await run(packedHello(4));
  expect([plain.nfe, inside.nfe]).toEqual([8, 0]);
  expect(inside.ran).toEqual(["paint/save"]);
  // The same pixels; the workflow inside is the packed one.
  expect(inside.png.includes('"type": "subgraph/paint"')).toBe(true);
  await workspace.close();
});

test("run, plan and validate see through, and the picture carries the subgraph", async () => {
  const out = mkdtempSync(join(folder, "out-"));
  const { code, events } = await fairleadEvents("run", file, "--json", "--device", "cpu", "--out", out);
  expect(code).toBe(0);
  expect(events.filter(({ event }) => event === "progress").map(({ node }) => node)).toEqual(
    Array(4).fill("paint/sample"),
  );
  expect(events.find(({ event }) => event === "output")).toMatchObject({ node: "paint/save" });
  expect(events.at(-1)).toMatchObject({ nfe: 8 });
  const again = await fairleadEvents("run", join(out, "hello.png"), "--json", "--device", "cpu", "--out", out);
  expect(again.last).toMatchObject({ event: "done", nfe: 8 });
  expect(readFileSync(join(out, "hello (2).png"))).toEqual(readFileSync(join(out, "hello.png")));
  const plan = await fairlead("plan", file, "--json");
  expect(JSON.parse(plan.out[0]).steps.map(({ node }: { node: string }) => node)).toContain("paint/guide");
  expect(await fairlead("validate", file)).toMatchObject({ code: 0, out: ["No problems: this workflow can run."] });
});

test("--set reaches shown parameters and inner nodes", async () => {
  const nfeOf = async (...sets: string[]) => {
    const { code, out, errors } = await fairlead("plan", file, "--json", ...sets.flatMap((set) => ["--set", set]));
    return { code, errors, nfe: code === 0 ? eventsOf(out)[0].nfe : null };
  };
  expect(await nfeOf("paint.strength=1")).toMatchObject({ code: 0, nfe: 4 });
  expect(await nfeOf("paint/guide.scale=1")).toMatchObject({ code: 0, nfe: 4 });
  // What the instance shows and sets is stronger than the inner node's own value.
  expect(await nfeOf("paint/guide.scale=1", "paint.strength=2")).toMatchObject({ code: 0, nfe: 8 });
  expect((await nfeOf("paint.scale=1")).errors).toEqual([
    "--set paint.scale: Paint has no parameter “scale”. It has strength.",
  ]);
  expect((await nfeOf("paint/guide.scale=loud")).errors).toEqual([
    "paint/guide (Guidance), scale: Scale must be a number, not text.",
  ]);
});
