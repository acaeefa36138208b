// @vitest-environment happy-dom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ComponentPlot } from "./ComponentPlot.tsx";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const components = [
  { weight: 1, mean: [0, 0] as const, std: 0.5, label: "a" },
  { weight: 2, mean: [3, 1] as const, std: 0.25, label: "b" },
];
const onChange = vi.fn();
let root: Root;

beforeEach(() => {
  vi.clearAllMocks();
  document.body.innerHTML = '<div id="root"></div>';
  root = createRoot(document.getElementById("root")!);
  act(() => root.render(<ComponentPlot {...{ components, onChange }} width={200} height={100} />));
});

afterEach(() => act(() => root.unmount()));

const press = (key: string, shiftKey = false) =>
  act(() => {
    const middle = document.querySelector('[data-testid="component-1"]')!;
    middle.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true }));
  });

test.each([
  ["ArrowLeft", false, { mean: [2.9, 1] }],
  ["ArrowUp", true, { mean: [3, 1.02] }],
  ["+", false, { std: 0.3 }],
  ["-", false, { std: 0.2 }],
])("%s (Shift %s) changes the component that has the focus", (key, shiftKey, change) => {
  press(key, shiftKey);
  expect(onChange).toHaveBeenCalledTimes(1);
  expect(onChange.mock.calls[0]![0]).toEqual([components[0], { ...components[1], ...change }]);
});

test("Delete removes it", () => {
  press("Delete");
  expect(onChange.mock.calls[0]![0]).toEqual([components[0]]);
});

test("other keys are left to the window", () => {
  press("a");
  expect(onChange).not.toHaveBeenCalled();
});
