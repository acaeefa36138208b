import { expect, test } from "vitest";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { executionOrder } from "./order.ts";

function order(nodes: Readonly<Record<string, number>>, edges: readonly string[]): string {
  const workflow: Workflow = {
    fairlead: 1,
    nodes: Object.entries(nodes).map(([id, x]) => ({ id, type: "a/b", params: {}, position: { x, y: 0 } })),
    edges: edges.map((text) => ({ from: [text[0]!, "out"], to: [text[1]!, "in"] })),
  };
  return executionOrder(workflow)
    .map(({ id }) => id)
    .join("");
}

test("nodes come after what they read, else from left to right", () => {
  expect(order({ c: 0, a: 200, b: 100, d: 50 }, ["ab", "bc"])).toBe("dabc");
});

test("circles and links to nowhere lose no node", () => {
  expect(order({ a: 0, b: 1, c: 2 }, ["ab", "ba", "ax"])).toBe("cab");
});
