import type { Diagnostic } from "../../../shared/plan.ts";
import { type Placed, problem } from "./document.ts";

/** Whether a run must reach a node: it writes, shows or measures, or its image goes nowhere. */
export function isOutput({ definition, used }: Placed): boolean {
  if (!definition || definition.inert) return false;
  if (definition.effect) return true;
  const images = Object.entries(definition.outputs).filter(([, port]) => (port as { wire: string }).wire === "image");
  return images.length > 0 && images.every(([name]) => !used.has(name));
}

/** Ids of the nodes that the outputs need, outputs included. Does not recurse. */
export function reachable(placed: ReadonlyMap<string, Placed>): Set<string> {
  const needed = new Set<string>();
  const waiting: string[] = [];
  for (const [id, one] of placed) if (isOutput(one)) waiting.push(id);
  while (waiting.length > 0) {
    const id = waiting.pop()!;
    if (needed.has(id)) continue;
    needed.add(id);
    for (const links of placed.get(id)!.links.values()) for (const link of links) waiting.push(link.from);
  }
  return needed;
}

/**
 * Orders nodes so that each comes after what it reads (Kahn), in the order of the file where that leaves a choice.
 * Nodes on or behind a cycle are left out and reported.
 */
export function sortNodes(placed: ReadonlyMap<string, Placed>): { order: Placed[]; cycles: Diagnostic[] } {
  const missing = new Map<string, number>();
  const readers = new Map<string, string[]>();
  for (const [id, { links }] of placed) {
    let count = 0;
    for (const list of links.values()) {
      for (const { from } of list) {
        count += 1;
        const list = readers.get(from);
        if (list) list.push(id);
        else readers.set(from, [id]);
      }
    }
    missing.set(id, count);
  }
  const ready = [...placed.keys()].filter((id) => missing.get(id) === 0);
  const order: Placed[] = [];
  for (let i = 0; i < ready.length; i++) {
    const id = ready[i];
    order.push(placed.get(id)!);
    for (const reader of readers.get(id) ?? []) {
      const left = missing.get(reader)! - 1;
      missing.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  const stuck = new Set([...placed.keys()].filter((id) => missing.get(id)! > 0));
  return { order, cycles: findCycles(placed, stuck) };
}

/** One diagnostic for each separate cycle: walking up the links from a stuck node must meet a node again. */
function findCycles(placed: ReadonlyMap<string, Placed>, stuck: ReadonlySet<string>): Diagnostic[] {
  const seen = new Set<string>();
  const cycles: Diagnostic[] = [];
  for (const start of stuck) {
    const path: string[] = [];
    const at = new Map<string, number>();
    let id: string | undefined = start;
    while (id !== undefined && !seen.has(id) && !at.has(id)) {
      at.set(id, path.length);
      path.push(id);
      id = [...placed.get(id)!.links.values()].flat().find((link) => stuck.has(link.from))?.from;
    }
    if (id !== undefined && at.has(id)) cycles.push(describeCycle(placed, path.slice(at.get(id)).reverse()));
    for (const one of path) seen.add(one);
  }
  return cycles;
}

function describeCycle(placed: ReadonlyMap<string, Placed>, cycle: readonly string[]): Diagnostic {
  const titles = cycle.map((id) => placed.get(id)!.definition?.title ?? id);
  const shown = titles.length > 6 ? [...titles.slice(0, 5), "…"] : titles;
  return problem(
    cycle[0],
    null,
    `This node feeds itself: ${[...shown, titles[0]].join(" → ")}. Remove one of these links.`,
  );
}
