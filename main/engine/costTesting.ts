import { expect } from "vitest";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import type { Workspace } from "./workspace.ts";

/** Evaluations of a document as planned, and as counted by a run that saves into `outputFolder`. It has to have no errors. */
export async function evaluationsOf(
  workspace: Workspace,
  workflow: Workflow,
  outputFolder: string,
): Promise<readonly [planned: number | undefined, counted: number]> {
  const { plan, diagnostics } = await workspace.compile(workflow, { baseFolder: null, device: "cpu" });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const done = await workspace.run(workflow, {
    ...{ baseFolder: null, device: "cpu", outputFolder, previews: false },
    ...{ emit: () => {}, signal: new AbortController().signal },
  });
  return [plan?.cost.nfe, done.nfe];
}
