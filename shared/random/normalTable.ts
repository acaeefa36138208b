const size = 0x10000;
let table: Float64Array | undefined;

/**
 * 65,536 values of the standard normal distribution, one for each 16-bit word: the quantiles of (j + ½) / 65536, scaled to
 * a variance of exactly 1. A word looked up here is a normal draw for the price of a memory access; its tails end at 4.3,
 * so it is for sums of several draws.
 */
export function normalTable(): Float64Array {
  table ??= quantiles();
  return table;
}

function quantiles(): Float64Array {
  const values = new Float64Array(size);
  let x = 0;
  let squares = 0;
  for (let j = size / 2; j < size; j++) {
    x = solve((j + 0.5) / size - 0.5, x);
    values[j] = x;
    values[size - 1 - j] = -x;
    squares += 2 * x * x;
  }
  const factor = Math.sqrt(size / squares);
  for (let j = 0; j < size; j++) values[j] *= factor;
  return values;
}

/** The x whose probability above the median is `above`, by Newton's method from a smaller x (it rises without overshoot). */
function solve(above: number, start: number): number {
  let x = start;
  for (let round = 0; round < 20; round++) {
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    const change = above / density - ratio(x);
    x += change;
    // The error squares in each round.
    if (change < 1e-9) break;
  }
  return x;
}

/** (Φ(x) − ½) / φ(x) = x + x³/3 + x⁵/15 + …, x ≥ 0: all terms are positive, so nothing cancels. */
function ratio(x: number): number {
  let term = x;
  let total = x;
  for (let n = 3; term > total * 1e-17; n += 2) {
    term *= (x * x) / n;
    total += term;
  }
  return total;
}
