// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";

const ran = vi.hoisted((): string[] => []);
vi.mock("./commands.ts", async () => {
  const { command } = await import("./command.ts");
  const one = (id: string, ...keys: string[]) => command(id, id, "", keys, () => ran.push(id));
  return {
    commands: [
      one("undo", "Ctrl+Z"),
      one("redo", "Ctrl+Shift+Z"),
      one("run", "Ctrl+Enter"),
      one("delete", "Delete"),
      one("fit", "F"),
      one("add-node", "Space", "Tab"),
      one("minimap", "M"),
      one("bypass", "Ctrl+B"),
      one("copy", "Ctrl+C"),
      one("cut", "Ctrl+X"),
      one("paste", "Ctrl+V"),
      one("select-all", "Ctrl+A"),
      one("save", "Ctrl+S"),
      one("snap", "Shift+S"),
    ],
  };
});

const { dispatchKey } = await import("./keys.ts");
const { useSettings } = await import("./settings.ts");

beforeEach(() => {
  ran.length = 0;
  document.body.innerHTML =
    '<input id="field"><button id="button">A</button><div data-testid="canvas" id="canvas"></div>';
});

function press(init: KeyboardEventInit & { graph?: boolean; keyCode?: number }, on = "canvas"): boolean {
  const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
  if (init.graph) Object.defineProperty(event, "getModifierState", { value: (name: string) => name === "AltGraph" });
  if (init.keyCode) Object.defineProperty(event, "keyCode", { value: init.keyCode });
  let isDone = false;
  const listen = (heard: Event) => {
    isDone = dispatchKey(heard as KeyboardEvent);
  };
  window.addEventListener("keydown", listen, { once: true });
  document.getElementById(on)?.dispatchEvent(event);
  return isDone;
}

test("keys run their command, Shift tells redo from undo", () => {
  expect(press({ key: "z", code: "KeyZ", ctrlKey: true })).toBe(true);
  press({ key: "Z", code: "KeyZ", ctrlKey: true, shiftKey: true });
  press({ key: "f", code: "KeyF" });
  expect(ran).toEqual(["undo", "redo", "fit"]);
});

test("the letter of the layout decides; without a Latin one, the place of the key", () => {
  press({ key: "z", code: "KeyY", ctrlKey: true });
  press({ key: "я", code: "KeyZ", ctrlKey: true });
  expect(ran).toEqual(["undo", "undo"]);
});

test("while a field has the focus its keys are its own, but running works", () => {
  press({ key: "Delete", code: "Delete" }, "field");
  press({ key: "z", code: "KeyZ", ctrlKey: true }, "field");
  press({ key: "f", code: "KeyF" }, "field");
  expect(ran).toEqual([]);
  press({ key: "Enter", code: "Enter", ctrlKey: true }, "field");
  expect(ran).toEqual(["run"]);
});

const fields = [
  "<input>",
  "<input type=number>",
  "<textarea></textarea>",
  "<select></select>",
  '<div contenteditable="true"></div>',
  '<div role="textbox" tabindex="0"></div>',
];
test.each(fields)("every key but saving and running is left to %s", (html) => {
  document.body.innerHTML = html.replace(/^<\w+/, '$& id="it"');
  for (const [key, code] of [
    ["z", "KeyZ"],
    ["m", "KeyM"],
    ["b", "KeyB"],
    ["f", "KeyF"],
    [" ", "Space"],
    ["Tab", "Tab"],
    ["Delete", "Delete"],
    ["Backspace", "Backspace"],
    ["S", "KeyS"],
  ] as const) {
    expect(press({ key, code, shiftKey: key === "S" }, "it")).toBe(false);
  }
  for (const letter of ["z", "a", "c", "x", "v", "b"]) {
    const code = `Key${letter.toUpperCase()}`;
    expect(press({ key: letter, code, ctrlKey: true }, "it")).toBe(false);
    expect(press({ key: letter, code, metaKey: true }, "it")).toBe(false);
  }
  for (const key of ["Backspace", "Delete"]) expect(press({ key, code: key, ctrlKey: true }, "it")).toBe(false);
  expect(ran).toEqual([]);
  press({ key: "s", code: "KeyS", ctrlKey: true }, "it");
  expect(ran).toEqual(["save"]);
});

test("letters and Delete act on the graph from the canvas and the outline, not from other panels", () => {
  document.body.innerHTML = `
    <aside data-region="left"><button id="row">A</button><ol data-stands-for="graph"><li id="node" tabindex="0"></li></ol></aside>
    <aside data-testid="inspector"><button id="tab">B</button></aside>
    <section data-region="drawer"><button id="problem">C</button></section>
    <header><button id="run">D</button></header><div data-testid="canvas" id="canvas"></div>`;
  for (const place of ["row", "tab", "problem"]) {
    expect(press({ key: "Delete", code: "Delete" }, place)).toBe(false);
    expect(press({ key: "m", code: "KeyM" }, place)).toBe(false);
  }
  expect(ran).toEqual([]);
  for (const place of ["node", "run", "canvas"]) press({ key: "Delete", code: "Delete" }, place);
  press({ key: "z", code: "KeyZ", ctrlKey: true }, "row");
  expect(ran).toEqual(["delete", "delete", "delete", "undo"]);
});

test("marked text is what is copied", () => {
  document.body.insertAdjacentHTML("beforeend", "<p>A formula.</p>");
  document.getSelection()?.selectAllChildren(document.querySelector("p")!);
  expect(press({ key: "c", code: "KeyC", ctrlKey: true })).toBe(false);
  document.getSelection()?.removeAllRanges();
  press({ key: "c", code: "KeyC", ctrlKey: true });
  expect(ran).toEqual(["copy"]);
});

test.each([
  ["Russian", "яфсчм"],
  ["Greek", "ζαγχω"],
  ["Hebrew", "זשבסה"],
  ["Thai", "ผฟแปอ"],
])("a %s layout has every shortcut where a US keyboard has it", (_, letters) => {
  for (const [i, letter] of ["Z", "A", "C", "X", "V"].entries())
    press({ key: letters[i]!, code: `Key${letter}`, ctrlKey: true });
  expect(ran).toEqual(["undo", "select-all", "copy", "cut", "paste"]);
});

test("an open dialog keeps the graph still", () => {
  document.body.insertAdjacentHTML("beforeend", '<div role="dialog"></div>');
  expect(press({ key: "Delete", code: "Delete" })).toBe(false);
});

test("input methods and AltGr characters are no shortcuts", () => {
  const base = { key: "z", code: "KeyZ", ctrlKey: true };
  expect(press({ ...base, isComposing: true })).toBe(false);
  expect(press({ ...base, keyCode: 229 })).toBe(false);
  expect(press({ ...base, altKey: true, graph: true })).toBe(false);
});

test("Space and Tab open the search on the canvas only", () => {
  expect(press({ key: " ", code: "Space" }, "button")).toBe(false);
  expect(press({ key: "Tab", code: "Tab" }, "button")).toBe(false);
  expect(press({ key: " ", code: "Space" })).toBe(true);
});

test("keys of a person's own take the place of the standard ones, and type into fields what they say", () => {
  useSettings.setState({ keys: { run: ["R"], fit: [] } });
  press({ key: "r", code: "KeyR" });
  press({ key: "f", code: "KeyF" });
  press({ key: "Enter", code: "Enter", ctrlKey: true });
  expect(press({ key: "r", code: "KeyR" }, "field")).toBe(false);
  expect(ran).toEqual(["run"]);
  useSettings.setState({ keys: {} });
});
