import { nameOf } from "../node/names.ts";
import type { Subgraph } from "../workflow/workflow.ts";

/** Type of the node inside a subgraph that gives what comes into it. */
export const inputsType = "graph/inputs";
/** Type of the node inside a subgraph that takes what leaves it. */
export const outputsType = "graph/outputs";

const group = "subgraph/";

/** Type of the nodes that stand for a subgraph. */
export function subgraphType(id: string): string {
  return `${group}${id}`;
}

/** Id of the subgraph that a node of a type stands for; null for any other type. */
export function subgraphIdOf(type: string): string | null {
  return type.startsWith(group) ? type.slice(group.length) : null;
}

/** Whether nodes of a type are the rim of a subgraph. */
export function isBoundary(type: string): boolean {
  return type === inputsType || type === outputsType;
}

/** The subgraph that nodes of a type stand for; of two with one id the first. */
export function subgraphOf<S extends { readonly id: string } = Subgraph>(
  { subgraphs }: { readonly subgraphs?: readonly S[] },
  type: string,
): S | undefined {
  const id = subgraphIdOf(type);
  return id === null ? undefined : subgraphs?.find((one) => one.id === id);
}

/** Shown name of a port of a subgraph: as a person typed it, or made of a name such as "batchSize". */
export function shownName(name: string): string {
  return /^\P{Ll}|\s/u.test(name) ? name : nameOf(name);
}

/** A name like `wish` that none of `taken` has: denoiser, denoiser 2, … */
export function freeName(wish: string, taken: ReadonlySet<string>): string {
  let name = wish;
  for (let number = 2; taken.has(name); number++) name = `${wish} ${number}`;
  return name;
}
