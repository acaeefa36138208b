// @vitest-environment happy-dom
import { act, type ReactElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { param } from "../../shared/node/params.ts";
import { TitleField } from "../canvas/card/TitleField.tsx";
import { leaveToInputMethod } from "../state/typing.ts";
import { useToasts } from "../ui/toasts.ts";
import { NumberField } from "./NumberField.tsx";
import { SeedField } from "./SeedField.tsx";
import { NumbersField, TextField } from "./TextField.tsx";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
window.addEventListener("keydown", leaveToInputMethod, { capture: true });

const onChange = vi.fn();
const common = { node: "n", name: "p", label: "Scale", compact: false, onChange };
let root: Root;

beforeEach(() => {
  vi.clearAllMocks();
  useToasts.setState({ toasts: [] });
  document.body.innerHTML = '<div id="root"></div>';
  root = createRoot(document.getElementById("root")!);
});
afterEach(() => act(() => root.unmount()));

const show = (element: ReactElement) => act(() => root.render(element));
const field = () => document.querySelector<HTMLInputElement>("input, textarea")!;
const type = (text: string) =>
  act(() => {
    field().focus();
    const prototype = field() instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(prototype.prototype, "value")!.set!.call(field(), text);
    field().dispatchEvent(new Event("input", { bubbles: true }));
  });
const press = (key: string, init: KeyboardEventInit & { readonly keyCode?: number } = {}) =>
  act(() => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
    if (init.keyCode) Object.defineProperty(event, "keyCode", { value: init.keyCode });
    field().dispatchEvent(event);
  });
const notices = () => useToasts.getState().toasts.map(({ text }) => text);

const number = <NumberField {...common} param={param.number({ default: 4, about: "" })} value={4} />;
const seed = <SeedField {...common} label="Seed" param={param.seed({ default: 0, about: "" })} value={7} />;
const list = <NumbersField {...common} param={param.numbers({ default: [1], about: "" })} value={[1, 0.5]} />;
const text = <TextField {...common} param={param.text({ default: "", about: "" })} value="a fox" />;

test.each([
  ["0,75", 0.75],
  ["1,5e-3", 0.0015],
  [".5", 0.5],
  ["7.50", 7.5],
  ["1 234,5", 1234.5],
  ["１２", 12],
  ["4*4", 16],
])("%s in a field of one number is kept with a point", async (typed, value) => {
  await show(number);
  await type(typed);
  await press("Enter");
  expect(onChange.mock.calls.map(([given]) => given)).toEqual([value]);
  expect(notices()).toEqual([]);
});

test("a list keeps the comma between its numbers", async () => {
  await show(list);
  await type("1,5; 2.5 3");
  await press("Enter");
  expect(onChange.mock.calls[0]?.[0]).toEqual([1, 5, 2.5, 3]);
});

test.each([
  [number, "4..2", "“4..2” is no number: Scale stays as it was."],
  [seed, "-1", "“-1” is no seed. Seeds are whole numbers from 0 to 18446744073709551615."],
  [seed, "18446744073709551616", expect.stringContaining("from 0 to 18446744073709551615")],
  [list, "1, x", "“1, x” is no list of numbers: Scale stays as it was."],
])("what is no value gives the old one back and says so (%#)", async (element, typed, notice) => {
  await show(element);
  const before = field().value;
  await type(typed);
  await press("Enter");
  expect(onChange).not.toHaveBeenCalled();
  expect(field().value).toBe(before);
  expect(notices()).toEqual([notice]);
});

test.each([
  ["9007199254740993", 9007199254740993n],
  ["6687881544318117707", 6687881544318117707n],
  ["18446744073709551615", 2n ** 64n - 1n],
  ["9007199254740991", 9007199254740991],
])("all digits of the seed %s are kept", async (typed, value) => {
  await show(seed);
  await type(typed);
  await press("Enter");
  expect(onChange.mock.calls[0]?.[0]).toBe(value);
  await show(<SeedField {...common} param={param.seed({ default: 0, about: "" })} value={value} />);
  expect(field().value).toBe(typed);
});

const onKeep = vi.fn();
const onEnd = vi.fn();
const title = <TitleField title="Old" onKeep={onKeep} onEnd={onEnd} />;

test.each([
  ["a number", number],
  ["a seed", seed],
  ["a list", list],
  ["a text", text],
  ["a title", title],
])("while an input method composes in %s, keys are its own; the next one acts", async (_, element) => {
  await show(element);
  await type("12");
  const composing = [{ isComposing: true }, { keyCode: 229 }, { isComposing: true, keyCode: 229 }];
  for (const key of ["Enter", "Escape", "ArrowUp", "ArrowDown", "Process"]) {
    for (const init of composing) await press(key, init);
  }
  expect(document.activeElement).toBe(field());
  expect(field().value).toBe(element === text ? "a fox" : "12");
  expect(onEnd).not.toHaveBeenCalled();
  const before = field();
  await press("Enter");
  expect(document.activeElement === before && before.isConnected && element !== title).toBe(false);
});

test("undo, deletion and selection in a text are its own keys", async () => {
  const heard: string[] = [];
  const listen = (event: KeyboardEvent) => void (event.defaultPrevented && heard.push(event.key));
  window.addEventListener("keydown", listen);
  await show(<TextField {...common} param={param.text({ default: "", about: "", multiline: true })} value="a fox" />);
  for (const key of ["Backspace", "Delete", "a", "z", "v", "x"]) {
    await press(key, { ctrlKey: true });
    await press(key, { metaKey: true });
    await press(key);
  }
  window.removeEventListener("keydown", listen);
  expect(heard).toEqual([]);
});
