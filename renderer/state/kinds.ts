import type { NodeDescription } from "../../shared/node/describe.ts";
import { boundaryKinds, subgraphKinds } from "../../shared/subgraph/kinds.ts";
import { subgraphType } from "../../shared/subgraph/names.ts";
import type { Subgraph, Workflow } from "../../shared/workflow/workflow.ts";
import { writeJson } from "../../shared/workflow/writeJson.ts";
import { activeDocument } from "./documents.ts";
import { subgraphInside } from "./inside.ts";

type Catalog = ReadonlyMap<string, NodeDescription>;

/**
 * Kinds of node that the document in front knows: those of the program, those that stand for its subgraphs, and the rim
 * of the subgraph that is open. Descriptions that did not change stay the same objects.
 */
export function liveKinds(builtIn: Catalog): Catalog {
  let subgraphs: Workflow["subgraphs"];
  let open: Subgraph | undefined;
  let own: Readonly<Record<string, NodeDescription>> = {};
  let all = builtIn;
  const now = (): Catalog => {
    const active = activeDocument();
    const inside = active && subgraphInside(active.root, active.inside);
    if (active?.root.subgraphs === subgraphs && inside === open) return all;
    subgraphs = active?.root.subgraphs;
    open = inside;
    const described = subgraphKinds({ subgraphs: subgraphs ?? [] }, builtIn);
    const rim = open === undefined ? [] : boundaryKinds(open, described.get(subgraphType(open.id)));
    const next = { ...Object.fromEntries(described), ...Object.fromEntries(rim.map((kind) => [kind.type, kind])) };
    // Ports in another order are another look, so the texts are compared.
    const isSame = (type: string, kind: NodeDescription) =>
      own[type] !== undefined && writeJson(own[type]) === writeJson(kind);
    own = Object.fromEntries(
      Object.entries(next).map(([type, kind]) => [type, isSame(type, kind) ? own[type]! : kind]),
    );
    all = subgraphs === undefined ? builtIn : new Map([...builtIn, ...Object.entries(own)]);
    return all;
  };
  return {
    get: (type) => now().get(type),
    has: (type) => now().has(type),
    get size() {
      return now().size;
    },
    keys: () => now().keys(),
    values: () => now().values(),
    entries: () => now().entries(),
    forEach: (callback) => now().forEach(callback),
    [Symbol.iterator]: () => now()[Symbol.iterator](),
  };
}
