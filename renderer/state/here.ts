import type { Checked } from "../../shared/contract.ts";
import { nodesAt } from "../../shared/subgraph/paths.ts";
import { catalogByType } from "./catalog.ts";
import { useChecks } from "./check.ts";
import { activeDocument, useActive, useDocuments } from "./documents.ts";

/** What stands before the ids of the open graph where runs and checks speak of them: "" at the top, else "outer/". */
function prefixOf(inside: readonly string[]): string {
  return inside.map((id) => `${id}/`).join("");
}

/** The prefix of the open graph, for components. */
export function useHere(): string {
  return useActive(({ inside }) => prefixOf(inside)) ?? "";
}

/** The prefix of the open graph as it is now. */
export function here(): string {
  return prefixOf(activeDocument()?.inside ?? []);
}

const localChecks = new WeakMap<Checked, Map<string, Checked>>();

/** A check with the ids of the graph that a prefix leads into; what is elsewhere is left out. */
export function localCheck(checked: Checked, prefix: string): Checked {
  if (prefix === "") return checked;
  const known = localChecks.get(checked) ?? new Map<string, Checked>();
  localChecks.set(checked, known);
  const found = known.get(prefix);
  if (found !== undefined) return found;
  const inner = <T extends { readonly node: string | null }>(list: readonly T[]) =>
    list.flatMap((one) => (one.node?.startsWith(prefix) ? [{ ...one, node: one.node.slice(prefix.length) }] : []));
  const entries = Object.entries(checked.known).filter(([id]) => id.startsWith(prefix));
  const local = {
    ...checked,
    diagnostics: inner(checked.diagnostics),
    steps: inner(checked.steps),
    known: Object.fromEntries(entries.map(([id, one]) => [id.slice(prefix.length), one])),
  } as Checked;
  known.set(prefix, local);
  return local;
}

/** The last check of the open graph, for components: `useActiveCheck` by its own ids. */
export function useCheckHere<T>(pick: (checked: Checked) => T): T | undefined {
  const activeId = useDocuments((state) => state.activeId);
  const prefix = useHere();
  return useChecks(({ byDocument }) => {
    const checked = activeId === null ? undefined : byDocument[activeId];
    return checked ? pick(localCheck(checked, prefix)) : undefined;
  });
}

/** Whether an id names a node or something that it holds. Every card asks it of everything: it makes no strings. */
export function isWithin(id: string | null, node: string): boolean {
  if (!id?.startsWith(node)) return false;
  return id.length === node.length || id[node.length] === "/";
}

/** Titles along a path, such as "Paint › Sampler"; the path itself where there is no such node. */
export function titlesAt(path: string): string {
  const active = activeDocument();
  const nodes = active && nodesAt(active.root, path);
  if (!nodes) return path;
  return nodes.map((node) => node.title ?? catalogByType.get(node.type)?.title ?? node.type).join(" › ");
}
