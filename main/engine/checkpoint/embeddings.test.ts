import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { node as encode } from "../../../nodes/text/encode.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { createRuntime } from "../runtime/runtime.ts";
import { embeddingFolders, withEmbeddings, withoutEmbeddings } from "./embeddings.ts";
import { distance, drawn, type Values, valuesOf, writeValues } from "./loraTesting.ts";
import { readCheckpoint } from "./safetensors.ts";

// ComfyUI's folders: models/checkpoints beside models/embeddings.
const root = mkdtempSync(join(tmpdir(), "fairlead-embeddings-"));
const folders = ["models/checkpoints", "models/embeddings/people", "document/embeddings"].map((one) => join(root, one));
for (const folder of folders) mkdirSync(folder, { recursive: true });
const [checkpoints] = folders;
const [shared, own] = [join(root, "models/embeddings"), join(root, "document")];
const path = join(checkpoints, "sd15-tiny.safetensors");
copyFileSync(join(__dirname, "fixtures/sd15-tiny.safetensors"), path);

const embeddedModel = resolve(__dirname, "../../../assets/models/emoji-scenes");
const runtime = createRuntime({ device: "cpu", embeddedModel, threads: 1 });
beforeEach(() => void runtime.beginRun(new AbortController().signal));
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true });
});

const table = valuesOf(
  readCheckpoint(path),
  "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight",
);
/** Rows of the tower's own table: an embedding of them is the word that has these tokens. */
function rowsOf(ids: readonly number[]): Values {
  const width = table.shape[1];
  const data = ids.flatMap((id) => [...table.data.subarray(id * width, (id + 1) * width)]);
  return { shape: [ids.length, width], data: Float64Array.from(data) };
}
const [helloWorld, cat] = [rowsOf([3306, 318, 1002]), rowsOf([2368])];
writeValues(join(shared, "hello.safetensors"), { emb_params: helloWorld });
writeValues(join(shared, "people/cat.safetensors"), { "string_to_param.*": cat });
writeValues(join(own, "beside.safetensors"), { clip_l: cat, clip_g: drawn(1, [1, 48]) });
writeValues(join(own, "embeddings/one.safetensors"), { "<cat>": { shape: [32], data: cat.data } });

const model = runtime.checkpoint(path);
const states = async (text: string, rule: "none" | "comfyui" | "a1111" = "none") =>
  (await model.encodeText(text, rule, own)).context;

test.each([
  ["a photo of embedding:hello", "a photo of hello_world"],
  ["embedding:hello.safetensors, sharp", "hello_world , sharp"],
  ["a embedding:people/cat and a embedding:beside", "a cat and a cat"],
  ["embedding:one", "cat"],
  [`${"dog ".repeat(74)}embedding:hello end`, `${"dog ".repeat(74)}hello_world end`],
  [`${"dog ".repeat(72)}embedding:hello end`, `${"dog ".repeat(72)}hello_world end`],
])("“%s” is what its rows' own tokens are", async (named, plain) => {
  const [got, wanted] = await Promise.all([states(named), states(plain)]);
  expect(got.shape).toEqual(wanted.shape);
  expect(distance(got.data, wanted.data)).toBeLessThan(1e-6);
});

test("an embedding has the weight of its brackets", async () => {
  const [got, wanted] = await Promise.all([
    states("a (embedding:hello:1.3) here", "comfyui"),
    states("a (hello_world:1.3) here", "comfyui"),
  ]);
  expect(distance(got.data, wanted.data)).toBeLessThan(1e-6);
  expect(distance(got.data, (await states("a hello_world here")).data)).toBeGreaterThan(1e-4);
});

test("what is not there, of another width or a pickle is said in a sentence", async () => {
  await expect(states("embedding:nothing,")).rejects.toThrow(
    "There is no embedding “nothing”: put nothing.safetensors beside the document",
  );
  writeValues(join(own, "wide.safetensors"), { emb_params: drawn(1, [2, 48]) });
  await expect(states("a embedding:wide")).rejects.toThrow(
    "wide.safetensors has rows of 48 numbers where CLIP-L of this model has 32: it is for another model.",
  );
  writeFileSync(join(own, "old.pt"), Buffer.from("PK\u0003\u0004 a pickle"));
  await expect(states("embedding:old")).rejects.toThrow(/old.pt is a Python pickle, which can run any program/);
});

test("each tower has its own rows, and T5 none", () => {
  const parts = [{ text: "a embedding:beside, b", weight: 1.2 }];
  const places = embeddingFolders(path, own);
  const vectors = (tower: "L" | "G", width: number) =>
    withEmbeddings(parts, tower, width, places).map(({ text, vectors: rows }) => rows?.[0].length ?? text);
  expect(vectors("L", 32)).toEqual(["a ", 32, ", b"]);
  expect(vectors("G", 48)).toEqual(["a ", 48, ", b"]);
  const file = readFileSync(join(own, "beside.safetensors"));
  writeFileSync(join(own, "copy.safetensors"), file);
  expect(() => withEmbeddings([{ text: "embedding:copy", weight: 1 }], "H", 48, places)).toThrow(/no rows for CLIP-H/);
  expect(withoutEmbeddings(parts)).toEqual([{ text: "a  b", weight: 1.2 }]);
});

test("an empty text is encoded, or zeros where they are chosen", async () => {
  const context = { folder: own, warn: () => {} } as never;
  const sizes = { originalHeight: 0, originalWidth: 0, cropTop: 0, cropLeft: 0, targetHeight: 0, targetWidth: 0 };
  const of = async (text: string, empty: string): Promise<Tensor> => {
    const params = { text, weights: "none", empty, ...sizes } as never;
    return (await encode.run!({ model }, params, context)).conditioning.context;
  };
  const [zeros, encoded, word] = await Promise.all([of(" ", "zeros"), of("", "encoded"), of("cat", "zeros")]);
  expect([zeros.shape, zeros.data.some((value) => value !== 0)]).toEqual([encoded.shape, false]);
  expect(encoded.data).toEqual((await states("")).data);
  expect(word.data).toEqual((await states("cat")).data);
});
