import fc from "fast-check";
import { expect, test } from "vitest";
import { align, type Box, distribute } from "./align.ts";
import { type LayoutLink, layOutGraph } from "./layered.ts";

const boxes: readonly Box[] = [
  { id: "a", x: 0, y: 0, width: 100, height: 40 },
  { id: "b", x: 50, y: 90, width: 60, height: 20 },
  { id: "c", x: 300, y: 30, width: 40, height: 60 },
];
const xs = (places: ReadonlyMap<string, { x: number }>) => boxes.map(({ id }) => places.get(id)?.x);
const ys = (places: ReadonlyMap<string, { y: number }>) => boxes.map(({ id }) => places.get(id)?.y);

test("aligned boxes share a side or the middle of their frame, and keep the other coordinate", () => {
  expect(xs(align(boxes, "left"))).toEqual([0, 0, 0]);
  expect(xs(align(boxes, "right"))).toEqual([240, 280, 300]);
  expect(xs(align(boxes, "centre"))).toEqual([120, 140, 150]);
  expect(ys(align(boxes, "left"))).toEqual([0, 90, 30]);
  expect(ys(align(boxes, "bottom"))).toEqual([70, 90, 50]);
});

test("distributed boxes have equal gaps and the outermost stay", () => {
  expect(xs(distribute(boxes, "x"))).toEqual([0, 170, 300]);
  expect(ys(distribute(boxes, "y"))).toEqual([0, 90, 35]);
});

const card = (id: string) => ({ id, width: 208, height: 120 });
const link = (from: string, to: string, port = "out"): LayoutLink => ({ from, to, port, fromY: 50, toY: 50 });

test("a chain runs to the right on one level", () => {
  const { positions } = layOutGraph([card("c"), card("a"), card("b")], [link("a", "b"), link("b", "c")]);
  const places = ["a", "b", "c"].map((id) => positions.get(id)!);
  expect(places.map(({ x }) => x)).toEqual([0, 288, 576]);
  expect(new Set(places.map(({ y }) => Math.round(y))).size).toBe(1);
});

test("a link that passes by a card is led around it, and links from one port share the lane", () => {
  const nodes = ["a", "b", "c", "d"].map(card);
  const links = [link("a", "b"), link("b", "c"), link("a", "c"), link("a", "d"), link("b", "d")];
  const { positions, vias } = layOutGraph(nodes, links);
  const { y } = positions.get("b")!;
  expect(vias.map(({ length }) => length)).toEqual([0, 0, 2, 2, 0]);
  for (const point of vias[2]!) expect(point.y < y || point.y > y + 120).toBe(true);
  expect(vias[2]).toEqual(vias[3]);
});

test("no two cards overlap, links of graphs without circles go right, and circles end", () => {
  const graph = fc.integer({ min: 1, max: 24 }).chain((count) =>
    fc.record({
      nodes: fc.array(fc.record({ width: fc.constantFrom(152, 208, 380), height: fc.integer({ min: 32, max: 400 }) }), {
        minLength: count,
        maxLength: count,
      }),
      links: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 40 }),
      isAcyclic: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(graph, ({ nodes, links, isAcyclic }) => {
      const cards = nodes.map((size, index) => ({ id: `${index}`, ...size }));
      const used = links.filter(([a, b]) => (isAcyclic ? a < b : a !== b));
      const { positions } = layOutGraph(
        cards,
        used.map(([a, b]) => link(`${a}`, `${b}`)),
      );
      const placed = cards.map((one) => ({ ...one, ...positions.get(one.id)! }));
      for (const [i, a] of placed.entries())
        for (const b of placed.slice(i + 1)) {
          const isApart =
            a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
          expect(isApart).toBe(true);
        }
      if (isAcyclic) for (const [a, b] of used) expect(placed[a]!.x).toBeLessThan(placed[b]!.x);
    }),
  );
});

test("a thousand nodes are laid out while nobody waits", () => {
  const nodes = Array.from({ length: 1000 }, (_, index) => card(`${index}`));
  const links = nodes
    .slice(13)
    .flatMap((_, index) => [link(`${index}`, `${index + 13}`), link(`${index + 3}`, `${index + 13}`)]);
  const start = performance.now();
  layOutGraph(nodes, links);
  expect(performance.now() - start).toBeLessThan(2000);
});
