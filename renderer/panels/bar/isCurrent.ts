import type { Checked } from "../../../shared/contract.ts";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { functionWires } from "../../../shared/node/wires.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";

/** Whether a run would compute nothing: all values are cached, and only savers and previews would act again. */
export function isCurrent(
  { cost, steps }: Pick<Checked, "cost" | "steps">,
  workflow: Workflow,
  catalog: ReadonlyMap<string, NodeDescription>,
): boolean {
  if (cost === null || cost.nfe > 0 || cost.backward > 0 || steps.length === 0) return false;
  const types = new Map(workflow.nodes.map(({ id, type }) => [id, type]));
  return steps.every(({ node, cached }) => {
    const description = catalog.get(types.get(node) ?? "");
    return cached || description?.effect !== undefined || isFunction(description);
  });
}

/** Functions are built anew for every run, at no cost of their own: they are never cached. */
function isFunction(description: NodeDescription | undefined): boolean {
  return Object.values(description?.outputs ?? {}).some(({ wire }) => functionWires.has(wire));
}
