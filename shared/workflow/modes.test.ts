import { expect, test } from "vitest";
import { param } from "../node/params.ts";
import { port } from "../node/ports.ts";
import { passes, withModes } from "./modes.ts";
import type { Workflow, WorkflowNode } from "./workflow.ts";

const kind = (title: string, inputs: object, outputs: object, params: object = {}) =>
  ({ title, inputs, outputs, params }) as never;

const kinds = new Map<string, never>([
  ["load", kind("Load", {}, { image: port.image("") })],
  ["blur", kind("Blur", { image: port.image("") }, { image: port.image("") })],
  [
    "net",
    kind(
      "Net",
      { positive: port.latent(""), negative: port.latent("") },
      { positive: port.latent(""), negative: port.latent("") },
    ),
  ],
  ["mix", kind("Mix", { a: port.latent(""), b: port.latent(""), c: port.latent("") }, { out: port.latent("") })],
  ["decode", kind("Decode", { latent: port.latent("") }, { image: port.image("") })],
  ["sheet", kind("Sheet", { images: port.image("", { many: true }) }, {})],
  ["hint", kind("Hint", { image: port.image("", { optional: true }) }, {})],
  ["half", kind("Half", {}, { number: port.number("") }, { value: param.number({ default: 1, about: "" }) })],
  [
    "scale",
    kind(
      "Scale",
      { image: port.image("") },
      { image: port.image("") },
      { factor: param.number({ default: 1, about: "" }) },
    ),
  ],
]);

function graph(
  nodes: Record<string, string>,
  edges: readonly string[],
  modes: Record<string, "bypass" | "mute">,
): Workflow {
  return {
    fairlead: 1,
    nodes: Object.entries(nodes).map(([id, type]): WorkflowNode => {
      const mode = modes[id];
      return { id, type, params: {}, ...(mode === undefined ? {} : { mode }) };
    }),
    edges: edges.map((text) => {
      const [from = [], to = []] = text.split(" ").map((end) => end.split("."));
      return { from: [from[0] ?? "", from[1] ?? ""], to: [to[0] ?? "", to[1] ?? ""] };
    }),
  };
}

function left(...given: Parameters<typeof graph>) {
  const { workflow, off, problems } = withModes(graph(...given), kinds);
  return {
    nodes: workflow.nodes.map(({ id }) => id).join(" "),
    edges: workflow.edges.map(({ from, to }) => `${from.join(".")} ${to.join(".")}`),
    off: [...off].sort().join(" "),
    problems: problems.map(({ node, port, message }) => `${node}.${port}: ${message}`),
  };
}

test("a document without modes is handed back as it is", () => {
  const plain = graph({ a: "load" }, [], {});
  expect(withModes(plain, kinds).workflow).toBe(plain);
});

test("outputs pass the input of their name, else of their place, else the first that fits", () => {
  expect(passes(kinds.get("net")!)).toEqual({ positive: "positive", negative: "negative" });
  expect(passes(kinds.get("mix")!)).toEqual({ out: "a" });
  expect(
    passes(kind("", { x: port.latent(""), y: port.latent("") }, { p: port.latent(""), q: port.latent("") })),
  ).toEqual({ p: "x", q: "y" });
  expect(passes(kind("", { x: port.latent("") }, { p: port.latent(""), q: port.latent("") }))).toEqual({
    p: "x",
    q: "x",
  });
  expect(passes(kind("", { t: port.tensor("") }, { p: port.latent("") }))).toEqual({ p: "t" });
  expect(passes(kinds.get("half")!)).toEqual({ number: "value" });
  expect(passes(kinds.get("decode")!)).toEqual({ image: null });
});

test("links lead past any number of bypassed nodes", () => {
  const result = left(
    { load: "load", one: "blur", two: "blur", hint: "hint", sheet: "sheet" },
    ["load.image one.image", "one.image two.image", "two.image hint.image", "two.image sheet.images"],
    { one: "bypass", two: "bypass" },
  );
  expect(result).toEqual({
    nodes: "load hint sheet",
    edges: ["load.image hint.image", "load.image sheet.images"],
    off: "",
    problems: [],
  });
});

test("what cannot pass is a problem of the node that reads", () => {
  const misfit = left({ decode: "decode", hint: "hint" }, ["decode.image hint.image"], { decode: "bypass" });
  expect(misfit.problems).toEqual([
    "hint.image: Its link comes from Decode, which is bypassed and has nothing that it could pass on as an image. Connect another node, or end the bypass.",
  ]);
  const unfed = left(
    { blur: "blur", scale: "scale", hint: "hint" },
    ["blur.image scale.image", "blur.image hint.image"],
    { blur: "bypass" },
  );
  expect(unfed.problems).toEqual([
    "scale.image: Its link comes from Blur, which is bypassed, and nothing comes into its Image. Connect Image, or end the bypass.",
  ]);
  expect(unfed.edges).toEqual([]);
});

test("bypassed nodes in a circle pass nothing", () => {
  const round = left(
    { a: "blur", b: "blur", hint: "scale" },
    ["a.image b.image", "b.image a.image", "b.image hint.image"],
    { a: "bypass", b: "bypass" },
  );
  expect(round.problems).toHaveLength(1);
});

test("an unknown node passes by name", () => {
  const edges = ["load.image x.image", "x.image hint.image", "x.other sheet.images"];
  const result = left({ load: "load", x: "unknown", hint: "hint", sheet: "sheet" }, edges, { x: "bypass" });
  expect(result.edges).toEqual(["load.image hint.image"]);
});

test("muting takes along what needs the node, and no more", () => {
  const result = left(
    { load: "load", blur: "blur", scale: "scale", sheet: "sheet", hint: "hint", half: "half", other: "scale" },
    [
      "load.image blur.image",
      "blur.image scale.image",
      "scale.image sheet.images",
      "load.image sheet.images",
      "blur.image hint.image",
      "half.number other.factor",
      "load.image other.image",
    ],
    { blur: "mute", half: "mute" },
  );
  expect(result.off).toBe("blur half scale");
  expect(result.nodes).toBe("load sheet hint other");
  expect(result.edges).toEqual(["load.image sheet.images", "load.image other.image"]);
});

test("muting reaches through bypassed nodes", () => {
  const edges = ["load.image blur.image", "blur.image scale.image"];
  expect(left({ load: "load", blur: "blur", scale: "scale" }, edges, { load: "mute", blur: "bypass" }).off).toBe(
    "load scale",
  );
});
