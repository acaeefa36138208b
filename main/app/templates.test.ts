import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTemplates } from "./templates.ts";

const assets = resolve(__dirname, "../../assets");
let own = "";
beforeEach(async () => {
  own = join(await mkdtemp(join(tmpdir(), "fairlead-templates-")), "templates");
});
afterEach(() => rm(join(own, ".."), { recursive: true }));

const text = '{"fairlead":1,"name":"inner","about":"Mine.","nodes":[],"edges":[]}';

test("the welcome workflow comes first, and thumbnails are small pictures of one shape", async () => {
  const list = await createTemplates(assets, own).list();
  expect(list[0]).toMatchObject({ name: "Guided text to image", isOwn: false });
  const pictures = list.flatMap(({ thumbnail }) => (thumbnail === null ? [] : [thumbnail]));
  expect(pictures.length).toBeGreaterThan(list.length / 2);
  for (const picture of pictures) {
    expect(picture.byteLength).toBeLessThan(30_000);
    expect(await sharp(picture).metadata()).toMatchObject({ format: "webp", width: 320, height: 160 });
  }
});

test("a template of one's own is there under its name until it is removed", async () => {
  const templates = createTemplates(assets, own);
  await templates.save({ name: "Füchse 图", text, thumbnail: Uint8Array.of(1, 2) });
  const mine = { name: "Füchse 图", about: "Mine.", text, thumbnail: Buffer.of(1, 2), isOwn: true };
  expect((await templates.list()).filter(({ isOwn }) => isOwn)).toEqual([mine]);
  await templates.save({ name: "Füchse 图", text: text.replace("Mine", "New"), thumbnail: null });
  expect((await templates.list()).at(-1)).toMatchObject({ about: "New.", thumbnail: null });
  await templates.remove("Füchse 图");
  await templates.remove("Füchse 图");
  expect(await readdir(own)).toEqual([]);
});

test.each(["", " ", "a/b", "../x", "..\\x", "CON", "a*b", "x".repeat(300)])(
  "a template cannot be called %j",
  async (name) => {
    const templates = createTemplates(assets, own);
    await expect(templates.save({ name, text, thumbnail: null })).rejects.toThrow(/name/i);
    await expect(templates.remove(name)).rejects.toThrow(/name/i);
    expect(await readdir(join(own, ".."))).toEqual([]);
  },
);

test("a file that is no workflow does not take the others with it", async () => {
  const templates = createTemplates(assets, own);
  await templates.save({ name: "good", text, thumbnail: null });
  await writeFile(join(own, "bad.fairlead.json"), "{");
  expect((await templates.list()).filter(({ isOwn }) => isOwn).map(({ name }) => name)).toEqual(["good"]);
});
