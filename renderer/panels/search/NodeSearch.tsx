import { useEffect, useMemo } from "react";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { holds } from "../../../shared/subgraph/merge.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { catalogByType } from "../../state/catalog.ts";
import { placeOf } from "../../state/connect.ts";
import { activeDocument } from "../../state/documents.ts";
import { addingOf, addNode } from "../../state/edits.ts";
import { attempt } from "../../state/files.ts";
import { fitOnLink, insertOnLink } from "../../state/insert.ts";
import { bringIn, type KeptSubgraph, keptSubgraphs } from "../../state/library.ts";
import { type DraggedFrom, hideSearch, type SearchRequest, useSearch } from "../../state/search.ts";
import { openSubgraph } from "../../state/subgraphs.ts";
import { swapNode, swapOf } from "../../state/swap.ts";
import { loadTemplates, useTemplates } from "../../state/templates.ts";
import { groupOf } from "../../theme/categories.ts";
import { type Candidate, candidatesFor, type LooseEnd } from "./candidates.ts";
import { SearchBox } from "./SearchBox.tsx";

/** The search over the canvas while somebody asked for it. */
export function NodeSearch() {
  const open = useSearch((state) => state.open);
  return open === null ? null : <OpenSearch request={open} />;
}

function OpenSearch({ request }: { readonly request: SearchRequest }) {
  const { screen, at, from, task } = request;
  const templates = useTemplates((state) => state.list);
  useEffect(() => {
    if (templates === null) void attempt(loadTemplates);
  }, [templates]);
  const kept = useMemo(() => keptSubgraphs(templates ?? []), [templates]);
  const candidates = useMemo(() => candidatesOf(request, kept), [request, kept]);
  const add = ({ node, landing }: Candidate) => {
    hideSearch();
    const own = kept.find(({ kind }) => kind === node);
    const type = own === undefined ? node.type : bringIn(own);
    if (task?.kind === "replace") swapNode(task.node, type);
    else {
      const link = from && landing && { end: [from.node, from.port] as const, side: from.side, port: landing.port };
      const id = addNode(type, at, {}, link);
      if (task !== undefined) insertOnLink(task.edge, id, addingOf(id));
    }
  };
  return (
    <SearchBox
      at={screen}
      wire={from && { type: from.wire, side: from.side === "out" ? "takes" : "gives" }}
      verb={task === undefined ? (from === undefined ? "Add" : "Add and connect") : verbs[task.kind]}
      candidates={candidates}
      onAdd={add}
      onClose={hideSearch}
    />
  );
}

/** Kinds of node that can be added here: all but subgraphs that hold the open one. */
function addable(): readonly NodeDescription[] {
  const open = openSubgraph();
  const root = activeDocument()?.root;
  const isRound = (type: string) => open !== undefined && root !== undefined && holds(root, type, open.id);
  return [...catalogByType.values()].filter(({ type }) => !isRound(type));
}

const verbs = { insert: "Insert", replace: "Replace" } as const;

function candidatesOf({ from, task }: SearchRequest, kept: readonly KeptSubgraph[]): readonly Candidate[] {
  const workflow = activeDocument()?.workflow;
  // What stands in the place of a node is there already: the library only adds.
  const all = [...addable(), ...(task?.kind === "replace" ? [] : kept.map(({ kind }) => kind))];
  if (task === undefined || workflow === undefined) return candidatesFor(all, from && looseEnd(from));
  const usable = candidatesFor(all);
  if (task.kind === "insert") {
    const fit = fitOnLink(workflow, catalogByType, task.edge);
    return usable.filter(({ node }) => fit(node) !== null);
  }
  return replacements(usable, workflow, task.node);
}

/** Nodes that could stand in the place of another: those that keep most of its links first, then those of its group. */
function replacements(usable: readonly Candidate[], workflow: Workflow, id: string): readonly Candidate[] {
  const type = workflow.nodes.find((one) => one.id === id)?.type ?? "";
  const links = workflow.edges.filter(({ from, to }) => from[0] === id || to[0] === id).length;
  return usable
    .filter(({ node }) => node.type !== type && node.inert !== true)
    .map((candidate) => {
      const { lost } = swapOf(workflow, catalogByType, id, candidate.node.type);
      const isAlike = groupOf(candidate.node.type) === groupOf(type);
      return { candidate, kept: links - lost, rank: 2 * (links - lost) + (isAlike ? 1 : 0) };
    })
    .filter(({ kept }) => kept > 0 || links === 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ candidate }) => candidate);
}

function looseEnd({ node, port, side, wire }: DraggedFrom): LooseEnd {
  if (side === "out") return { from: "output", wire };
  const type = activeDocument()?.workflow.nodes.find(({ id }) => id === node)?.type;
  const place = type === undefined ? null : placeOf(catalogByType.get(type), port);
  return { from: "input", wire, accepts: place?.takes };
}
