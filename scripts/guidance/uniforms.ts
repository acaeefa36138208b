/** Numbers in [0, 1) that depend on `stream` alone: enough randomness to draw prompts. */
export function uniforms(stream: number): () => number {
  let state = (stream * 2654435761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}
