import { beforeEach, expect, test, vi } from "vitest";
import { defaultSettings } from "../../shared/contract.ts";
import { bind, declareKeys, isOwn, keysOf, ownerOf, refuseChord, resetKeys } from "./bindings.ts";
import { useSettings } from "./settings.ts";

vi.mock("./bridge.ts", () => ({ call: async () => ({}) }));
vi.stubGlobal("document", { documentElement: { dataset: {} } });
vi.stubGlobal("window", { matchMedia: () => ({ matches: false }) });

declareKeys("redo", ["Ctrl+Shift+Z", "Ctrl+Y"]);
declareKeys("mute", ["Ctrl+M"]);
declareKeys("theme", []);

beforeEach(() => useSettings.setState(defaultSettings, true));

test("a command has its standard keys until it gets others, and none when they are taken away", async () => {
  expect(keysOf("redo")).toEqual(["Ctrl+Shift+Z", "Ctrl+Y"]);
  await bind("redo", "Ctrl+R");
  expect(keysOf("redo")).toEqual(["Ctrl+R"]);
  await bind("redo", null);
  expect(keysOf("redo")).toEqual([]);
  expect(isOwn("redo")).toBe(true);
  expect(isOwn("mute")).toBe(false);
});

test("a chord belongs to one command: the last that was given it", async () => {
  expect(ownerOf("Ctrl+Y", "mute")).toBe("redo");
  expect(ownerOf("Ctrl+Y", "redo")).toBeUndefined();
  await bind("mute", "Ctrl+Y");
  expect(keysOf("mute")).toEqual(["Ctrl+Y"]);
  expect(keysOf("redo")).toEqual(["Ctrl+Shift+Z"]);
  await bind("theme", "Ctrl+M");
  expect(keysOf("theme")).toEqual(["Ctrl+M"]);
});

test("one reset leaves to others what they were given; resetting all leaves nothing", async () => {
  await bind("mute", "Ctrl+Y");
  await resetKeys("redo");
  expect(keysOf("redo")).toEqual(["Ctrl+Shift+Z"]);
  await resetKeys("mute");
  await resetKeys("redo");
  expect(keysOf("redo")).toEqual(["Ctrl+Shift+Z", "Ctrl+Y"]);
  expect(useSettings.getState().keys).toEqual({});
  await bind("mute", "F9");
  await resetKeys();
  expect(isOwn()).toBe(false);
});

test("keys that dialogs and fields live by cannot be taken", () => {
  expect(refuseChord("Escape")).toContain("Escape");
  expect(refuseChord("Ctrl+Enter")).toBeNull();
});
