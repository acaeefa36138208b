import fc from "fast-check";
import { expect, test } from "vitest";
import type { NodeDescription } from "../node/describe.ts";
import { type JsonValue, parseJson } from "./json.ts";
import { parseWorkflow, validateWorkflow } from "./parse.ts";
import { resolveSeeds } from "./seeds.ts";
import { embeddable, serializeWorkflow } from "./serialize.ts";
import { applySets } from "./sets.ts";
import type { Workflow } from "./workflow.ts";
import { writeJson } from "./writeJson.ts";

/** JSON.parse has no bigint: for comparison, every integer is a number. */
function asNumbers(value: JsonValue): unknown {
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === "bigint" ? Number(part) : part)));
}

test("reads and writes what JSON.parse does", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const value = parseJson(text);
      expect(asNumbers(value)).toEqual(JSON.parse(text));
      expect(parseJson(writeJson(value))).toEqual(value);
      expect(parseJson(embeddable(writeJson(value, { indent: 2, lineLevels: 2 })))).toEqual(value);
    }),
  );
});

test("integers keep every digit", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (value) => {
      expect(writeJson(parseJson(`{"seed": ${value}}`))).toBe(`{"seed":${value}}`);
    }),
  );
  expect(parseJson("18446744073709551615")).toBe(2n ** 64n - 1n);
  expect(parseJson("9007199254740991")).toBe(9007199254740991);
  expect(() => parseJson("9".repeat(1e7))).toThrow("A number has more than 10000 digits");
});

test("deep nesting and inherited names do no harm", () => {
  const deep = `${"[".repeat(9000)}${"]".repeat(9000)}`;
  expect(writeJson(parseJson(deep))).toBe(deep);
  expect(() => parseJson("[".repeat(1_000_000))).toThrow("nested deeper than 10000 levels");
  const value = parseJson('{"__proto__": {"polluted": 1}, "constructor": 2}') as Record<string, unknown>;
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
  expect(writeJson(value)).toBe('{"__proto__":{"polluted":1},"constructor":2}');
});

test.each([
  ["", "The text ends too early (line 1, column 1)."],
  ['{"a": 1,}', "A name in double quotes is expected (line 1, column 9)."],
  ['{"a"\n 1}', "A colon is expected after a name (line 2, column 2)."],
  ["[1, NaN]", "“N” is not expected (line 1, column 5)."],
  ['"open', "A text is not closed (line 1, column 6)."],
  ["1 2", "Something follows after the end (line 1, column 3)."],
  ["[01]", "“1” is not expected (line 1, column 3)."],
  ["1e999", "A number is too large (line 1, column 1)."],
])("says where %s is wrong", (text, message) => {
  expect(() => parseJson(text)).toThrow(message);
});

const small =
  '{"fairlead": 1, "nodes": [{"id": "a", "type": "x/y", "mine": 9007199254740993}], "edges": [], "future": {"z": [1]}}';

test("unknown fields are kept through loading and saving", () => {
  const parsed = parseWorkflow(small);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const again = parseWorkflow(serializeWorkflow(parsed.workflow));
  expect(again).toEqual(parsed);
  expect(parsed.workflow.nodes[0].mine).toBe(9007199254740993n);
  expect(parsed.workflow.future).toEqual({ z: [1] });
  expect(embeddable(serializeWorkflow({ ...parsed.workflow, name: "Größe 图" }))).toMatch(/^[ -~]*$/);
});

test.each([
  ["[]", "A workflow is a JSON object"],
  ["<!DOCTYPE html><html>", "This is a web page"],
  ['{"nodes": [], "links": []}', "It looks like a ComfyUI workflow."],
  ['{"3": {"class_type": "KSampler", "inputs": {}}}', "It looks like a ComfyUI prompt."],
  ['{"fairlead": 7, "nodes": []}', "newer version of Fairlead (schema 7; this one reads up to 1)"],
  ['{"fairlead": "1"}', "fairlead must be the schema version"],
  ['{"fairlead": 1}', "nodes must be a list."],
  ['{"fairlead": 1, "nodes": [{"type": "x"}]}', "nodes[0].id must be text."],
  ['{"fairlead": 1, "nodes": [{"id": "a", "type": 3}]}', "nodes[0] (“a”).type must be text."],
  [
    '{"fairlead": 1, "nodes": [], "edges": [{"from": ["a"], "to": ["b", "c"]}]}',
    "edges[0].from must be [node, port] in text.",
  ],
])("refuses %s with a sentence", (text, message) => {
  expect(parseWorkflow(text)).toEqual({ problem: expect.stringContaining(message) });
});

test("older versions are lifted step by step", () => {
  const steps = [
    { from: 1, migrate: (document: { readonly [field: string]: JsonValue }) => ({ ...document, name: "one" }) },
    {
      from: 2,
      migrate: (document: { readonly [field: string]: JsonValue }) => ({ ...document, name: `${document.name} two` }),
    },
  ];
  const lifted = validateWorkflow({ fairlead: 1, nodes: [], edges: [] }, steps, 3);
  expect(lifted).toMatchObject({ workflow: { fairlead: 3, name: "one two" } });
  expect(validateWorkflow({ fairlead: 1, nodes: [] }, [], 3)).toEqual({
    problem: "Schema version 1 cannot be read any more.",
  });
});

const document: Workflow = {
  fairlead: 1,
  nodes: [
    { id: "noise", type: "noise/gaussian", params: { seed: 5, seedMode: "increment" } },
    { id: "a.b", type: "text/encode", params: {} },
  ],
  edges: [],
};

test("--set takes JSON or text, ids with dots and every digit", () => {
  const set = applySets(document, [
    "noise.seed=18446744073709551615",
    "a.b.text=a fox",
    "noise.x=[1,2]",
    'a.b.quoted="7"',
  ]);
  if ("problem" in set) throw new Error(set.problem);
  expect(set.workflow.nodes[0].params).toEqual({ seed: 18446744073709551615n, seedMode: "increment", x: [1, 2] });
  expect(set.workflow.nodes[1].params).toEqual({ text: "a fox", quoted: "7" });
  expect(applySets(document, ["nowhere.x=1"])).toEqual({
    problem: expect.stringContaining("there is no node “nowhere”. The nodes are noise, a.b."),
  });
  expect(applySets(document, ["noise.seed"])).toEqual({ problem: expect.stringContaining("has no “=”") });
});

test("seeds are filled in when a run is queued", () => {
  const catalog = [
    { type: "noise/gaussian", params: { seed: { kind: "seed", mode: "seedMode" } } },
  ] as unknown as NodeDescription[];
  const last = new Map();
  const run = (workflow: Workflow) =>
    resolveSeeds(workflow, catalog, last, () => 2n ** 63n + 1n).workflow.nodes[0].params;
  expect([run(document), run(document), run(document)]).toEqual([5, 6, 7].map((seed) => ({ seed, seedMode: "fixed" })));
  const random = applySets(document, ["noise.seedMode=random"]) as { workflow: Workflow };
  expect(run(random.workflow)).toEqual({ seed: 2n ** 63n + 1n, seedMode: "fixed" });
  const fixed = applySets(document, ["noise.seedMode=fixed"]) as { workflow: Workflow };
  expect(resolveSeeds(fixed.workflow, catalog, last, () => 0n).seeds).toEqual([]);
});

test("how a node is run and drawn is checked and kept", () => {
  const text = (look: string) => `{"fairlead": 1, "nodes": [{"id": "a", "type": "x/y", ${look}}]}`;
  const good = parseWorkflow(text('"mode": "mute", "collapsed": true, "pinned": true, "color": "#aa3311"'));
  expect("workflow" in good && good.workflow.nodes[0]).toMatchObject({
    mode: "mute",
    collapsed: true,
    color: "#aa3311",
  });
  for (const look of ['"mode": "never"', '"collapsed": 1', '"pinned": "yes"', '"color": "url(x)"'])
    expect(parseWorkflow(text(look))).toHaveProperty("problem");
});
