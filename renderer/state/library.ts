import type { Draft } from "immer";
import type { Example } from "../../shared/contract.ts";
import type { NodeDescription } from "../../shared/node/describe.ts";
import { subgraphKinds } from "../../shared/subgraph/kinds.ts";
import { mergeSubgraphs, subgraphsOf } from "../../shared/subgraph/merge.ts";
import { subgraphOf, subgraphType } from "../../shared/subgraph/names.ts";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import { type Subgraph, schemaVersion, type Workflow } from "../../shared/workflow/workflow.ts";
import { showToast } from "../ui/toasts.ts";
import { call } from "./bridge.ts";
import { catalogByType } from "./catalog.ts";
import { activeDocument, edit } from "./documents.ts";
import { addingOf, freeId } from "./edits.ts";
import { attempt } from "./files.ts";
import { selectedInstances } from "./subgraphs.ts";
import { loadTemplates } from "./templates.ts";

/**
 * A subgraph of the person's library: one of their templates, whose field `library` names the subgraph that it is kept
 * for.
 */
export interface KeptSubgraph {
  /** Type of its nodes in the library. */
  readonly type: string;
  /** How lists show it, under a type that no document has. */
  readonly kind: NodeDescription;
  readonly subgraphs: readonly Subgraph[];
}

/** Keeps the subgraph that is selected in the library, in place of one of the same name. */
export async function keepSubgraph(): Promise<void> {
  const active = activeDocument();
  const [instance] = selectedInstances();
  const subgraph = active && instance && subgraphOf(active.root, instance.type);
  if (active === undefined || instance === undefined || subgraph === undefined) return;
  const { title: _, mode: __, ...node } = instance;
  const kept: Workflow = {
    fairlead: schemaVersion,
    name: subgraph.name,
    about: subgraph.about ?? catalogByType.get(instance.type)?.summary ?? "",
    library: subgraph.id,
    nodes: [{ ...node, params: {}, position: { x: 0, y: 0 } }],
    edges: [],
    subgraphs: subgraphsOf(active.root, [instance]),
  };
  await attempt(async () => {
    await call("template.save", { name: subgraph.name, text: serializeWorkflow(kept), thumbnail: null });
    await loadTemplates();
    showToast({
      kind: "ok",
      text: `“${subgraph.name}” is in your library: the node search finds it in every workflow.`,
    });
  });
}

/** The subgraphs of the library that the document in front does not hold already. */
export function keptSubgraphs(examples: readonly Example[]): readonly KeptSubgraph[] {
  const here = activeDocument()?.root.subgraphs ?? [];
  return examples.flatMap(({ isOwn, text }) => {
    const parsed = isOwn ? parseWorkflow(text) : { problem: "" };
    if ("problem" in parsed || typeof parsed.workflow.library !== "string") return [];
    const { subgraphs = [], library } = parsed.workflow;
    const type = subgraphType(library);
    const kind = subgraphKinds({ subgraphs }, catalogByType).get(type);
    const isHere = mergeSubgraphs(here, subgraphs).added.length === 0;
    if (kind === undefined || isHere) return [];
    return [{ type, subgraphs, kind: { ...kind, type: `${type} (library)`, summary: "From your library." } }];
  });
}

/** Brings a subgraph of the library into the document; gives the type of its nodes. The node to add joins the step. */
export function bringIn({ type: kept, kind, subgraphs }: KeptSubgraph): string {
  const active = activeDocument();
  if (active === undefined) return kept;
  const { added, typeOf } = mergeSubgraphs(active.root.subgraphs ?? [], subgraphs);
  const type = typeOf(kept);
  const bring = (_: unknown, document: Draft<Workflow>) => {
    document.subgraphs = [...(document.subgraphs ?? []), ...(added as Draft<Subgraph>[])];
  };
  edit(`Add ${kind.title}`, bring, { merge: addingOf(freeId(active.workflow.nodes, type)) });
  return type;
}
