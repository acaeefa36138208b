import type { Citation } from "./define.ts";
import type { NodeDescription } from "./describe.ts";

/** Where a work is cited: by a node, or by a choice of one of its parameters. */
export interface CitedPlace {
  readonly node: Pick<NodeDescription, "type" | "title">;
  readonly choice?: { readonly param: string; readonly value: string; readonly label: string };
  readonly cite: Citation;
}

/** Everything that cites a work, by the work's id, in the order of the nodes; a node comes before its choices. */
export function citedPlaces(nodes: readonly NodeDescription[]): ReadonlyMap<string, readonly CitedPlace[]> {
  const found = new Map<string, CitedPlace[]>();
  for (const place of nodes.flatMap(placesOf)) {
    const places = found.get(place.cite.id);
    if (places) places.push(place);
    else found.set(place.cite.id, [place]);
  }
  return found;
}

function placesOf(node: NodeDescription): CitedPlace[] {
  const choices = Object.entries(node.params).flatMap(([param, definition]) =>
    definition.kind === "select" ? definition.options.map((choice) => ({ param, choice })) : [],
  );
  return [
    ...node.cites.map((cite) => ({ node, cite })),
    ...choices.flatMap(({ param, choice: { value, label = value, cites = [] } }) =>
      cites.map((cite) => ({ node, choice: { param, value, label }, cite })),
    ),
  ];
}
