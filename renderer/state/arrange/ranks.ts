/** A link between two nodes of a layout, by their places in the list. */
export interface Arc {
  readonly from: number;
  readonly to: number;
}

/**
 * Column of each node: every link goes to a column further right, except those that close a circle. Nodes that nothing
 * feeds stand just left of their first reader.
 */
export function rankNodes(count: number, arcs: readonly Arc[]): number[] {
  const readers = neighbours(count, arcs, ({ from, to }) => [from, to]);
  const order = topological(count, readers);
  const place = new Map(order.map((node, index) => [node, index]));
  const isForward = (from: number, to: number) => (place.get(from) ?? 0) < (place.get(to) ?? 0);
  const ranks = new Array<number>(count).fill(0);
  for (const node of order) {
    for (const reader of readers[node] ?? [])
      if (isForward(node, reader)) ranks[reader] = Math.max(ranks[reader] ?? 0, (ranks[node] ?? 0) + 1);
  }
  const isFed = new Set(arcs.map(({ to }) => to));
  for (const node of order) {
    const next = (readers[node] ?? []).filter((reader) => isForward(node, reader)).map((reader) => ranks[reader] ?? 0);
    if (!isFed.has(node) && next.length > 0) ranks[node] = Math.min(...next) - 1;
  }
  return ranks;
}

/** For each node those at the other end of its links. */
export function neighbours(
  count: number,
  arcs: readonly Arc[],
  ends: (arc: Arc) => readonly [number, number],
): readonly (readonly number[])[] {
  const lists: number[][] = Array.from({ length: count }, () => []);
  for (const arc of arcs) {
    const [own, other] = ends(arc);
    lists[own]?.push(other);
  }
  return lists;
}

/** Nodes so that links go forward, as far as there are no circles. Does not recurse. */
function topological(count: number, readers: readonly (readonly number[])[]): number[] {
  const state = new Uint8Array(count);
  const finished: number[] = [];
  for (let start = 0; start < count; start++) {
    const path = state[start] === 0 ? [{ node: start, next: 0 }] : [];
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      state[top.node] = 1;
      const reader = readers[top.node]?.[top.next++];
      if (reader === undefined) {
        finished.push(top.node);
        path.pop();
      } else if (state[reader] === 0) path.push({ node: reader, next: 0 });
    }
  }
  return finished.reverse();
}

/** Nodes that links hold together, each list in the given order. */
export function components(count: number, arcs: readonly Arc[]): readonly (readonly number[])[] {
  const next = neighbours(count, [...arcs, ...arcs.map(({ from, to }) => ({ from: to, to: from }))], ({ from, to }) => [
    from,
    to,
  ]);
  const seen = new Set<number>();
  const found: number[][] = [];
  for (let start = 0; start < count; start++) {
    if (seen.has(start)) continue;
    const list: number[] = [];
    const waiting = [start];
    while (waiting.length > 0) {
      const node = waiting.pop()!;
      if (seen.has(node)) continue;
      seen.add(node);
      list.push(node);
      waiting.push(...(next[node] ?? []));
    }
    found.push(list.sort((a, b) => a - b));
  }
  return found;
}
