import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { samplers } from "../../shared/sampling/samplers.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { evaluationsOf } from "./costTesting.ts";
import { Workspace } from "./workspace.ts";

let folder = "";
let workspace: Workspace;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-interval-"));
  workspace = new Workspace({ embeddedModel: folder, cacheFolder: null });
});

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Guidance within 0.5 to 3 on a test bed, walked by a sampler. */
function documentOf(params: Workflow["nodes"][number]["params"]): Workflow {
  const links = ["a", "all", "strong", "weak", "latent"].map((id) => `bed.model ${id}.model`);
  links.push("a.conditioning strong.conditioning", "all.conditioning weak.conditioning");
  links.push("strong.denoiser guide.strong", "weak.denoiser guide.weak", "guide.denoiser limit.inside");
  links.push("strong.denoiser limit.outside", "limit.denoiser sample.denoiser", "sample.latent save.tensor");
  for (const port of ["sigmas", "noise", "latent"]) links.push(`${port}.${port} sample.${port}`);
  return {
    fairlead: 1,
    nodes: [
      { id: "bed", type: "model/gaussian-mixture", params: {} },
      { id: "a", type: "text/encode", params: { text: "a" } },
      { id: "all", type: "text/encode", params: { text: "" } },
      ...["strong", "weak"].map((id) => ({ id, type: "denoiser/condition", params: {} })),
      { id: "guide", type: "guidance/cfg", params: { scale: 3 } },
      { id: "limit", type: "guidance/interval", params: { sigmaLow: 0.5, sigmaHigh: 3 } },
      { id: "sigmas", type: "sigmas/list", params: { values: [12, 7, 4, 2.5, 1.4, 0.8, 0.4, 0.1, 0] } },
      { id: "noise", type: "noise/gaussian", params: {} },
      { id: "latent", type: "latent/empty", params: {} },
      { id: "sample", type: "sampler/sample", params },
      { id: "save", type: "tensor/save", params: {} },
    ],
    edges: links.map((link) => {
      const [from, to] = link.split(" ").map((end) => end.split(".") as [string, string]);
      return { from, to };
    }),
  };
}

const falling = samplers.filter(({ rises, upperBound }) => !rises && !upperBound).map(({ id }) => id);

test.each(falling)("what an interval leaves out of a walk by %s is planned as it runs", async (sampler) => {
  const [planned, counted] = await evaluationsOf(workspace, documentOf({ sampler }), folder);
  expect(planned).toBe(counted);
  const every = [...documentOf({ sampler }).nodes];
  every[every.findIndex(({ id }) => id === "limit")] = {
    ...{ id: "limit", type: "guidance/interval", params: { sigmaLow: 0, sigmaHigh: 100 } },
  };
  const [whole] = await evaluationsOf(workspace, { ...documentOf({ sampler }), nodes: every }, folder);
  expect(counted).toBeLessThan(whole!);
});

test.each(["heun", "dpm_2", "euler"])("with churn and steps made twice, %s too", async (sampler) => {
  const [planned, counted] = await evaluationsOf(workspace, documentOf({ sampler, churn: 3, recurrence: 2 }), folder);
  expect(planned).toBe(counted);
});
