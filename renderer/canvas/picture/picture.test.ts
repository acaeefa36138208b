// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { param } from "../../../shared/node/params.ts";
import { port } from "../../../shared/node/ports.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { createPalette } from "../far/palette.ts";
import type { Catalog } from "../project.ts";
import { graphFigure } from "./graphSvg.ts";
import { valueText } from "./valueText.ts";

const common = { version: 1, summary: "", keywords: [], doc: "", cites: [], status: "stable" } as const;
const kinds: readonly NodeDescription[] = [
  {
    ...common,
    type: "model/load",
    title: "Load model",
    inputs: {},
    params: { path: param.file({ default: "", what: "model-folder", about: "" }) },
    outputs: { model: port.model("") },
  },
  {
    ...common,
    type: "text/encode",
    title: "Encode text",
    inputs: { model: port.model("") },
    params: { text: param.text({ default: "", about: "" }) },
    outputs: { conditioning: port.conditioning("") },
  },
];
const catalog: Catalog = new Map(kinds.map((kind) => [kind.type, kind]));
const workflow: Workflow = {
  fairlead: 1,
  name: "Tom & <Jerry>",
  nodes: [
    { id: "m", type: "model/load", params: { path: "/home/me/models/sd15" }, position: { x: -200, y: -50 } },
    { id: "t", type: "text/encode", params: { text: 'a "cat" <b> & mouse' }, position: { x: 100, y: 20 } },
    { id: "lost", type: "other/thing", params: {}, position: { x: 500, y: 700 } },
    { id: "n", type: "view/note", params: { text: "# Look\n**here** and there" }, position: { x: 500, y: 0 } },
  ],
  edges: [{ from: ["m", "model"], to: ["t", "model"], via: [{ x: 40, y: 90 }] }],
  groups: [{ id: "g", title: "All of it", x: -240, y: -100, width: 900, height: 400 }],
};
const pictures = new Map([["t", "data:image/png;base64,AAAA"]]);
const palette = createPalette(() => "#808080");

function drawn(of: Workflow = workflow): Document {
  const figure = graphFigure({ workflow: of, catalog, palette, pictures });
  return new DOMParser().parseFromString(figure?.svg ?? "", "image/svg+xml");
}
const texts = (page: Document) => [...page.querySelectorAll("text")].map(({ textContent }) => textContent);

test("a graph's picture tells every node, value and frame, and is well-formed whatever they say", () => {
  const page = drawn();
  expect(page.querySelector("parsererror")).toBeNull();
  expect(page.querySelector("title")?.textContent).toBe("Tom & <Jerry>");
  expect(texts(page)).toEqual(
    expect.arrayContaining(["Load model", "Encode text", "other/thing", "All of it", 'a "cat" <b> & mouse', "Model"]),
  );
  expect(texts(page)).toEqual(expect.arrayContaining(["Look", "here and there"]));
  expect(page.querySelector("image")?.getAttribute("href")).toBe(pictures.get("t"));
});

test("files are told by name only", () => {
  expect(texts(drawn())).toContain("sd15");
  expect(drawn().documentElement.outerHTML).not.toContain("/home/me");
});

test("the picture holds everything, with a margin", () => {
  const [left, upper, width, height] = (drawn().documentElement.getAttribute("viewBox") ?? "").split(" ").map(Number);
  expect([left, upper]).toEqual([-280, -140]);
  expect(left! + width!).toBeGreaterThanOrEqual(500 + 208 + 40);
  expect(upper! + height!).toBeGreaterThanOrEqual(700 + 96 + 40);
});

test("a wire starts and ends at its ports and passes its reroute points", () => {
  const path = [...drawn().querySelectorAll("path")].find((one) => one.getAttribute("fill") === "none");
  const d = path?.getAttribute("d") ?? "";
  expect(d).toMatch(/^M -32 0 C/);
  expect(d).toContain(" 40 90 C");
  expect(d).toMatch(/ 100 70$/);
});

test("an empty document has no picture", () => {
  expect(graphFigure({ workflow: { fairlead: 1, nodes: [], edges: [] }, catalog, palette, pictures })).toBeNull();
});

test("values read as on their controls", () => {
  const scale = param.curve({ default: 4, step: 0.1, decimals: 2, about: "" });
  expect(valueText(scale, 7.5)).toBe("7.50");
  expect(valueText(scale, { over: "sigma", points: [] })).toBe("curve");
  const steps = param.integer({ default: 1, step: 1, unit: "px", about: "" });
  expect(valueText(steps, 64)).toBe("64 px");
  expect(valueText(param.file({ default: "", what: "onnx", about: "" }), "C:\\models\\a.onnx")).toBe("a.onnx");
  expect(valueText(param.text({ default: "", about: "" }), "two\nlines")).toBe("two lines");
});
