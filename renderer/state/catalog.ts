/// <reference path="./virtual.d.ts" />
import list from "virtual:catalog";
import { citedPlaces } from "../../shared/node/citations.ts";
import type { NodeDescription } from "../../shared/node/describe.ts";
import { liveKinds } from "./kinds.ts";

/** Every kind of node of the program, as the build described them. */
export const catalog: readonly NodeDescription[] = list;

/** Every kind of node that the document in front can have, its own subgraphs too. */
export const catalogByType = liveKinds(new Map(list.map((node) => [node.type, node])));

const places = citedPlaces(list);

/** Titles of the nodes other than `type` that cite a work or have a choice that does, each once. */
export function othersCiting(id: string, type: string): readonly string[] {
  const others = (places.get(id) ?? []).filter(({ node }) => node.type !== type);
  return [...new Set(others.map(({ node }) => node.title))];
}
