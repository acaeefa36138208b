import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Pairs in the order they are learned; enough that "a cat" is two tokens. */
const merges = ["c a", "ca t</w>", "d o", "do g</w>", "t h", "th e</w>"];

/** Printable stand-ins of the 256 bytes, as byte-level BPE writes them: Latin-1 where visible, else from U+0100 on. */
function byteCharacters(): string[] {
  const isVisible = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  let next = 256;
  return [
    ...bytes.filter(isVisible).map((byte) => String.fromCharCode(byte)),
    ...bytes.filter((byte) => !isVisible(byte)).map(() => String.fromCharCode(next++)),
  ];
}

/** Tokens of the vocabulary in the order of their ids. */
export function vocabulary(): string[] {
  const characters = byteCharacters();
  const words = merges.map((pair) => pair.replace(" ", ""));
  return [...characters, ...characters.map((one) => `${one}</w>`), ...words, "<|startoftext|>", "<|endoftext|>"];
}

/** The files of a CLIPTokenizer. */
export function writeTokenizer(folder: string, maxLength: number, padToken: string): void {
  mkdirSync(folder, { recursive: true });
  const file = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value, null, 2));
  file("vocab.json", Object.fromEntries(vocabulary().map((token, id) => [token, id])));
  writeFileSync(join(folder, "merges.txt"), `#version: 0.2\n${merges.join("\n")}\n`);
  const special = {
    bos_token: "<|startoftext|>",
    eos_token: "<|endoftext|>",
    unk_token: "<|endoftext|>",
    pad_token: padToken,
  };
  file("special_tokens_map.json", special);
  file("tokenizer_config.json", {
    ...special,
    add_prefix_space: false,
    do_lower_case: true,
    errors: "replace",
    model_max_length: maxLength,
    tokenizer_class: "CLIPTokenizer",
  });
}
