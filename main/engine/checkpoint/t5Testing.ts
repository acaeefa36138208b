/** A small vocabulary in T5's manner: pieces with logarithms of their probabilities; padding, end and unknown first. */
export const t5Pieces: readonly (readonly [string, number])[] = [
  ["<pad>", 0],
  ["</s>", 0],
  ["<unk>", 0],
  ["▁", -2],
  ["▁a", -3],
  ["▁photo", -5],
  ["▁of", -3.5],
  ["▁cat", -5.5],
  ["s", -2.5],
  ["▁c", -6],
  ["a", -4],
  ["t", -4],
  ["p", -6],
  ["h", -6],
  ["o", -6],
  ["f", -6],
];

/** The vocabulary as Hugging Face's tokenizer.json. */
export function tokenizerJson(pieces: typeof t5Pieces): object {
  const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true };
  return {
    version: "1.0",
    added_tokens: [],
    normalizer: { type: "Replace", pattern: { Regex: " {2,}" }, content: " " },
    pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, metaspace] },
    post_processor: null,
    decoder: metaspace,
    model: { type: "Unigram", unk_id: 2, vocab: pieces },
  };
}

/** The vocabulary as a SentencePiece model: field 1 of the message for each piece, and settings nobody reads. */
export function writeSentencePiece(pieces: typeof t5Pieces): Uint8Array {
  const kinds: Readonly<Record<string, number>> = { "<pad>": 3, "</s>": 3, "<unk>": 2 };
  const messages = pieces.map(([text, score]) => {
    const name = Buffer.from(text);
    const number = Buffer.alloc(4);
    number.writeFloatLE(score);
    const piece = Buffer.concat([
      Buffer.of(0x0a, name.length),
      name,
      Buffer.of(0x15),
      number,
      Buffer.of(0x18, kinds[text] ?? 1),
    ]);
    return Buffer.concat([Buffer.of(0x0a, piece.length), piece]);
  });
  const settings = Buffer.of(0x12, 2, 0x18, 1);
  return Buffer.concat([...messages, settings]);
}
