import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunEvent } from "../../shared/events.ts";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { Workspace } from "./workspace.ts";

const examples = resolve(__dirname, "../../assets/workflows");
const names = readdirSync(examples).filter((name) => name.endsWith(".fairlead.json"));
let folder = "";
let workspace: Workspace;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-scope-"));
  workspace = new Workspace({
    embeddedModel: resolve(__dirname, "../../assets/models/emoji-scenes"),
    cacheFolder: null,
  });
});

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An example with few steps and samples. */
function small(name: string): Workflow {
  const parsed = parseWorkflow(readFileSync(join(examples, name), "utf8"));
  if (!("workflow" in parsed)) throw new Error(parsed.problem);
  const nodes = parsed.workflow.nodes.map((node) => {
    const few = { ...("steps" in node.params && { steps: 3 }), ...("batch" in node.params && { batch: 2 }) };
    return { ...node, params: { ...node.params, ...few } };
  });
  return { ...parsed.workflow, nodes };
}

async function run(workflow: Workflow, previews: boolean) {
  const events: RunEvent[] = [];
  const done = await workspace.run(workflow, {
    baseFolder: examples,
    device: "cpu",
    outputFolder: mkdtempSync(join(folder, "out-")),
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    previews,
  });
  return { done, events };
}

test.each(names)("%s: evaluations by node add up to those of the run", async (name) => {
  const { done, events } = await run(small(name), false);
  const told = events.findLast((event) => event.event === "evaluations");
  const counts = told?.event === "evaluations" ? told.counts : {};
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(done.nfe);
});

test("a window gets the picture of the last step, its clipping, and a map of the guidance at each step", async () => {
  const workflow = small("hello.fairlead.json");
  const nodes = workflow.nodes.map((node) =>
    node.id === "noise" ? { ...node, params: { ...node.params, seed: 5 } } : node,
  );
  const { events } = await run({ ...workflow, nodes }, true);
  expect(events.findLast((event) => event.event === "preview")).toMatchObject({ node: "sample", step: 3 });
  const metrics = events.flatMap((event) => (event.event === "metrics" ? [event] : []));
  expect(metrics.some(({ step, values }) => step === 3 && values.clipping !== undefined)).toBe(true);
  const maps = metrics.filter(({ node }) => node === "guide").map(({ map }) => map);
  expect(maps).toHaveLength(3);
  for (const map of maps) {
    expect([map?.width, map?.height, map?.levels.length]).toEqual([16, 16, 256]);
    expect(map?.top).toBeGreaterThan(0);
  }
});
