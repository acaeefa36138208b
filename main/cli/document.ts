import { dirname, resolve } from "node:path";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import { applySets } from "../../shared/workflow/sets.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { readWorkflowFile } from "../engine/files/embedded.ts";

export interface Opened {
  readonly workflow: Workflow;
  /** Where relative paths in it start. */
  readonly baseFolder: string;
}

/** Reads a workflow or a picture that carries one, and applies --set. Throws an Error with one sentence. */
export async function openDocument(file: string, sets: readonly string[]): Promise<Opened> {
  const path = resolve(file);
  const read = await readWorkflowFile(path);
  if ("problem" in read) throw new Error(read.problem);
  const parsed = parseWorkflow(read.text);
  if ("problem" in parsed) throw new Error(`${file}: ${parsed.problem}`);
  const set = applySets(parsed.workflow, sets);
  if ("problem" in set) throw new Error(set.problem);
  return { workflow: set.workflow, baseFolder: dirname(path) };
}
