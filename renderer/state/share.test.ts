// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import type { Workflow } from "../../shared/workflow/workflow.ts";

vi.mock("./catalog.ts", () => ({
  catalogByType: new Map([
    ["image/load", { params: { path: { kind: "file" }, name: { kind: "text" } } }],
    ["text/encode", { params: { text: { kind: "text" } } }],
  ]),
}));

const { withoutLocalPaths } = await import("./share.ts");

const one = (type: string, params: WorkflowParams): Workflow => ({
  fairlead: 1,
  nodes: [{ id: "a", type, params }],
  edges: [],
});
type WorkflowParams = Workflow["nodes"][number]["params"];
const shared = (type: string, params: WorkflowParams) => withoutLocalPaths(one(type, params)).workflow.nodes[0]?.params;

test.each([
  ["/home/ada/pictures/fox.png", "fox.png"],
  ["C:\\Users\\Ada\\fox.png", "fox.png"],
  ["c:/Users/Ada/fox.png", "fox.png"],
  ["\\\\server\\ada\\fox.png", "fox.png"],
  ["~/models/tiny/", "tiny"],
  ["file:///home/ada/fox.png", "fox.png"],
  ["images/fox.png", "images/fox.png"],
  ["", ""],
])("the path %j is shared as %j", (path, expected) => {
  expect(shared("image/load", { path })).toEqual({ path: expected });
});

test("paths go wherever the program does not know what they are; what people wrote stays", () => {
  const text = "/imagine a fox";
  expect(shared("text/encode", { text })).toEqual({ text });
  expect(shared("unknown/node", { where: "/home/ada/x.pt", seed: 2n ** 63n })).toEqual({
    where: "x.pt",
    seed: 2n ** 63n,
  });
  const start: Workflow = {
    ...one("image/load", { path: "/home/ada/fox.png" }),
    name: "/my/ name",
    view: { opened: ["/home/ada/a.json"] },
  };
  const { workflow, count } = withoutLocalPaths({
    ...start,
    nodes: start.nodes.map((node) => ({ ...node, title: "/a title/", source: "/home/ada/b" })),
  });
  expect(count).toBe(3);
  expect(JSON.stringify(workflow)).not.toContain("ada");
  expect(workflow).toMatchObject({ name: "/my/ name", nodes: [{ title: "/a title/", source: "b" }] });
});

test("a document without local paths is shared as it is", () => {
  const start = one("image/load", { path: "images/fox.png" });
  expect(withoutLocalPaths(start)).toEqual({ workflow: start, count: 0 });
});
