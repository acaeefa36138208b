import type { Checked } from "../../shared/contract.ts";
import { walkOf } from "../../shared/curves/walk.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { catalogByType } from "../state/catalog.ts";

/** The noise levels at which a node's parameters will be read; undefined while they are not known. */
export function sigmasFor(workflow: Workflow, node: string, known: Checked["known"]): readonly number[] | undefined {
  const types = new Map(workflow.nodes.map(({ id, type }) => [id, catalogByType.get(type)]));
  return walkOf(workflow, node, {
    takesSigmas: (id, input) => types.get(id)?.inputs[input]?.wire === "sigmas",
    sigmasOf: (id) => known[id]?.sigmas,
  });
}
