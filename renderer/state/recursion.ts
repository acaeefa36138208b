import { holds } from "../../shared/subgraph/merge.ts";
import type { Subgraph } from "../../shared/workflow/workflow.ts";
import { showToast } from "../ui/toasts.ts";
import { activeDocument } from "./documents.ts";
import { subgraphInside } from "./inside.ts";

/** Says why nodes of some types may not come into the open subgraph, if they hold it; false if they may. */
export function refuseRecursion(subgraphs: readonly Subgraph[], types: readonly string[]): boolean {
  const active = activeDocument();
  const open = active && subgraphInside(active.root, active.inside);
  if (open === undefined || !types.some((type) => holds({ subgraphs }, type, open.id))) return false;
  showToast({ kind: "info", text: `This would put ${open.name} into itself.` });
  return true;
}
