import { expect, test } from "vitest";
import type { LibraryEntry } from "../../shared/library.ts";
import { emptyWorkflow } from "../../shared/workflow/workflow.ts";
import { findMissing, withNote } from "./missingModels.ts";

const entry = (path: string, part: Partial<LibraryEntry> = {}): LibraryEntry => ({
  ...{ id: path, path, name: path.replace(/^.*\//, ""), kind: "checkpoint", base: "SD 1", title: "", reason: "" },
  ...{ bytes: 7, modified: 0, precision: "F16", slot: "", sha256: null, isHashStated: false, hasPreview: false },
  ...{ beside: [], words: [], problem: null },
  ...part,
});
const other = "/elsewhere/models/fox.safetensors";
const workflow = emptyWorkflow("a");

test("a missing model is found by its name, for the kind of node that opens it", () => {
  const library = [entry("/m/cat.safetensors"), entry("/m/Fox.safetensors")];
  expect(findMissing(workflow, "model/checkpoint", other, library)?.path).toBe("/m/Fox.safetensors");
  expect(findMissing(workflow, "model/checkpoint", "C:\\models\\cat.safetensors", library)?.path).toBe(
    "/m/cat.safetensors",
  );
  expect(findMissing(workflow, "model/lora", other, library)).toBeNull();
  expect(findMissing(workflow, "model/checkpoint", "/m/cat.safetensors", library)).toBeNull();
  expect(findMissing(workflow, "model/checkpoint", "", library)).toBeNull();
});

test("a bad file replaces nothing", () => {
  expect(
    findMissing(workflow, "model/checkpoint", other, [entry("/m/fox.safetensors", { problem: "cut off" })]),
  ).toBeNull();
});

test("a renamed model is found by the hash that the document notes, before one of the same name", () => {
  const noted = { ...workflow, models: withNote(workflow, entry(other, { sha256: "ab" })) };
  const library = [entry("/m/fox.safetensors", { sha256: "cd" }), entry("/m/renamed.safetensors", { sha256: "ab" })];
  expect(findMissing(noted, "model/checkpoint", other, library)?.name).toBe("renamed.safetensors");
});

test("notes say nothing of where a model lies", () => {
  const once = { ...workflow, models: withNote(workflow, entry(other)) };
  const twice = { ...once, models: withNote(once, entry(other, { sha256: "ab" })) };
  expect(twice.models).toEqual([{ name: "fox.safetensors", bytes: 7, sha256: "ab" }]);
});
