import { expect, test } from "vitest";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { findNodes } from "./findNodes.ts";

const node = (type: string, title: string, summary: string, keywords: readonly string[] = []) =>
  ({ type, title, summary, keywords }) as unknown as NodeDescription;

const catalog = [
  node("text/encode", "Encode text", "Turns a prompt into conditioning."),
  node("sampler/sample", "Sample", "Walks the sigmas of a schedule."),
  node("sigmas/schedule", "Schedule", "Makes falling noise levels.", ["karras"]),
];
const types = (query: string) => findNodes(catalog, query).map(({ type }) => type);

test("an empty query finds everything in its order", () => {
  expect(types("")).toEqual(["text/encode", "sampler/sample", "sigmas/schedule"]);
});

test("titles come before summaries, and every word must occur", () => {
  expect(types("schedule")).toEqual(["sigmas/schedule", "sampler/sample"]);
  expect(types("KARRAS")).toEqual(["sigmas/schedule"]);
  expect(types("encode prompt")).toEqual(["text/encode"]);
  expect(types("encode karras")).toEqual([]);
});
