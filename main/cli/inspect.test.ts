import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { publishedFiles, shapesOf } from "../engine/checkpoint/publishedTesting.ts";
import { writeCheckpoint } from "../engine/checkpoint/testing.ts";
import { fairlead } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-inspect-"));
afterAll(() => rmSync(folder, { recursive: true }));

function manifest(name: string, shapes: Iterable<readonly [string, readonly number[]]>): string {
  const path = join(folder, name);
  writeFileSync(path, [...shapes].map(([key, shape]) => `${key}\t${shape.join("x")}\n`).join(""));
  return path;
}

test("a list of keys is named, counted and accounted for key by key", async () => {
  const shapes = [...shapesOf(publishedFiles.sdxl), ["conditioner.embedders.1.model.logit_scale", []] as const];
  const { code, out } = await fairlead("inspect", manifest("sdxl.tsv", shapes));
  expect(code).toBe(0);
  expect(out[0]).toBe("sdxl.tsv is SDXL base.");
  expect(out).toContain("3468.84 M parameters in 2513 tensors");
  expect(out).toContain("  unet         2567.46 M in 1680 tensors under “model.diffusion_model.”");
  expect(out).toContain("Keys: 2513 used, 1 ignored, 0 unknown");
  expect(out.filter((line) => line.startsWith("  used "))).toHaveLength(2513);
});

test("a file is inspected as events, one a line", async () => {
  const path = join(folder, "vae.safetensors");
  const shapes = [...shapesOf(publishedFiles.vae16), ["stray", [2]] as const];
  writeCheckpoint(path, Object.fromEntries(shapes.map(([key, shape]) => [key, { dtype: "BF16", shape }])));
  const { code, out } = await fairlead("inspect", path, "--json");
  const [checkpoint, ...keys] = out.map((line) => JSON.parse(line));
  expect(code).toBe(0);
  expect(checkpoint).toMatchObject({
    event: "checkpoint",
    architecture: "vae",
    parameters: 83819683,
    keys: { used: 244, ignored: 0, unknown: 1 },
  });
  expect(keys).toHaveLength(245);
  expect(keys.at(-1)).toEqual({ event: "key", key: "stray", shape: [2], dtype: "bfloat16", use: "unknown", note: "" });
});

test("what is no checkpoint is refused with one sentence", async () => {
  const path = join(folder, "model.ckpt");
  writeFileSync(path, "PK\u0003\u0004model/data.pkl");
  expect(await fairlead("inspect", path, "--json")).toMatchObject({
    code: 1,
    errors: [expect.stringMatching(/^model\.ckpt is a Python pickle.*\.$/)],
    out: [expect.stringContaining('"event":"error"')],
  });
});

test.each([
  ["a line without a tab", "a 3x4\n", /line 1 is no key, tab and shape/],
  ["a key twice", "a\t3\nb\t4\na\t3\n", /line 3 has “a” again/],
  ["a side that is no number", "a\t3xn\n", /line 1/],
])("a list of keys with %s is refused", async (_, text, sentence) => {
  const path = join(folder, "bad.tsv");
  writeFileSync(path, text);
  const { code, errors } = await fairlead("inspect", path);
  expect(code).toBe(1);
  expect(errors[0]).toMatch(sentence);
});
