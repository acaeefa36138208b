// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";

/** The system's clipboard: the last thing that was copied anywhere. */
const held = vi.hoisted(() => ({ text: "", picture: null as Blob | null, isOpen: true }));
vi.mock("./catalog.ts", () => import("./testCatalog.ts"));
vi.mock("./bridge.ts", async (original) => ({
  ...(await original<object>()),
  call: async (name: string, input: { picture: Uint8Array }) => {
    if (name === "clipboard.keep") return { path: `/pasted/${new TextDecoder().decode(input.picture)}` };
    pasteOn(document.body);
    return {};
  },
}));

const { activeDocument, newDocument, select, undo, useDocuments } = await import("./documents.ts");
const { addNode } = await import("./edits.ts");
const { copySelection, cutSelection, takePaste } = await import("./paste.ts");
const { nextPaste, requestPaste, watchPastes } = await import("./pasteEvents.ts");
const { useToasts } = await import("../ui/toasts.ts");

const nodes = () => activeDocument()!.workflow.nodes.map(({ id, params }) => [id, params.path]);
const copy = (text: string) => Object.assign(held, { text, picture: null });
const copyPicture = (name: string) =>
  Object.assign(held, { text: "", picture: new Blob([name], { type: "image/png" }) });
const origin = { x: 0, y: 0 };
let taken = Promise.resolve();

/** What the system's key does: an event at the element that has the focus. False if the element keeps its own way. */
function pasteOn(target: EventTarget): boolean {
  const event = new Event("paste", { bubbles: true, cancelable: true });
  const clipboardData = { files: held.picture ? [held.picture] : [], getData: () => held.text };
  Object.defineProperty(event, "clipboardData", { value: clipboardData });
  return !target.dispatchEvent(event);
}
const paste = async () => {
  await requestPaste();
  await taken;
};

beforeEach(() => {
  useDocuments.setState({ documents: [], activeId: null });
  newDocument();
  useToasts.setState({ toasts: [] });
  const writeText = async (text: string) => {
    if (!held.isOpen) throw new Error("The clipboard is in use.");
    copy(text);
  };
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } });
  held.isOpen = true;
  const stop = watchPastes((pasted) => {
    taken = takePaste(pasted);
  });
  return stop;
});

test("what was copied last is pasted: nodes, then a picture from elsewhere, then nodes again", async () => {
  addNode("image/load", origin, { path: "old" });
  await copySelection();
  const ofNodes = held.text;
  copyPicture("new");
  await paste();
  expect(nodes()).toEqual([["load", "/pasted/new"]]);
  expect(activeDocument()?.undo).toHaveLength(2);
  undo();
  expect(nodes()).toEqual([["load", "old"]]);
  copy(ofNodes);
  await paste();
  expect(nodes()).toEqual([
    ["load", "old"],
    ["load-2", "old"],
  ]);
});

test("a picture goes into a node of its own where no single node that takes one is selected", async () => {
  addNode("guidance/cfg", origin);
  copyPicture("a");
  await paste();
  select([]);
  await paste();
  select(["load", "load-2"]);
  await paste();
  expect(nodes().map(([, path]) => path)).toEqual([undefined, ...Array(3).fill("/pasted/a")]);
  undo();
  expect(nodes()).toHaveLength(3);
});

test("text of other programs changes nothing and says so", async () => {
  for (const text of ["", "a sentence", "[1, 2]", '{"a": 1}', "{"]) {
    copy(text);
    await paste();
  }
  expect(nodes()).toEqual([]);
  expect(activeDocument()?.undo).toEqual([]);
  expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual(["The clipboard holds no nodes and no picture."]);
});

test.each(["<input>", "<textarea></textarea>", '<div contenteditable="true"></div>', '<div role="textbox"></div>'])(
  "a paste into %s is the field's own, whatever was copied before",
  async (html) => {
    addNode("guidance/cfg", origin);
    await copySelection();
    document.body.innerHTML = html;
    const field = document.body.firstElementChild!;
    for (const text of [held.text, "a sentence"]) {
      copy(text);
      expect(pasteOn(field)).toBe(false);
    }
    await taken;
    expect(nodes()).toHaveLength(1);
    document.body.innerHTML = "";
  },
);

test("an open dialog keeps the graph still", async () => {
  addNode("guidance/cfg", origin);
  await copySelection();
  document.body.innerHTML = '<div role="dialog"></div>';
  await paste();
  expect(nodes()).toHaveLength(1);
  document.body.innerHTML = "";
});

test("who asks for the next paste gets it instead of the canvas", async () => {
  addNode("guidance/cfg", origin);
  await copySelection();
  expect(await nextPaste()).toEqual({ text: held.text, picture: null });
  expect(nodes()).toHaveLength(1);
  await paste();
  expect(nodes()).toHaveLength(2);
});

test("what could not be copied is not cut", async () => {
  addNode("guidance/cfg", origin);
  held.isOpen = false;
  await cutSelection();
  expect(nodes()).toHaveLength(1);
  expect(useToasts.getState().toasts[0]?.text).toBe("The clipboard is in use.");
  held.isOpen = true;
  await cutSelection();
  expect(nodes()).toEqual([]);
});
