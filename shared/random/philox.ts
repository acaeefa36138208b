const m0 = 0xd2511f53;
const m1 = 0xcd9e8d57;
const w0 = 0x9e3779b9;
const w1 = 0xbb67ae85;

/** High 32 bits of the product of two unsigned 32-bit numbers. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const middle2 = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + (middle2 >>> 16)) >>> 0;
}

/** Philox4x32-10 (Salmon and others, 2011): four words for a counter and a key, written into `out`. */
export function philox4x32(counter: ArrayLike<number>, key0: number, key1: number, out: Uint32Array): void {
  let c0 = counter[0];
  let c1 = counter[1];
  let c2 = counter[2];
  let c3 = counter[3];
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(m0, c0);
    const low0 = Math.imul(m0, c0) >>> 0;
    const high1 = mulHigh(m1, c2);
    const low1 = Math.imul(m1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + w0) >>> 0;
    k1 = (k1 + w1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/**
 * `size` standard normal values of one draw, as A1111 and ComfyUI's GPU noise: element i uses counter (draw, 0, i, 0) and
 * the seed's low and high word as key; value = √(−2 ln u) · sin 2πv with u, v = (word + ½) / 2^32 of words 0 and 1.
 */
export function philoxNormal(seed: bigint, draw: number, size: number): Float64Array {
  const key0 = Number(seed & 0xffffffffn);
  const key1 = Number((seed >> 32n) & 0xffffffffn);
  const words = new Uint32Array(4);
  const counter = Uint32Array.of(draw, 0, 0, 0);
  const values = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    counter[2] = i;
    philox4x32(counter, key0, key1, words);
    const u = (words[0] + 0.5) / 0x100000000;
    const v = (words[1] + 0.5) / 0x100000000;
    values[i] = Math.sqrt(-2 * Math.log(u)) * Math.sin(2 * Math.PI * v);
  }
  return values;
}
