import { expect, test } from "vitest";
import type { End, Workflow } from "../../shared/workflow/workflow.ts";
import { refuse } from "./connect.ts";
import { catalogByType } from "./testCatalog.ts";

const node = (id: string, type: string) => ({ id, type, params: {} });
const workflow: Workflow = {
  fairlead: 1,
  nodes: [
    node("encode", "text/encode"),
    node("guide", "guidance/cfg"),
    node("calm", "guidance/rescale"),
    node("ghost", "other/thing"),
  ],
  edges: [{ from: ["calm", "denoiser"], to: ["guide", "strong"] }],
};
const ask = (from: End, to: End) => refuse(workflow, catalogByType, from, to);

test("a fitting link is not refused", () => {
  expect(ask(["calm", "denoiser"], ["guide", "weak"])).toBeNull();
});

test("a wire of another type is refused with the node that turns it", () => {
  expect(ask(["encode", "conditioning"], ["guide", "weak"])).toBe(
    "Weak takes a **denoiser**, not a **conditioning**. Put a Condition node between them.",
  );
});

test("parameters take the wires of their kind only", () => {
  expect(ask(["encode", "conditioning"], ["guide", "mode"])).toBe("Mode takes no link.");
  expect(ask(["encode", "conditioning"], ["guide", "scale"])).toMatch(/^Scale takes a \*\*curve\*\*/);
});

test("loops are refused, of one node and of several", () => {
  expect(ask(["guide", "denoiser"], ["calm", "denoiser"])).toBe(
    "This link would make a loop: Rescale already feeds Guidance.",
  );
  expect(ask(["guide", "denoiser"], ["guide", "weak"])).toBe("A node cannot feed itself.");
});

test("nodes that are not known here take no new links", () => {
  expect(ask(["calm", "denoiser"], ["ghost", "in"])).toBe("A node of unknown type takes no new links.");
  expect(ask(["nobody", "denoiser"], ["guide", "weak"])).toBe("One end of this link does not exist.");
});

test("a chain of ten thousand nodes is walked without recursion", () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `n${index}`);
  const long: Workflow = {
    fairlead: 1,
    nodes: ids.map((id) => node(id, "guidance/rescale")),
    edges: ids.slice(1).map((id, index) => ({ from: [ids[index]!, "denoiser"], to: [id, "denoiser"] })),
  };
  expect(refuse(long, catalogByType, [ids[9_999]!, "denoiser"], ["n0", "denoiser"])).toMatch(/would make a loop/);
});
