import { nodesAt } from "../../../shared/subgraph/paths.ts";
import { activeDocument, select } from "../../state/documents.ts";
import { selectAt } from "../../state/subgraphs.ts";
import { groupOf } from "../../theme/categories.ts";
import { showSegment } from "../inspector/segment.ts";
import { useTraces } from "./traces.ts";

/** Opens the Scope of the selected node; without one, of the sampler that ran last, or of the first of the document. */
export function showScope(): void {
  const active = activeDocument();
  if (active === undefined) return;
  if (active.selection.length !== 1) {
    const trace = useTraces.getState().byDocument[active.id]?.at(-1);
    const isThere = (path: string) => nodesAt(active.root, path) !== null;
    const ran = Object.keys(trace?.walks ?? {}).findLast(isThere);
    const sampler = active.workflow.nodes.find(({ type }) => groupOf(type) === "sampler")?.id;
    if (ran !== undefined) selectAt(ran);
    else if (sampler !== undefined) select([sampler]);
  }
  showSegment("scope");
}
