import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import type { Segment } from "../../../shared/prompt/weights.ts";
import type { Encoded } from "../runtime/tokenizer.ts";
import { CheckpointError } from "./error.ts";
import { type Piece, readPieces } from "./sentencePiece.ts";

const [pad, end] = [0n, 1n];

/** T5's tokenizer: pieces of SentencePiece, an end token, padding with 0. */
export class T5Tokenizer {
  readonly #tokenizer: Tokenizer;

  private constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** From `tokenizer.json` or `spiece.model` beside the weights. Throws a CheckpointError that says where to put one. */
  static beside(weights: string): T5Tokenizer {
    const folder = dirname(weights);
    const json = join(folder, "tokenizer.json");
    if (existsSync(json)) return new T5Tokenizer(ofJson(json));
    const model = join(folder, "spiece.model");
    if (existsSync(model)) return new T5Tokenizer(new Tokenizer(describe(readPieces(model)), {}));
    throw new CheckpointError(
      `T5 needs its tokenizer. Put tokenizer.json or spiece.model of google/t5-v1_1-xxl beside ${basename(weights)}, in ${folder}.`,
    );
  }

  /**
   * The parts' tokens, end token, padding to the first of `lengths` that holds them; what does not fit into the last is
   * cut before the end token.
   */
  encode(parts: readonly Segment[], lengths: readonly number[]): Encoded {
    const tokens = parts.flatMap(({ text, weight }) =>
      this.#tokenizer.encode(text, { add_special_tokens: false }).ids.map((id) => ({ id, weight })),
    );
    const length = lengths.find((one) => tokens.length < one) ?? lengths[lengths.length - 1];
    const kept = tokens.slice(0, length - 1);
    const ids = new BigInt64Array(length).fill(pad);
    const weights = new Float64Array(length).fill(1);
    for (const [i, { id, weight }] of kept.entries()) {
      ids[i] = BigInt(id);
      weights[i] = weight;
    }
    ids[kept.length] = end;
    return { ids: { data: ids, shape: [1, length] }, weights, cut: tokens.length - kept.length };
  }
}

function ofJson(path: string): Tokenizer {
  try {
    const tokenizer = new Tokenizer(JSON.parse(readFileSync(path, "utf8")), {});
    tokenizer.encode("a", { add_special_tokens: false });
    return tokenizer;
  } catch (error) {
    throw new CheckpointError(`${path} is no tokenizer that can be read: ${(error as Error).message}`);
  }
}

/** A Unigram model as the tokenizer library describes one: compatible forms composed, spaces joined and marked. */
function describe(pieces: readonly Piece[]): object {
  const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFKC" },
        { type: "Replace", pattern: { Regex: "\\s+" }, content: " " },
        { type: "Strip", strip_left: true, strip_right: true },
      ],
    },
    pre_tokenizer: metaspace,
    post_processor: null,
    decoder: metaspace,
    model: {
      type: "Unigram",
      unk_id: pieces.findIndex(({ kind }) => kind === "unknown"),
      vocab: pieces.map(({ text, score }) => [text, score]),
      byte_fallback: false,
    },
  };
}
