import { expect, test } from "vitest";
import type { LibraryEntry } from "../../../shared/library.ts";
import { basesOf, findModels, type Wanted } from "./findModels.ts";
import { shownBytes, shownSeconds } from "./modelLooks.ts";

const entry = (name: string, part: Partial<LibraryEntry> = {}): LibraryEntry => ({
  ...{ id: name, path: `/m/${name}`, name, kind: "checkpoint", base: "SD 1", title: "", reason: "", bytes: 1 },
  ...{ modified: 0, precision: "F16", slot: "", sha256: null, isHashStated: false, hasPreview: false, beside: [] },
  ...{ words: [], problem: null },
  ...part,
});
const models = [
  entry("b10", { bytes: 5, modified: 1 }),
  entry("b9", { bytes: 9, base: "SDXL", words: ["red fox"], sha256: "abc123" }),
  entry("a", { kind: "lora", bytes: 2, modified: 7, problem: "cut off" }),
];
const all: Wanted = { query: "", kind: null, base: null, order: "name" };
const names = (wanted: Partial<Wanted>) => findModels(models, { ...all, ...wanted }).map(({ name }) => name);

test("order: numbers count as numbers, newest and largest first", () => {
  expect(names({})).toEqual(["a", "b9", "b10"]);
  expect(names({ order: "modified" })).toEqual(["a", "b10", "b9"]);
  expect(names({ order: "size" })).toEqual(["b9", "b10", "a"]);
});

test("search takes names, words and the beginning of a hash; all words must fit", () => {
  expect(names({ query: "FOX b" })).toEqual(["b9"]);
  expect(names({ query: "abc1" })).toEqual(["b9"]);
  expect(names({ query: "fox b10" })).toEqual([]);
});

test("filters by kind, base and what cannot be used", () => {
  expect(names({ kind: "lora" })).toEqual(["a"]);
  expect(names({ base: "SDXL" })).toEqual(["b9"]);
  expect(names({ kind: "problem" })).toEqual(["a"]);
  expect(basesOf(models)).toEqual(["SD 1", "SDXL"]);
});

test("sizes and times for people", () => {
  expect([999, 1000, 2_132_625_918, 6.9e11].map(shownBytes)).toEqual([
    "999\u2009B",
    "1.0\u2009kB",
    "2.1\u2009GB",
    "690\u2009GB",
  ]);
  expect([0.2, 42, 600, 7200].map(shownSeconds)).toEqual(["1\u2009s", "42\u2009s", "10\u2009min", "2.0\u2009h"]);
});
