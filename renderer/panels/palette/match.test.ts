import { expect, test } from "vitest";
import { match } from "./match.ts";

test("labels that start with the query come before labels that contain it", () => {
  const labels = ["Order runs", "Add Reward", "Unrun", "Run"];
  const sorted = labels.map((label) => [match("run", label), label] as const).sort(([a], [b]) => b - a);
  expect(sorted.map(([, label]) => label)).toEqual(["Run", "Order runs", "Unrun", "Add Reward"]);
});

test("every word has to be found, in any order", () => {
  expect(match("image save", "Save image")).toBeGreaterThan(0);
  expect(match("image sieve", "Save image")).toBe(0);
});

test("keywords find what the label hides, after labels", () => {
  expect(match("cfg", "Guidance", ["cfg", "scale"])).toBeGreaterThan(0);
  expect(match("cfg", "Guidance", ["cfg"])).toBeLessThan(match("guid", "Guidance", ["cfg"]));
});

test("an empty query finds everything", () => expect(match("  ", "Run")).toBe(1));
