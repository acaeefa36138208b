import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ParamValue } from "../../shared/node/params.ts";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { checkDocument } from "./check.ts";
import { evaluationsOf } from "./costTesting.ts";
import { Workspace } from "./workspace.ts";

const embeddedModel = resolve(__dirname, "../../assets/models/emoji-scenes");
const text = readFileSync(resolve(__dirname, "../../assets/workflows/hello.fairlead.json"), "utf8");
const hello = (parseWorkflow(text.replace('"steps": 20', '"steps": 5')) as { workflow: Workflow }).workflow;
let folder = "";
let workspace: Workspace;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-curves-"));
  workspace = new Workspace({ embeddedModel, cacheFolder: null });
});

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const withScale = (scale: ParamValue): Workflow => ({
  ...hello,
  nodes: hello.nodes.map((node) => (node.id === "guide" ? { ...node, params: { ...node.params, scale } } : node)),
});

const counts = (workflow: Workflow) => evaluationsOf(workspace, workflow, folder);

test("a drawn scale that touches 1 and 0 is planned as it runs", async () => {
  // 5 steps at 0, 1/4, …: scales 1, 1, 4, 0, 0.
  const points = [
    [0, 1],
    [0.5, 4],
    [0.75, 0],
  ];
  expect(await counts(withScale({ over: "fraction", interpolation: "step", points }))).toEqual([6, 6]);
});

test("a curve over wires is planned as it runs", async () => {
  const workflow: Workflow = {
    ...hello,
    nodes: [
      ...hello.nodes,
      { id: "shape", type: "curve/steps", params: { values: [0, 0, 3, 3, 0] } },
      { id: "one", type: "number/value", params: { value: 1 } },
      { id: "sum", type: "curve/add", params: {} },
    ],
    edges: [
      ...hello.edges,
      { from: ["shape", "curve"], to: ["sum", "a"] },
      { from: ["one", "number"], to: ["sum", "b"] },
      { from: ["sum", "curve"], to: ["guide", "scale"] },
    ],
  };
  expect(await counts(workflow)).toEqual([7, 7]);
});

test("a curve is refused with node and port", async () => {
  const sentences = async (scale: ParamValue) => {
    const { diagnostics } = await workspace.compile(withScale(scale), { baseFolder: null, device: "cpu" });
    return diagnostics.map(({ node, port, message }) => `${node}.${port}: ${message}`);
  };
  expect(await sentences({ over: "sigma", interpolation: "linear", points: [] })).toEqual([
    "guide.scale: Scale is a curve without points. Give it at least one, as [x, value].",
  ]);
  const steep = [
    [0.1, 2],
    [1, 5000],
  ];
  expect(await sentences({ over: "sigma", interpolation: "linear", points: steep })).toEqual([
    "guide.scale: Scale is 5000 at point 2 of its curve. It takes -100 to 1000.",
  ]);
  expect(await sentences([4])).toEqual(["guide.scale: Scale must be a number, not a list."]);
});

test("a check tells a curve's values at the steps of the walk that reads it", async () => {
  const workflow: Workflow = {
    ...hello,
    nodes: [...hello.nodes, { id: "shape", type: "curve/schedule", params: { shape: "linear", scale: 3 } }],
    edges: [...hello.edges, { from: ["shape", "curve"], to: ["guide", "scale"] }],
  };
  const input = { document: "a", text: serializeWorkflow(workflow), baseFolder: null, device: "cpu" as const };
  const { known, cost } = await checkDocument(workspace, input, null);
  expect(known.shape?.curve).toEqual([1, 2, 3, 4, 5]);
  expect(cost?.nfe).toBe(9);
});
