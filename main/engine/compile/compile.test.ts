import { expect, test } from "vitest";
import { type ParamValue, param } from "../../../shared/node/params.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { compile } from "./compile.ts";
import { testFacts, testRegistry, testWorkflow } from "./testing.ts";

const compiled = (workflow: Workflow) => compile(workflow, testRegistry, testFacts);
const sentences = (workflow: Workflow) =>
  compiled(workflow).diagnostics.map(({ severity, node, port, message }) => `${severity} ${node} ${port}: ${message}`);

test("orders what the outputs need and drops the rest", () => {
  const { plan } = compiled(
    testWorkflow(
      [
        ["out", "sink"],
        ["dead", "source"],
        ["one", "source"],
      ],
      ["one.number out.number"],
    ),
  );
  expect(plan?.steps.map((step) => step.id)).toEqual(["one", "out"]);
});

test("keys follow content, not ids or positions, and change with what is upstream", () => {
  const key = (id: string, value: number) => {
    const workflow = testWorkflow(
      [
        [id, "source", { value }],
        ["out", "sink"],
      ],
      [`${id}.number out.number`],
    );
    return compiled(workflow).plan!.steps.map((step) => step.key);
  };
  expect(key("a", 3)).toEqual(key("b", 3));
  expect(key("a", 3)[0]).not.toBe(key("a", 4)[0]);
  expect(key("a", 3)[1]).not.toBe(key("a", 4)[1]);
  const withDefault = compiled(
    testWorkflow(
      [
        ["a", "source"],
        ["out", "sink"],
      ],
      ["a.number out.number"],
    ),
  ).plan!.steps[0].key;
  expect(withDefault).toBe(key("a", 1)[0]);
});

test("names node and port of what is wrong", () => {
  const workflow = testWorkflow(
    [
      ["a", "source", { value: 11 }],
      ["b", "source", { value: "7" }],
      ["m", "model"],
      ["out", "sink"],
      ["out2", "sink"],
      ["out3", "sink"],
    ],
    ["a.number out.number", "b.number out2.number", "m.model out3.number"],
  );
  expect(sentences(workflow)).toEqual([
    "error a value: Value is 11. It takes 0 to 10.",
    "error b value: Value must be a number, not text.",
    "error out3 number: Number takes a number, not a model.",
  ]);
});

test("problems in parts that no output needs are warnings, damage is always an error", () => {
  const unused = testWorkflow(
    [
      ["a", "source"],
      ["out", "sink"],
      ["lonely", "leaf"],
    ],
    ["a.number out.number"],
  );
  expect(sentences(unused)).toEqual(["warning lonely model: Model is not connected. Connect a model."]);
  expect(compiled(unused).plan).not.toBeNull();
  const twice = testWorkflow(
    [
      ["a", "source"],
      ["a", "source"],
      ["out", "sink"],
    ],
    ["a.number out.number"],
  );
  expect(sentences(twice)).toEqual(["error a null: Two nodes have the id “a”. Give one of them another id."]);
});

test("finds cycles and unknown types without recursion", () => {
  const loop = testWorkflow(
    [
      ["a", "add"],
      ["b", "add"],
      ["out", "sink"],
    ],
    ["a.number b.a", "b.number a.a", "b.number out.number"],
  );
  expect(sentences(loop)[0]).toMatch(/^error [ab] null: This node feeds itself: Add → Add → Add\. Remove/);
  const unknown = testWorkflow(
    [
      ["a", "nowhere"],
      ["out", "sink"],
    ],
    ["a.number out.number"],
  );
  expect(sentences(unknown)).toEqual([
    "error a null: No node type “test/nowhere” is known. Its data and links are kept.",
  ]);
});

test("names that every object inherits are no ports", () => {
  const workflow = testWorkflow(
    [
      ["a", "source"],
      ["out", "sink"],
    ],
    ["a.number out.number", "a.__proto__ out.number", "a.number out.constructor"],
  );
  expect(sentences(workflow)).toHaveLength(2);
});

test("an empty document says what to add", () => {
  expect(sentences(testWorkflow([], []))[0]).toContain("Add a Save image or Preview node.");
});

const guided = (scale: number) =>
  testWorkflow(
    [
      ["m", "model"],
      ["p", "leaf"],
      ["n", "leaf"],
      ["g", "mix", { scale }],
      ["g2", "mix"],
      ["w", "walk"],
    ],
    [
      "m.model p.model",
      "m.model n.model",
      "p.denoiser g.strong",
      "n.denoiser g.weak",
      "g.denoiser g2.strong",
      "n.denoiser g2.weak",
      "g2.denoiser w.denoiser",
    ],
  );

test("counts each network once a step, however many nodes ask, and merges a step into one call", () => {
  expect(compiled(guided(2)).plan?.cost).toMatchObject({ nfe: 10, runs: 5, sessions: 1, upperBound: false });
});

test("a weight of 1 is counted as it will run", () => {
  const once = testWorkflow(
    [
      ["m", "model"],
      ["p", "leaf"],
      ["n", "leaf"],
      ["g", "mix", { scale: 1 }],
      ["w", "walk"],
    ],
    ["m.model p.model", "m.model n.model", "p.denoiser g.strong", "n.denoiser g.weak", "g.denoiser w.denoiser"],
  );
  expect(compiled(once).plan?.cost).toMatchObject({ nfe: 5, runs: 5 });
});

test("a prediction that no step asks is told of at its port, also where the walk is cached; what is asked once is not", () => {
  const guided = (scale: ParamValue, extra: { readonly asks?: "weak" } = {}) =>
    testWorkflow(
      [
        ["m", "model"],
        ["p", "leaf"],
        ["n", "leaf"],
        ["g", "mix", { scale }],
        ["outer", "mix", { scale: 2 }],
        ["w", "walk"],
      ],
      [
        ...[
          "m.model p.model",
          "m.model n.model",
          "p.denoiser g.strong",
          "n.denoiser g.weak",
          "g.denoiser outer.strong",
        ],
        ...[`${extra.asks === "weak" ? "n" : "p"}.denoiser outer.weak`, "outer.denoiser w.denoiser"],
      ],
    );
  const told = (workflow: Workflow, facts = testFacts) =>
    compile(workflow, testRegistry, facts).diagnostics.map(({ severity, node, port, message }) => [
      `${severity} ${node}.${port}`,
      message,
    ]);
  const idle = [["warning g.weak", expect.stringMatching(/^Weak has no effect with these settings: no step asks it/)]];
  expect(told(guided(1))).toEqual(idle);
  expect(told(guided(1), { ...testFacts, isCached: () => true })).toEqual(idle);
  // The node behind it goes on working.
  expect(compiled(guided(1, { asks: "weak" })).plan?.cost.nfe).toBe(10);
  expect(told(guided(2))).toEqual([]);
  const once = {
    over: "fraction",
    interpolation: "step",
    points: [
      [0, 1],
      [0.9, 3],
    ],
  } as unknown as ParamValue;
  expect(told(guided(once))).toEqual([]);
});

test("samplers that start together share calls", () => {
  const both = testWorkflow(
    [
      ["m", "model"],
      ["p", "leaf"],
      ["w", "walk", { steps: 5 }],
      ["w2", "walk", { steps: 8 }],
    ],
    ["m.model p.model", "p.denoiser w.denoiser", "p.denoiser w2.denoiser"],
  );
  expect(compiled(both).plan?.cost).toMatchObject({ nfe: 13, runs: 8 });
});

test("a chain of 20,000 nodes compiles, and twice the nodes take about twice the time", () => {
  const chain = (length: number) => {
    const nodes: [string, string][] = [
      ["m", "model"],
      ["d0", "leaf"],
      ["w", "walk"],
    ];
    const edges = ["m.model d0.model"];
    for (let i = 1; i <= length; i++) {
      nodes.push([`d${i}`, "mix"]);
      edges.push(`d${i - 1}.denoiser d${i}.strong`, `d0.denoiser d${i}.weak`);
    }
    return testWorkflow(nodes, [...edges, `d${length}.denoiser w.denoiser`]);
  };
  expect(compiled(chain(20_000)).plan?.cost.nfe).toBe(5);
});

function inMode(workflow: Workflow, id: string, mode: "bypass" | "mute"): Workflow {
  return { ...workflow, nodes: workflow.nodes.map((node) => (node.id === id ? { ...node, mode } : node)) };
}

test("a bypassed node costs nothing, and its reader has the key that it would have without it", () => {
  const chain = testWorkflow(
    [
      ["a", "source", { value: 3 }],
      ["plus", "add"],
      ["out", "sink"],
    ],
    ["a.number plus.a", "plus.number out.number"],
  );
  const straight = testWorkflow(
    [
      ["a", "source", { value: 3 }],
      ["out", "sink"],
    ],
    ["a.number out.number"],
  );
  expect(compiled(inMode(chain, "plus", "bypass")).plan?.steps).toEqual(compiled(straight).plan?.steps);
});

test("a bypassed node that can pass nothing is told once, where it is read", () => {
  const workflow = testWorkflow(
    [
      ["m", "model"],
      ["l", "leaf"],
      ["w", "walk"],
    ],
    ["m.model l.model", "l.denoiser w.denoiser"],
  );
  expect(sentences(inMode(workflow, "l", "bypass"))).toEqual([
    "error w denoiser: Its link comes from Leaf, which is bypassed and has nothing that it could pass on as a denoiser. Connect another node, or end the bypass.",
  ]);
});

test("a muted node is not run, nor is what needs it; what is wrong with them does not matter", () => {
  const workflow = testWorkflow(
    [
      ["a", "source", { value: 99 }],
      ["out", "sink"],
      ["b", "source"],
      ["also", "sink"],
    ],
    ["a.number out.number", "b.number also.number"],
  );
  const { plan, diagnostics } = compiled(inMode(workflow, "a", "mute"));
  expect(plan?.steps.map(({ id }) => id)).toEqual(["b", "also"]);
  expect(diagnostics).toEqual([]);
});

test("a document whose outputs are all muted says so", () => {
  const workflow = testWorkflow(
    [
      ["a", "source"],
      ["out", "sink"],
    ],
    ["a.number out.number"],
  );
  expect(sentences(inMode(workflow, "out", "mute"))).toEqual([
    "error null null: All that would show, write or measure something is muted, or needs a muted node. Unmute one.",
  ]);
});

test("a missing file is named; a network beside the model is looked for when it runs", () => {
  const path = (what: "image" | "onnx") => param.file({ default: "", what, about: "" });
  const reader = { ...testRegistry.get("test/sink")!, params: { picture: path("image"), network: path("onnx") } };
  const registry = new Map([...testRegistry, ["test/sink", reader]]);
  const told = (params: Record<string, string>) =>
    compile(
      testWorkflow(
        [
          ["a", "source"],
          ["out", "sink", params],
        ],
        ["a.number out.number"],
      ),
      registry,
      testFacts,
    ).diagnostics.map(({ port, message }) => `${port}: ${message}`);
  expect(told({ picture: "a.png" })).toEqual(["picture: There is no file a.png. Choose another one."]);
  expect(told({ network: "/a/b.onnx" })).toEqual(["network: There is no file /a/b.onnx. Choose another one."]);
  expect(told({ network: "classifiers/b.onnx" })).toEqual([]);
});
