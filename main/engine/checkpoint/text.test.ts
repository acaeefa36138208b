import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { createRuntime } from "../runtime/runtime.ts";
import type { Session } from "../runtime/session.ts";
import { ClipTokenizer } from "../runtime/tokenizer.ts";
import { modelPartsOf, withPart } from "./modelParts.ts";
import type { ModelParts } from "./parts.ts";
import { recognise } from "./recognise.ts";
import { readCheckpoint } from "./safetensors.ts";
import { t5Pieces, tokenizerJson } from "./t5Testing.ts";
import { T5Tokenizer } from "./t5Tokenizer.ts";
import { CheckpointText } from "./text.ts";

const file = (name: string) => join(__dirname, "fixtures", `${name}.safetensors`);
const embeddedModel = resolve(__dirname, "../../../assets/models/emoji-scenes");
const merges = resolve(embeddedModel, "../../tokenizers/clip/merges.txt");
const runtime = createRuntime({ device: "cpu", embeddedModel, threads: 1 });

beforeEach(() => void runtime.beginRun(new AbortController().signal));
afterAll(() => runtime.close());

const cats = (count: number) => Array<string>(count).fill("cat").join(" ");

test("a prompt of more than 75 tokens goes on in a second chunk", async () => {
  const model = runtime.checkpoint(file("sd15-tiny"));
  const long = await model.encodeText(`${cats(75)} a red house`);
  expect(long.context.shape).toEqual([1, 154, 32]);
  expect(long.cutTokens).toBeUndefined();
  const [first, second] = await Promise.all([model.encodeText(cats(75)), model.encodeText("a red house")]);
  expect(Array.from(long.context.data)).toEqual([...first.context.data, ...second.context.data]);
});

test("words are not cut between chunks, unless they are longer than a word should be", async () => {
  const model = runtime.checkpoint(file("sd15-tiny"));
  // “photorealism” has several tokens: it does not fit behind 74 words and goes to the next chunk whole.
  const [whole, apart] = await Promise.all([
    model.encodeText(`${cats(74)} photorealism`),
    model.encodeText("photorealism"),
  ]);
  expect(Array.from(whole.context.data.subarray(77 * 32))).toEqual(Array.from(apart.context.data));
  const endless = await model.encodeText("q3".repeat(60));
  expect(endless.context.shape).toEqual([1, 154, 32]);
});

function folderWithT5(): string {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-t5-"));
  copyFileSync(file("t5-tiny"), join(folder, "t5.safetensors"));
  return folder;
}

test("FLUX takes T5's states with CLIP's pooling, once the tokenizer lies beside T5", async () => {
  const folder = folderWithT5();
  const parts = { clipL: file("sd15-tiny"), t5: join(folder, "t5.safetensors") };
  const flux = runtime.withParts(runtime.checkpoint(file("flux-tiny")), parts);
  await expect(flux.encodeText("a photo of cats")).rejects.toThrow(/T5 needs its tokenizer. Put tokenizer.json/);
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizerJson(t5Pieces)));
  const { context, pooled } = await flux.encodeText("a photo of cats");
  expect(context.shape).toEqual([1, 256, 96]);
  expect(pooled!.shape[0]).toBe(1);
  const weighted = await flux.encodeText("a photo of (cats:1.4)", "comfyui");
  const moved = Array.from({ length: 256 }, (_, t) =>
    context.data.subarray(t * 96, t * 96 + 96).some((value, i) => value !== weighted.context.data[t * 96 + i]),
  );
  expect(moved.flatMap((isMoved, t) => (isMoved ? [t] : []))).toEqual([3, 4]);
});

test("SD3 appends T5's states to those of CLIP where it has T5", async () => {
  const folder = folderWithT5();
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizerJson(t5Pieces)));
  const checkpoint = readCheckpoint(file("sd3-tiny"));
  const parts = modelPartsOf(checkpoint.path, recognise(checkpoint));
  const t5 = readCheckpoint(join(folder, "t5.safetensors"));
  const withT5 = withPart(parts, "t5", t5.path, recognise(t5));
  const [without, context] = await Promise.all([parts, withT5].map(contextOf));
  expect([without.shape, context.shape]).toEqual([
    [1, 77, 96],
    [1, 154, 96],
  ]);
  // States of CLIP are 1 up to its towers' widths, those of T5 are 2.
  expect(Array.from(context.data.subarray(0, 77 * 96))).toEqual(Array.from(without.data));
  expect(new Set(context.data.subarray(77 * 96))).toEqual(new Set([2]));
});

/** What a prompt becomes where every tower gives ones and T5 gives twos: the tiny towers know few tokens. */
async function contextOf(parts: ModelParts) {
  const towers = { L: parts.clipL!.spec.width, G: parts.clipG!.spec.width };
  const text = new CheckpointText(parts, {
    open: async ({ name }) => ({ label: name }) as Session,
    run: async ({ label }, { input_ids: { shape } }): Promise<Record<string, Tensor>> => {
      const filled = (value: number, ...rest: number[]) => ({
        data: new Float32Array(rest.reduce((size, side) => size * side, 1)).fill(value),
        shape: rest,
      });
      if (label.includes("T5")) return { last_hidden_state: filled(2, 1, shape[1], 96) };
      const width = label.endsWith("L") ? towers.L : towers.G;
      const pooled = { pooler_output: filled(1, 1, width), text_embeds: filled(1, 1, width) };
      return { penultimate: filled(1, 1, shape[1], width), ...pooled };
    },
    tokenizer: async (pad) => ClipTokenizer.ofMerges(readFileSync(merges, "utf8"), pad),
    t5Tokenizer: async (path) => T5Tokenizer.beside(path),
  });
  return (await text.encode("a photo of cats", "none", null)).context;
}
