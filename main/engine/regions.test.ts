import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { evaluationsOf } from "./costTesting.ts";
import { Workspace } from "./workspace.ts";

const embeddedModel = resolve(__dirname, "../../assets/models/emoji-scenes");
const text = readFileSync(resolve(__dirname, "../../assets/workflows/hello.fairlead.json"), "utf8");
const hello = (parseWorkflow(text.replace('"steps": 20', '"steps": 4')) as { workflow: Workflow }).workflow;
const guided = hello.edges.find(({ to }) => to[0] === "sample" && to[1] === "denoiser")!;
const strong = hello.edges.find(({ to }) => to[0] === "guide" && to[1] === "strong")!;
const model = hello.edges.find(({ to }) => to[0] === "prompt" && to[1] === "model")!;
let folder = "";
let workspace: Workspace;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-regions-"));
  workspace = new Workspace({ embeddedModel, cacheFolder: null });
});

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const node = (id: string, type: string, params: Workflow["nodes"][number]["params"] = {}) => ({ id, type, params });
const edge = (text: string): Workflow["edges"][number] => {
  const [from, to] = text.split(" ").map((end) => end.split("."));
  return { from: [from[0], from[1]], to: [to[0], to[1]] };
};

/** The first document with more nodes before its sampler. */
function extended(nodes: Workflow["nodes"], edges: Workflow["edges"], last: string): Workflow {
  return {
    ...hello,
    nodes: [...hello.nodes, ...nodes],
    edges: [
      ...hello.edges.map((one) => (one === guided ? { ...one, from: [last, "denoiser"] as const } : one)),
      ...edges,
    ] as Workflow["edges"],
  };
}

const counts = (workflow: Workflow) => evaluationsOf(workspace, workflow, folder);

test("guidance in a region costs what the guidance costs", async () => {
  const workflow = extended(
    [node("left", "mask/rectangle", { soft: 0.1 }), node("region", "denoiser/mask")],
    [
      edge("left.mask region.mask"),
      { from: guided.from, to: ["region", "inside"] },
      { from: strong.from, to: ["region", "outside"] },
    ],
    "region",
  );
  expect(await counts(workflow)).toEqual([8, 8]);
});

test("a second prompt for the end of the walk, and one for a region, are planned as they run", async () => {
  const workflow = extended(
    [
      node("late", "text/encode", { text: "a (red:1.3) fox" }),
      node("fox", "denoiser/condition"),
      node("range", "denoiser/range", { by: "step", firstStep: 3, lastStep: 4 }),
      node("oval", "mask/ellipse"),
      node("regions", "denoiser/regions"),
    ],
    [
      { from: model.from, to: ["late", "model"] },
      { from: model.from, to: ["fox", "model"] },
      edge("late.conditioning fox.conditioning"),
      edge("fox.denoiser range.inside"),
      { from: guided.from, to: ["range", "outside"] },
      edge("fox.denoiser regions.denoisers"),
      edge("oval.mask regions.masks"),
      edge("range.denoiser regions.background"),
    ],
    "regions",
  );
  // Two steps of a guided pair and the fox, two of the fox alone.
  expect(await counts(workflow)).toEqual([8, 8]);
});

test("a prompt that changes on the way costs what one that stays costs", async () => {
  const prompt = hello.edges.find(({ to }) => to[0] === "sample" && to[1] === "sigmas")!;
  const conditioned = hello.edges.find(({ from }) => from[0] === "prompt")!;
  const changing = (text: string): Workflow => ({
    ...hello,
    nodes: [...hello.nodes, node("change", "text/schedule", { text })],
    edges: [
      ...hello.edges.filter((one) => one !== conditioned),
      { from: model.from, to: ["change", "model"] },
      { from: prompt.from, to: ["change", "sigmas"] },
      { from: ["change", "conditioning"], to: conditioned.to },
    ],
  });
  for (const text of ["a red fox", "[a red fox:a blue moon:0.5]", "a [red|blue] fox"])
    expect(await counts(changing(text))).toEqual([8, 8]);
});
