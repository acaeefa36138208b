// @vitest-environment happy-dom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OptionList } from "./OptionList.tsx";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const names = ["euler", "heun", "dpm_2", "lms", "deis", "ddim", "lcm", "restart"];
const options = names.map((value) => ({
  value,
  label: value.toUpperCase(),
  about: value === "lcm" ? "Predict, then add fresh noise." : "A sampler.",
  doc: `What **${value}** does.`,
  cites: [{ id: "arXiv:2206.00364", by: "Karras and others, 2022", title: "Elucidating" }],
}));
const onChoose = vi.fn();
let root: Root;

beforeEach(() => {
  vi.clearAllMocks();
  document.body.innerHTML = '<div id="root"></div>';
  root = createRoot(document.getElementById("root")!);
  act(() => root.render(<OptionList id="list" label="Sampler" value="heun" open={false} {...{ options, onChoose }} />));
});

afterEach(() => act(() => root.unmount()));

const field = () => document.querySelector("input")!;
const text = () => document.querySelector('[data-testid="choice-text"]')?.textContent;
const shown = () =>
  [...document.querySelectorAll("[cmdk-item] small")].map((line) => line.previousSibling?.textContent);
const press = (key: string) => act(() => field().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
const type = (words: string) =>
  act(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(field(), words);
    field().dispatchEvent(new Event("input", { bubbles: true }));
  });

test("the text of the present entry stands beside the list, with its citation", () => {
  expect(text()).toContain("What heun does.");
  expect(text()).toContain("Elucidating");
});

test("arrows move on and take the text along; Enter chooses", async () => {
  await press("ArrowDown");
  expect(text()).toContain("What dpm_2 does.");
  await press("Enter");
  expect(onChoose).toHaveBeenCalledWith("dpm_2");
});

test("a search finds words of the summary too, and its first answer is chosen", async () => {
  await type("noise");
  expect(shown()).toEqual(["LCM"]);
  expect(text()).toContain("What lcm does.");
  await press("Enter");
  expect(onChoose).toHaveBeenCalledWith("lcm");
});
