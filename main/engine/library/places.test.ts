import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { extraPlaces } from "./extraPaths.ts";
import { findPlaces, placeFor } from "./places.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fairlead-places-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const make = (...folders: string[]) => {
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
};

async function found(): Promise<[string | null, Record<string, string | null>]> {
  const { folder, places } = await findPlaces(root);
  return [folder.layout, Object.fromEntries(places.map(({ path, kind }) => [relative(root, path), kind]))];
}

test("ComfyUI's folder is known by its models, and only folders of models are looked at", async () => {
  make("models/checkpoints", "models/loras", "models/text_encoders", "models/upscale_models", "custom_nodes", "output");
  expect(await found()).toEqual([
    "ComfyUI",
    { "models/checkpoints": "checkpoint", "models/loras": "lora", "models/text_encoders": "text-encoder" },
  ]);
  expect(await placeFor(root, "lora")).toBe(join(root, "models/loras"));
  expect(await placeFor(root, "vae")).toBe(root);
});

test("A1111's folder has its embeddings beside its models", async () => {
  make("models/Stable-diffusion", "models/Lora", "models/VAE", "models/ESRGAN", "embeddings");
  expect(await found()).toEqual([
    "A1111",
    { "models/Stable-diffusion": "checkpoint", "models/Lora": "lora", "models/VAE": "vae", embeddings: "embedding" },
  ]);
});

test("a plain folder is looked at as a whole; one that is gone says so", async () => {
  make("mine");
  expect(await found()).toEqual([null, { "": null }]);
  const { folder, places } = await findPlaces(join(root, "nothing"));
  expect(folder.problem).toMatch(/does not exist/);
  expect(places).toEqual([]);
});

test("extra_model_paths.yaml leads to folders elsewhere", async () => {
  const text = `
# a comment
a111:
    base_path: ../webui/
    checkpoints: models/Stable-diffusion
    loras: |
         models/Lora
         /elsewhere/LyCORIS
    upscale_models: models/ESRGAN
other:
    is_default: true
    base_path: ~/ai
    text_encoders: clip/
`;
  const { places, problem } = await extraPlaces(text, "/home/me/ComfyUI");
  expect(problem).toBeNull();
  expect(places).toEqual([
    { path: "/home/me/webui/models/Stable-diffusion", kind: "checkpoint" },
    { path: "/home/me/webui/models/Lora", kind: "lora" },
    { path: "/elsewhere/LyCORIS", kind: "lora" },
    { path: join(homedir(), "ai/clip"), kind: "text-encoder" },
  ]);
  make("models/checkpoints", "more");
  writeFileSync(join(root, "extra_model_paths.yaml"), "x:\n  vae: more\n");
  const { folder, places: both } = await findPlaces(root);
  expect(folder).toMatchObject({ layout: "ComfyUI", extra: [join(root, "more")], problem: null });
  expect(both.map(({ kind }) => kind)).toEqual(["checkpoint", "vae"]);
});

test("an extra_model_paths.yaml that is damaged costs itself, not the folder", async () => {
  make("models/checkpoints");
  writeFileSync(join(root, "extra_model_paths.yaml"), "a: [1,\n  b: : {");
  const { folder, places } = await findPlaces(root);
  expect(folder.problem).toMatch(/^extra_model_paths\.yaml cannot be read: .+\.$/);
  expect(places).toHaveLength(1);
});
