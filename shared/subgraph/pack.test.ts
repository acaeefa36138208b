import fc from "fast-check";
import { expect, test } from "vitest";
import type { Workflow } from "../workflow/workflow.ts";
import { expandSubgraphs } from "./expand.ts";
import { between } from "./pack.ts";
import { graphAndChoice, meaning, packed, testGraph, testKinds } from "./testing.ts";
import { unpack } from "./unpack.ts";

const expanded = (document: Workflow) => expandSubgraphs(document, testKinds);

test("a packed selection, written out, is the graph it was", () => {
  fc.assert(
    fc.property(graphAndChoice, ({ graph, chosen }) => {
      const once = packed(graph, chosen, "outer");
      const flat = expanded(once);
      expect(flat.problems).toEqual([]);
      expect(meaning(flat.workflow)).toEqual(meaning(graph));
      // Packed again, with all that is around it.
      const twice = packed(once, new Set(once.nodes.slice(0, 4).map(({ id }) => id)), "outermost");
      if (between(once, new Set(once.nodes.slice(0, 4).map(({ id }) => id))).length > 0) return;
      expect(meaning(expanded(twice).workflow)).toEqual(meaning(graph));
    }),
    { numRuns: 300 },
  );
});

test("unpacking undoes packing, up to nothing at all", () => {
  fc.assert(
    fc.property(graphAndChoice, ({ graph, chosen }) => {
      const { nodes, edges, subgraphs } = packed(graph, chosen, "outer");
      const instance = nodes.find(({ id }) => id === "outer")!;
      const out = unpack({ nodes, edges }, instance, subgraphs![0]!);
      expect(meaning(out.graph)).toEqual(meaning(graph));
      expect(new Set(out.ids)).toEqual(chosen);
    }),
    { numRuns: 300 },
  );
});

test("one port for each source, named after what it leads to", () => {
  const graph = testGraph(
    ["a give", "b mix", "c mix", "d take", "e take"],
    ["a.number b.one", "a.number c.one", "a.number c.list", "b.number c.value", "c.number d.one", "c.number e.one"],
  );
  const { nodes, edges, subgraphs } = packed(graph, new Set(["b", "c"]), "outer");
  expect(subgraphs?.[0]).toMatchObject({
    inputs: [{ name: "one", type: "number" }],
    outputs: [{ name: "number", type: "number" }],
  });
  expect(nodes.map(({ id }) => id)).toEqual(["a", "outer", "d", "e"]);
  expect(edges.map(({ from, to }) => `${from.join(".")} ${to.join(".")}`)).toEqual([
    "a.number outer.one",
    "outer.number d.one",
    "outer.number e.one",
  ]);
});

test("a frame that holds only packed nodes goes with them and gives the name", () => {
  const groups = [{ id: "g", title: "Mixing", x: 200, y: 0, width: 200, height: 200 }];
  const graph = testGraph(["a give", "b mix", "c take"], ["a.number b.one", "b.number c.one"], { groups });
  const { groups: left, subgraphs } = packed(graph, new Set(["b"]), "outer");
  expect(left).toBeUndefined();
  expect(subgraphs?.[0]?.name).toBe("Mixing");
  expect(subgraphs?.[0]?.groups).toEqual(groups);
});

test("what lies between chosen nodes is found", () => {
  const graph = testGraph(["a mix", "b mix", "c mix", "d mix"], ["a.number b.one", "b.number c.one", "c.number d.one"]);
  expect(between(graph, new Set(["a", "d"])).map(({ id }) => id)).toEqual(["b", "c"]);
  expect(between(graph, new Set(["b", "c"]))).toEqual([]);
});

test("values that an instance sets come out with it, and ids that are taken change", () => {
  const graph = testGraph(["a give", "b mix", "c take"], ["a.number b.one", "b.number c.one"]);
  const { nodes, edges, subgraphs } = packed(graph, new Set(["b"]), "outer");
  const subgraph = { ...subgraphs![0]!, params: [{ name: "how much", to: ["b", "value"] as const }] };
  const instance = { ...nodes.find(({ id }) => id === "outer")!, params: { "how much": 7 } };
  const around = [
    ...nodes.map((node) => (node.id === "outer" ? instance : node)),
    { id: "b", type: "give", params: {} },
  ];
  const out = unpack({ nodes: around, edges }, instance, subgraph);
  expect(out.ids).toEqual(["b-2"]);
  expect(out.graph.nodes.find(({ id }) => id === "b-2")?.params).toEqual({ value: 7 });
});
