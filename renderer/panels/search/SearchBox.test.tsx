// @vitest-environment happy-dom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { port } from "../../../shared/node/ports.ts";
import { candidatesFor } from "./candidates.ts";
import { SearchBox } from "./SearchBox.tsx";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

function node(type: string, title: string, keywords: readonly string[] = []): NodeDescription {
  const base = { version: 1, summary: "", doc: "", cites: [], status: "stable" as const, params: {}, outputs: {} };
  return { type, title, keywords, ...base, inputs: { denoiser: port.denoiser("who predicts") } };
}

const nodes = [
  node("guidance/cfg", "Guidance", ["cfg"]),
  node("sampler/sample", "Sample"),
  {
    ...node("guidance/rescale", "Rescale"),
    cites: [{ id: "arXiv:2305.08891", by: "Lin and others, 2023", title: "" }],
  },
];
const onAdd = vi.fn();
const onClose = vi.fn();
let root: Root;

beforeEach(() => {
  vi.clearAllMocks();
  document.body.innerHTML = '<div id="root"></div>';
  root = createRoot(document.getElementById("root")!);
  const candidates = candidatesFor(nodes, { from: "output", wire: "denoiser" });
  act(() =>
    root.render(
      <SearchBox
        at={{ x: 0, y: 0 }}
        wire={{ type: "denoiser", side: "takes" }}
        verb="Add"
        {...{ candidates, onAdd, onClose }}
      />,
    ),
  );
});

afterEach(() => act(() => root.unmount()));

const field = () => document.querySelector("input")!;
const chosen = () => document.querySelector("[aria-selected=true] b")?.textContent;
const press = (key: string, isComposing = false) =>
  act(() => field().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, isComposing })));
const type = (text: string) =>
  act(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(field(), text);
    field().dispatchEvent(new Event("input", { bubbles: true }));
  });

test("the field has the focus and names the chosen row", () => {
  expect(document.activeElement).toBe(field());
  expect(document.getElementById(field().getAttribute("aria-activedescendant")!)?.textContent).toContain("Guidance");
});

test("a node is found by the work it rests on", () => {
  for (const words of ["2305.08891", "lin 2023"]) {
    type(words);
    expect(chosen()).toBe("Rescale");
  }
});

test("arrows choose, past both ends too", async () => {
  await press("ArrowDown");
  expect(chosen()).toBe("Sample");
  await press("ArrowUp");
  await press("ArrowUp");
  expect(chosen()).toBe("Rescale");
});

test("Enter adds the first answer to the query, with the port it lands on", async () => {
  await press("ArrowDown");
  await type("resc");
  await press("Enter");
  expect(onAdd).toHaveBeenCalledTimes(1);
  expect(onAdd.mock.calls[0]?.[0]).toMatchObject({ node: { type: "guidance/rescale" }, landing: { port: "denoiser" } });
});

test("Enter adds nothing while an input method composes, or where nothing is found", async () => {
  await press("Enter", true);
  await type("no such node");
  await press("Enter");
  expect(onAdd).not.toHaveBeenCalled();
});

test("Escape closes", async () => {
  await press("Escape");
  expect(onClose).toHaveBeenCalledTimes(1);
});
