import { dirname, resolve } from "node:path";
import { nodesByType } from "../../nodes/catalog.ts";
import { subgraphKinds } from "../../shared/subgraph/kinds.ts";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import { applySets, type SetTarget } from "../../shared/workflow/sets.ts";
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
  const unknown = unknownParameter(parsed.workflow, set.targets);
  if (unknown) throw new Error(unknown);
  return { workflow: set.workflow, baseFolder: dirname(path) };
}

/** A sentence about a --set that named a parameter which its node does not have: a slip of the pen, never meant. */
function unknownParameter(workflow: Workflow, targets: readonly SetTarget[]): string | null {
  const own = subgraphKinds(workflow, nodesByType);
  for (const { node, type, param, isNew } of targets) {
    const definition = own.get(type) ?? nodesByType.get(type);
    if (!definition || !isNew || Object.hasOwn(definition.params, param)) continue;
    const known = Object.keys(definition.params).join(", ") || "none";
    return `--set ${node}.${param}: ${definition.title} has no parameter “${param}”. It has ${known}.`;
  }
  return null;
}
