import katex from "katex";
import { expect, test } from "vitest";
import type { NodeDescription } from "../shared/node/describe.ts";
import type { Param } from "../shared/node/params.ts";
import { catalog, nodeFiles, nodesByType } from "./catalog.ts";

const nodes = catalog.list.map((node) => [node.type, node] as const);

test("every file under nodes/ is found, and its type is its path", () => {
  const expected = Object.entries(nodeFiles).map(([path, node]) => [path, `./${node.type}.ts`]);
  for (const [path, fromType] of expected) expect(path).toBe(fromType);
  expect(nodesByType.size).toBe(expected.length);
});

test("titles are unique", () => {
  const titles = catalog.list.map((node) => node.title);
  expect(new Set(titles).size).toBe(titles.length);
});

test.each(nodes)("%s is documented for people", (_type, node) => {
  expect(node.summary.length).toBeLessThanOrEqual(90);
  expect(node.summary).toMatch(/^[A-Z]\w+s .*\.$/);
  expect(node.doc.length).toBeGreaterThan(20);
  expect(node.version).toBeGreaterThan(0);
  for (const port of [...Object.values(node.inputs), ...Object.values(node.outputs)]) expect(port.about).not.toBe("");
  for (const param of Object.values(node.params)) expect(param.about).toMatch(/\.$|[a-z]$/);
  for (const cite of node.cites) expect(cite.id).toMatch(/^(arXiv:\d{4}\.\d{4,5}|doi:|https:)/);
});

test.each(nodes)("%s has formulas that can be drawn", (_type, node) => {
  const formulas = node.doc.replace(/`[^`]*`/g, "").match(/\$\$[^$]+\$\$|\$[^$]+\$/g) ?? [];
  for (const formula of formulas) katex.renderToString(formula.replaceAll("$", ""), { strict: "error" });
});

test.each(nodes)("%s is plain data, as the window gets it", (_type, node) => {
  expect(JSON.parse(JSON.stringify(node))).toEqual(node);
});

test.each(nodes)("%s uses one set of names for inputs and parameters", (_type, node) => {
  const names = [...Object.keys(node.inputs), ...Object.keys(node.params)];
  expect(new Set(names).size).toBe(names.length);
});

test.each(nodes)("%s has defaults inside their ranges", (_type, node) => {
  for (const param of Object.values(node.params)) expect(isInside(param)).toBe(true);
});

test.each(nodes)("%s has a behaviour for its outputs", (type, node) => {
  const { build, run, inert } = nodesByType.get(type)!;
  expect(Boolean(build) !== Boolean(run) || inert === true).toBe(true);
  if (hasWire(node, "denoiser"))
    expect(nodesByType.get(type)!.evaluations !== undefined || !takesWire(node, "denoiser")).toBe(true);
});

function isInside(param: Param): boolean {
  if (param.kind === "select")
    return param.open === true || param.options.some((option) => option.value === param.default);
  if (param.kind !== "number" && param.kind !== "integer" && param.kind !== "curve") return true;
  if (param.default === null) return param.kind === "number" && param.empty !== undefined;
  const values = typeof param.default === "number" ? [param.default] : param.default.points.map(([, y]) => y);
  return values.every((value) => value >= (param.min ?? -Infinity) && value <= (param.max ?? Infinity));
}

function hasWire(node: NodeDescription, wire: string): boolean {
  return Object.values(node.outputs).some((port) => port.wire === wire);
}

function takesWire(node: NodeDescription, wire: string): boolean {
  return Object.values(node.inputs).some((port) => port.wire === wire);
}
