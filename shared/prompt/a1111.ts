import type { Segment } from "./weights.ts";

const pieces = /\\[()[\]\\]|\\|\(|\[|:\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*\)|\)|\]|[^\\()[\]:]+|:/g;

/**
 * AUTOMATIC1111's rules. `(words)` times 1.1, `[words]` divided by 1.1, `(words:1.2)` times 1.2; nested marks multiply.
 * `\(`, `\)`, `\[`, `\]` and `\\` are literal. A bracket that is never closed holds to the end; one that was never
 * opened is text. Neighbours of equal weight are one part.
 */
export function a1111Segments(text: string): readonly Segment[] {
  const found: { text: string; weight: number }[] = [];
  const round: number[] = [];
  const square: number[] = [];
  const weigh = (from: number | undefined, factor: number) => {
    for (const segment of found.slice(from)) segment.weight *= factor;
  };
  for (const [piece, given] of text.matchAll(pieces)) {
    if (piece === "(") round.push(found.length);
    else if (piece === "[") square.push(found.length);
    else if (given !== undefined && round.length > 0) weigh(round.pop(), Number(given));
    else if (piece === ")" && round.length > 0) weigh(round.pop(), 1.1);
    else if (piece === "]" && square.length > 0) weigh(square.pop(), 1 / 1.1);
    else found.push({ text: piece.length > 1 && piece.startsWith("\\") ? piece.slice(1) : piece, weight: 1 });
  }
  for (const from of round) weigh(from, 1.1);
  for (const from of square) weigh(from, 1 / 1.1);
  return merged(found);
}

function merged(segments: readonly Segment[]): readonly Segment[] {
  const result: Segment[] = [];
  for (const segment of segments) {
    const last = result.at(-1);
    if (last?.weight === segment.weight) result[result.length - 1] = { ...last, text: last.text + segment.text };
    else result.push(segment);
  }
  return result;
}
