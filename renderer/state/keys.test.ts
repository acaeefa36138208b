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
