/// <reference path="./virtual.d.ts" />
import list from "virtual:catalog";
import type { NodeDescription } from "../../shared/node/describe.ts";

/** Every kind of node, as the build described them. */
export const catalog: readonly NodeDescription[] = list;

export const catalogByType: ReadonlyMap<string, NodeDescription> = new Map(list.map((node) => [node.type, node]));
