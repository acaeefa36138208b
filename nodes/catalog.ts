import type { AnyNode } from "../shared/node/define.ts";
import { describe, type NodeDescription } from "../shared/node/describe.ts";

/** Every file `group/name.ts` here is a node: nothing else has to be edited to add one. */
const found = import.meta.glob<AnyNode>(["./*/*.ts", "!./*/*.test.ts", "!./lib/*"], { eager: true, import: "node" });

/** All nodes by type, sorted by type. */
export const nodesByType: ReadonlyMap<string, AnyNode> = new Map(
  Object.values(found)
    .sort((a, b) => (a.type < b.type ? -1 : 1))
    .map((node) => [node.type, node]),
);

/** Paths of the node files, to check that each equals its type. */
export const nodeFiles: Readonly<Record<string, AnyNode>> = found;

export const catalog: { readonly list: readonly NodeDescription[] } = { list: [...nodesByType.values()].map(describe) };
