import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { Example } from "../../../shared/contract.ts";
import { byFamily } from "./families.ts";

const folder = resolve(__dirname, "../../../assets/workflows");
const examples: readonly Example[] = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const { name, about } = JSON.parse(text) as { name: string; about: string };
    return { name, about, text, thumbnail: null, isOwn: false };
  });
const own: Example = { name: "Mine", about: "", text: "damaged", thumbnail: null, isOwn: true };
const names = (query: string) =>
  byFamily([...examples, own], query).flatMap(({ members }) => members.map(({ name }) => name));

test("every template is in exactly one family, and no family is a heap", () => {
  expect(names("").sort()).toEqual([...examples, own].map(({ name }) => name).sort());
  const families = byFamily([...examples, own], "");
  expect(families.slice(0, 2).map(({ family }) => family)).toEqual(["Your templates", "First steps"]);
  expect(families.find(({ family }) => family === "First steps")?.members.map(({ name }) => name)).toContain(
    "Guided text to image",
  );
});

test("the search finds names, descriptions, families and nodes, all words in any order", () => {
  expect(names("mine")).toEqual(["Mine"]);
  expect(names("guidance/apg plot")).toEqual(["Saturation on a ring"]);
  expect(names("ring SATURATION")).toContain("Saturation on a ring");
  expect(names("no such template")).toEqual([]);
});
