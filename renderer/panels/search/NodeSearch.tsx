import { useMemo } from "react";
import { catalog, catalogByType } from "../../state/catalog.ts";
import { placeOf } from "../../state/connect.ts";
import { activeDocument } from "../../state/documents.ts";
import { addNode } from "../../state/edits.ts";
import { type DraggedFrom, hideSearch, type SearchRequest, useSearch } from "../../state/search.ts";
import { type Candidate, candidatesFor, type LooseEnd } from "./candidates.ts";
import { SearchBox } from "./SearchBox.tsx";

/** The search over the canvas while somebody asked for it. */
export function NodeSearch() {
  const open = useSearch((state) => state.open);
  return open === null ? null : <OpenSearch request={open} />;
}

function OpenSearch({ request }: { readonly request: SearchRequest }) {
  const { screen, at, from } = request;
  const candidates = useMemo(() => candidatesFor(catalog, from && looseEnd(from)), [from]);
  const add = ({ node, landing }: Candidate) => {
    hideSearch();
    const link = from && landing && { end: [from.node, from.port] as const, side: from.side, port: landing.port };
    addNode(node.type, at, {}, link);
  };
  return (
    <SearchBox
      at={screen}
      wire={from && { type: from.wire, side: from.side === "out" ? "takes" : "gives" }}
      candidates={candidates}
      onAdd={add}
      onClose={hideSearch}
    />
  );
}

function looseEnd({ node, port, side, wire }: DraggedFrom): LooseEnd {
  if (side === "out") return { from: "output", wire };
  const type = activeDocument()?.workflow.nodes.find(({ id }) => id === node)?.type;
  const place = type === undefined ? null : placeOf(catalogByType.get(type), port);
  return { from: "input", wire, accepts: place?.takes };
}
