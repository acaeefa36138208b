import { readFile } from "node:fs/promises";
import { Tokenizer } from "@huggingface/tokenizers";
import type { Segment } from "../../../shared/prompt/weights.ts";
import type { IntTensor } from "../../../shared/tensor/tensor.ts";
import { FolderError, type ModelFolder } from "./folder.ts";

/** Words of CLIP: contractions, runs of letters, single digits, runs of anything else. */
const clipWords = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

export interface Encoded {
  /** [1, length] */
  readonly ids: IntTensor;
  /** Of each token; 1 for those that are not the text's own. */
  readonly weights: Float64Array;
  /** Tokens of the text itself that did not fit. */
  readonly cut: number;
  /** Rows of numbers in place of tokens' own embeddings, by their places. */
  readonly vectors?: ReadonlyMap<number, Float32Array>;
}

interface Token {
  readonly id: number;
  readonly weight: number;
  readonly vector?: Float32Array;
}

/** A part of a prompt; one with rows of numbers is a word of as many tokens. */
export interface TokenPart extends Segment {
  readonly vectors?: readonly Float32Array[];
}

const longWord = 8;

/** A CLIP tokenizer from a folder's own vocab.json and merges.txt. */
export class ClipTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #start: bigint;
  readonly #end: bigint;
  readonly #pad: bigint;
  /** Tokens that a prompt may have, start and end included. */
  readonly maxLength: number;

  private constructor(tokenizer: Tokenizer, ids: { start: number; end: number; pad: number }, maxLength: number) {
    this.#tokenizer = tokenizer;
    this.#start = BigInt(ids.start);
    this.#end = BigInt(ids.end);
    this.#pad = BigInt(ids.pad);
    this.maxLength = maxLength;
  }

  static async open(folder: ModelFolder, part: string): Promise<ClipTokenizer> {
    const vocab = (await folder.required(`${part}/vocab.json`)) as Record<string, number>;
    const config = await folder.required(`${part}/tokenizer_config.json`);
    const merges = await readFile(folder.inside(`${part}/merges.txt`), "utf8").catch(() => {
      throw new FolderError(`${part}/merges.txt is missing in ${folder.name}.`);
    });
    const special = (name: string, fallback: string) => tokenText(config[name]) ?? fallback;
    const start = special("bos_token", "<|startoftext|>");
    const end = special("eos_token", "<|endoftext|>");
    const idOf = (token: string) => {
      if (!Object.hasOwn(vocab, token)) throw new FolderError(`${part}/vocab.json has no token “${token}”.`);
      return vocab[token];
    };
    const ids = { start: idOf(start), end: idOf(end), pad: idOf(special("pad_token", end)) };
    const unknown = special("unk_token", end);
    const tokenizer = new Tokenizer(describe(vocab, merges, [start, end], unknown), config);
    // The library compiles its patterns at the first text: that belongs to opening.
    tokenizer.encode("a", { add_special_tokens: false });
    const maxLength = Number(config.model_max_length ?? 77);
    return new ClipTokenizer(tokenizer, ids, Number.isSafeInteger(maxLength) && maxLength < 100_000 ? maxLength : 77);
  }

  /** CLIP's own tokenizer from its merges (byte symbols, merges, two special tokens), padded with the id `pad`. */
  static ofMerges(merges: string, pad: "end" | number): ClipTokenizer {
    const vocab = clipVocabulary(merges);
    const special = ["<|startoftext|>", "<|endoftext|>"];
    const [start, end] = special.map((token) => vocab[token]);
    const tokenizer = new Tokenizer(describe(vocab, merges, special, special[1]), {});
    tokenizer.encode("a", { add_special_tokens: false });
    return new ClipTokenizer(tokenizer, { start, end, pad: pad === "end" ? end : pad }, 77);
  }

  /**
   * A prompt of any length as rows of `length` tokens, each with its own start and end token. A word goes to the next row
   * whole; only one of `longWord` tokens or more is cut (ComfyUI's rule).
   */
  chunks(parts: readonly TokenPart[], length: number): Encoded[] {
    const room = length - 2;
    const rows: Token[][] = [[]];
    for (const word of this.#words(parts)) {
      let rest = word;
      while (rows[rows.length - 1].length + rest.length > room) {
        const row = rows[rows.length - 1];
        const fitting = rest.length >= longWord ? room - row.length : 0;
        row.push(...rest.slice(0, fitting));
        rest = rest.slice(fitting);
        rows.push([]);
      }
      rows[rows.length - 1].push(...rest);
    }
    return rows.map((row) => this.#row(row, length));
  }

  /** Tokens of each word with the word's weight. */
  #words(parts: readonly TokenPart[]): Token[][] {
    return parts.flatMap(({ text, weight, vectors }) =>
      vectors
        ? [vectors.map((vector) => ({ id: 0, weight, vector }))]
        : (text.match(/\S+/g) ?? []).map((word) =>
            this.#tokenizer.encode(word, { add_special_tokens: false }).ids.map((id) => ({ id, weight })),
          ),
    );
  }

  /** Start token, the parts' tokens, end token, padding; what is too long is cut before the end token. */
  encode(parts: readonly Segment[], length: number): Encoded {
    const tokens = parts.flatMap(({ text, weight }) =>
      this.#tokenizer.encode(text, { add_special_tokens: false }).ids.map((id) => ({ id, weight })),
    );
    const kept = tokens.slice(0, length - 2);
    return { ...this.#row(kept, length), cut: tokens.length - kept.length };
  }

  #row(tokens: readonly Token[], length: number): Encoded {
    const ids = new BigInt64Array(length).fill(this.#pad);
    const weights = new Float64Array(length).fill(1);
    const vectors = new Map<number, Float32Array>();
    ids[0] = this.#start;
    for (const [i, { id, weight, vector }] of tokens.entries()) {
      ids[i + 1] = BigInt(id);
      weights[i + 1] = weight;
      if (vector) vectors.set(i + 1, vector);
    }
    ids[tokens.length + 1] = this.#end;
    return { ids: { data: ids, shape: [1, length] }, weights, cut: 0, ...(vectors.size > 0 ? { vectors } : {}) };
  }
}

/** Ids of CLIP's tokens: 256 byte symbols, the same as ends of words, every merge, start and end. */
function clipVocabulary(merges: string): Record<string, number> {
  const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const printable = [...span(33, 126), ...span(161, 172), ...span(174, 255)];
  const shown = new Set(printable);
  const others = span(0, 255).filter((byte) => !shown.has(byte));
  const symbols = [
    ...printable.map((byte) => String.fromCodePoint(byte)),
    ...others.map((_, i) => String.fromCodePoint(256 + i)),
  ];
  const joined = pairsOf(merges).map((pair) => pair.join(""));
  const tokens = [...symbols, ...symbols.map((one) => `${one}</w>`), ...joined, "<|startoftext|>", "<|endoftext|>"];
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

function pairsOf(merges: string): string[][] {
  return merges
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#version"))
    .map((line) => line.trim().split(" "));
}

/** The content of a token that a configuration names as text or as a record. */
function tokenText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === "string" ? content : undefined;
}

/** CLIP's byte-level BPE as the tokenizer library describes one. */
function describe(vocab: Record<string, number>, merges: string, special: readonly string[], unknown: string): object {
  const pairs = pairsOf(merges);
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content) => ({ id: vocab[content], content, ...flags })),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: "\\s+" }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: clipWords }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true },
      ],
    },
    post_processor: null,
    decoder: null,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: unknown,
      continuing_subword_prefix: "",
      end_of_word_suffix: "</w>",
      fuse_unk: false,
      vocab,
      merges: pairs,
    },
  };
}
