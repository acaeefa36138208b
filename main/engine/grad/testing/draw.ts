/** How the numbers of an input are drawn: the i-th of n. */
export type Draw = (random: () => number, i: number, n: number) => number;

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const normal: Draw = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
/** Away from 0: for divisors, logarithms and roots. */
export const positive: Draw = (random) => 0.5 + 1.5 * random();
/** Between −0.9 and 0.9. */
export const inUnit: Draw = (random) => 1.8 * random() - 0.9;
/** No two near each other and none near 0, ±1 or ±3: for operators with kinks or a choice among elements. */
export const apart: Draw = (_random, i, n) => {
  const step = coprimeTo(n);
  return (((i * step + 3) % n) - Math.floor(n / 2) + 0.37) * (4.2 / Math.max(8, n)) + 0.013;
};

function coprimeTo(n: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  for (let step = Math.max(1, Math.floor(n * 0.618)); ; step++) if (divisor(step, n) === 1) return step;
}

/** `count` numbers. */
export function drawn(draw: Draw | readonly number[], count: number, seed: number): Float64Array {
  if (typeof draw !== "function") return Float64Array.from(draw);
  const random = seeded(seed);
  return Float64Array.from({ length: count }, (_, i) => draw(random, i, count));
}
