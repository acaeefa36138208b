import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LibraryChange, LibraryEntry } from "../../../shared/library.ts";
import { useOf } from "../../../shared/library.ts";
import { writeCheckpoint } from "../checkpoint/testing.ts";
import { createLibrary } from "./library.ts";
import type { Library } from "./libraryTypes.ts";

const fixtures = resolve(__dirname, "../checkpoint/fixtures");
const embedded = resolve(__dirname, "../../../assets/models/emoji-scenes");

let root: string;
let models: string;
let changes: LibraryChange[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fairlead-library-"));
  models = join(root, "models");
  mkdirSync(models);
  changes = [];
});
afterEach(() => rmSync(root, { recursive: true }));

const open = () => createLibrary({ folder: join(root, "kept") }, (change) => changes.push(change));
const put = (fixture: string, place = `${fixture}.safetensors`) => {
  mkdirSync(join(models, place, ".."), { recursive: true });
  copyFileSync(join(fixtures, `${fixture}.safetensors`), join(models, place));
};

/** Everything in the library once no scan runs, by name. */
async function scanned(library: Library): Promise<Map<string, LibraryEntry>> {
  const idle = async () => (await library.state()).scan === null;
  await expect.poll(idle, { interval: 5, timeout: 10_000 }).toBe(true);
  return new Map((await library.state()).entries.map((entry) => [entry.name, entry]));
}

async function filled(): Promise<{ library: Library; entries: Map<string, LibraryEntry> }> {
  const library = open();
  await library.addFolder(models);
  return { library, entries: await scanned(library) };
}

test("every kind of model is recognised by what it holds, wherever it lies", async () => {
  const names = ["sd15", "sdxl", "flux", "lora-kohya-sdxl", "vae16", "controlnet-sd15", "clip_l", "t5"];
  for (const name of names) put(`${name}-tiny`, `deep/er/${name}.safetensors`);
  writeCheckpoint(join(models, "word.safetensors"), { emb_params: { dtype: "F32", shape: [4, 768] } });
  cpSync(embedded, join(models, "emoji-scenes"), { recursive: true });
  const { entries } = await filled();
  const facts = [...entries.values()].map((entry) => [entry.name, entry.kind, entry.base, useOf(entry)?.param ?? null]);
  expect(facts.sort()).toEqual([
    ["clip_l.safetensors", "text-encoder", "", "clipL"],
    ["controlnet-sd15.safetensors", "controlnet", "SD 1", "path"],
    ["emoji-scenes", "onnx", "", "path"],
    ["flux.safetensors", "checkpoint", "FLUX.1", "path"],
    ["lora-kohya-sdxl.safetensors", "lora", "SDXL", "path"],
    ["sd15.safetensors", "checkpoint", "SD 1", "path"],
    ["sdxl.safetensors", "checkpoint", "SDXL", "path"],
    ["t5.safetensors", "text-encoder", "", "t5"],
    ["vae16.safetensors", "vae", "SD 3, FLUX.1", "path"],
    ["word.safetensors", "embedding", "", null],
  ]);
  expect(entries.get("sd15.safetensors")).toMatchObject({
    title: "Stable Diffusion 1.x",
    reason: expect.stringMatching(/It is a UNet .*\.$/),
    precision: expect.stringMatching(/^F(16|32)$/),
    problem: null,
  });
});

test("bad files are listed with their sentence", async () => {
  writeFileSync(join(models, "old.ckpt"), "PK\u0003\u0004archive");
  writeFileSync(join(models, "page.safetensors"), "<!doctype html><html>");
  writeFileSync(join(models, "pointer.safetensors"), "version https://git-lfs.github.com/spec/v1\n");
  put("sd15-tiny", "cut.safetensors");
  writeFileSync(join(models, "cut.safetensors"), readFileSync(join(models, "cut.safetensors")).subarray(0, 90_000));
  writeFileSync(join(models, "notes.txt"), "no model");
  const { entries } = await filled();
  expect([...entries.keys()].sort()).toEqual([
    "cut.safetensors",
    "old.ckpt",
    "page.safetensors",
    "pointer.safetensors",
  ]);
  expect(entries.get("old.ckpt")?.problem).toMatch(/Python pickle/);
  expect(entries.get("page.safetensors")?.problem).toMatch(/web page/);
  expect(entries.get("pointer.safetensors")?.problem).toMatch(/Git LFS pointer/);
  expect(entries.get("cut.safetensors")?.problem).toMatch(/cut off/);
});

test("words, hash and picture come from the files beside a model", async () => {
  put("lora-kohya-sd15-tiny", "fox.safetensors");
  const sha256 = "AB".repeat(32);
  const files = [{ name: "fox.safetensors", hashes: { AutoV2: "ABABABABAB", SHA256: sha256 } }];
  writeFileSync(join(models, "fox.civitai.info"), JSON.stringify({ trainedWords: ["red fox, foxy", "foxy"], files }));
  writeFileSync(join(models, "fox.json"), JSON.stringify({ "activation text": "den" }));
  const picture = await sharp({ create: { width: 600, height: 900, channels: 3, background: "#c63" } })
    .png()
    .toBuffer();
  writeFileSync(join(models, "fox.preview.png"), picture);
  const { library, entries } = await filled();
  const fox = entries.get("fox.safetensors") as LibraryEntry;
  expect(fox).toMatchObject({ words: ["red fox", "foxy", "den"], sha256: sha256.toLowerCase(), isHashStated: true });
  expect(fox.beside).toEqual(["fox.preview.png", "fox.civitai.info", "fox.json"]);
  const small = await sharp((await library.preview(fox.id)) as Uint8Array).metadata();
  expect([small.format, small.width, small.height]).toEqual(["webp", 213, 320]);
});

test("words and picture come from the header where nothing lies beside", async () => {
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#36c" } })
    .jpeg()
    .toBuffer();
  const down = { "lora_unet_x.lora_down.weight": { dtype: "F32", shape: [2, 4] } } as const;
  const frequencies = JSON.stringify({ one: { cat: 2, " dog": 5 }, two: { cat: 9 } });
  const metadata = {
    "modelspec.trigger_phrase": "mycat",
    ss_tag_frequency: frequencies,
    "modelspec.thumbnail": `data:image/jpeg;base64,${picture.toString("base64")}`,
  };
  writeCheckpoint(join(models, "a.safetensors"), { ...down }, metadata);
  writeCheckpoint(join(models, "b.safetensors"), { ...down }, { ss_tag_frequency: "{damaged", ssmd_cover_images: "[" });
  const { library, entries } = await filled();
  expect(entries.get("a.safetensors")).toMatchObject({ words: ["mycat", "cat", "dog"], hasPreview: true });
  expect(await library.preview(entries.get("a.safetensors")?.id ?? "")).toBeInstanceOf(Uint8Array);
  expect(entries.get("b.safetensors")).toMatchObject({ words: [], hasPreview: false });
});

test("a hash is computed when it is asked for, and kept", async () => {
  put("vae-tiny");
  const { library, entries } = await filled();
  const vae = entries.get("vae-tiny.safetensors") as LibraryEntry;
  expect(vae.sha256).toBeNull();
  const hash = createHash("sha256").update(readFileSync(vae.path)).digest("hex");
  expect(await library.hash(vae.id)).toBe(hash);
  const again = await scanned(open());
  expect(again.get(vae.name)).toMatchObject({ sha256: hash, isHashStated: false });
  await expect(library.hash("nothing")).rejects.toThrow(/not in the library/);
});

test("only what changed is opened again, and what is gone leaves", async () => {
  put("vae-tiny", "a.safetensors");
  put("clip_l-tiny", "b.safetensors");
  await filled();
  rmSync(join(models, "b.safetensors"));
  put("lora-peft-sd15-tiny", "c.safetensors");
  writeFileSync(join(models, "a.civitai.info"), JSON.stringify({ trainedWords: ["later"] }));
  changes = [];
  const entries = await scanned(open());
  expect([...entries.keys()].sort()).toEqual(["a.safetensors", "c.safetensors"]);
  expect(entries.get("a.safetensors")?.words).toEqual(["later"]);
  expect(changes.flatMap(({ gone }) => gone ?? [])).toHaveLength(1);
  changes = [];
  await scanned(open());
  expect(changes.flatMap((change) => change.entries ?? [])).toEqual([]);
});

test("links that lead in a circle end, and a folder under two names is read once", async () => {
  put("vae-tiny", "in/a.safetensors");
  symlinkSync(models, join(models, "in", "circle"));
  const library = open();
  await library.addFolder(models);
  await library.addFolder(join(models, "in"));
  expect((await scanned(library)).size).toBe(1);
});

test("a removed folder takes its models out of the list and nothing from the disk", async () => {
  put("vae-tiny");
  const { library } = await filled();
  await library.removeFolder(models);
  expect((await scanned(library)).size).toBe(0);
  expect(readFileSync(join(models, "vae-tiny.safetensors")).length).toBeGreaterThan(0);
});

test("thousands of files: others are answered meanwhile, and a scan can be stopped", async () => {
  const one = readFileSync(join(fixtures, "lora-kohya-sd15-tiny.safetensors"));
  for (let i = 0; i < 600; i++) writeFileSync(join(models, `${i}.safetensors`), one.subarray(0, 3000));
  const library = open();
  await library.addFolder(models);
  await expect
    .poll(() => changes.some(({ entries }) => (entries?.length ?? 0) > 0), { interval: 1, timeout: 10_000 })
    .toBe(true);
  const { scan, entries } = await library.state();
  expect(scan?.total).toBe(600);
  library.stopScan();
  const after = await scanned(library);
  expect(after.size).toBeGreaterThanOrEqual(entries.length);
  expect(after.size).toBeLessThan(600);
});

test("a dropped file is recognised wherever it lies", async () => {
  put("lora-kohya-sd15-tiny", "../outside.safetensors");
  writeFileSync(join(root, "a.ckpt"), "PK\u0003\u0004archive");
  const library = open();
  expect(await library.identify(join(root, "outside.safetensors"))).toEqual({
    use: { type: "model/lora", param: "path" },
    title: expect.stringMatching(/^A LoRA for SD 1/),
    path: join(root, "outside.safetensors"),
  });
  expect(await library.identify(join(root, "a.ckpt"))).toEqual({ problem: expect.stringMatching(/Python pickle/) });
  expect(await library.identify(embedded)).toMatchObject({ use: { type: "model/load", param: "path" } });
  expect(await library.identify(join(embedded, "unet/model.onnx"))).toMatchObject({
    use: { type: "model/load", param: "path" },
    path: embedded,
  });
  writeFileSync(join(root, "score.onnx"), "");
  expect(await library.identify(join(root, "score.onnx"))).toMatchObject({ use: { type: "reward/network" } });
});
