import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { t5Pieces, tokenizerJson, writeSentencePiece } from "./t5Testing.ts";
import { T5Tokenizer } from "./t5Tokenizer.ts";

const folderWith = (name: string, content: string | Uint8Array) => {
  const folder = mkdtempSync(join(tmpdir(), "t5 "));
  writeFileSync(join(folder, name), content);
  return join(folder, "t5.safetensors");
};
const both = [
  ["tokenizer.json", folderWith("tokenizer.json", JSON.stringify(tokenizerJson(t5Pieces)))],
  ["spiece.model", folderWith("spiece.model", writeSentencePiece(t5Pieces))],
] as const;
const idOf = (piece: string) => BigInt(t5Pieces.findIndex(([text]) => text === piece));
const plain = (text: string) => [{ text, weight: 1 }];

test.each(both)("%s: the likeliest pieces, end token, padding", (_, weights) => {
  const tokenizer = T5Tokenizer.beside(weights);
  const { ids, cut } = tokenizer.encode(plain("a  photo of cats"), [10]);
  const wanted = ["▁a", "▁photo", "▁of", "▁cat", "s"].map(idOf);
  expect(Array.from(ids.data)).toEqual([...wanted, 1n, 0n, 0n, 0n, 0n]);
  expect(cut).toBe(0);
});

test.each(both)("%s: unknown characters in a row are one token", (_, weights) => {
  const { ids } = T5Tokenizer.beside(weights).encode(plain("a 日本"), [6]);
  expect(Array.from(ids.data)).toEqual([idOf("▁a"), idOf("▁"), 2n, 1n, 0n, 0n]);
});

test("the first length that holds the prompt is taken, and what the last cannot hold is cut", () => {
  const tokenizer = T5Tokenizer.beside(both[0][1]);
  const words = (count: number) => plain(Array(count).fill("cat").join(" "));
  expect(tokenizer.encode(words(3), [4, 8]).weights).toHaveLength(4);
  expect(tokenizer.encode(words(4), [4, 8]).weights).toHaveLength(8);
  const long = tokenizer.encode(words(9), [4, 8]);
  expect(long.cut).toBe(2);
  expect(long.ids.data[7]).toBe(1n);
});

test("weights lie on the tokens of their words", () => {
  const { weights } = T5Tokenizer.beside(both[1][1]).encode(
    [
      { text: "a photo of ", weight: 1 },
      { text: "cats", weight: 1.5 },
    ],
    [8],
  );
  expect(Array.from(weights)).toEqual([1, 1, 1, 1.5, 1.5, 1, 1, 1]);
});

test("where the tokenizer is missing or no tokenizer, a sentence says so", () => {
  const nothing = folderWith("other.txt", "");
  expect(() => T5Tokenizer.beside(nothing)).toThrow(
    /Put tokenizer.json or spiece.model of google\/t5-v1_1-xxl beside t5.safetensors/,
  );
  expect(() => T5Tokenizer.beside(folderWith("tokenizer.json", "<html>"))).toThrow(/is no tokenizer that can be read/);
  expect(() => T5Tokenizer.beside(folderWith("spiece.model", "version https://git-lfs"))).toThrow(
    /spiece.model is (damaged|no SentencePiece)/,
  );
});
