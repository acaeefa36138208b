const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** float32 values as IEEE half words, rounded to nearest even; beyond the range infinity. */
export function toHalf(values: ArrayLike<number>): Uint16Array {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = halfOf(values[i]);
  return out;
}

function halfOf(value: number): number {
  float[0] = value;
  const bits = word[0];
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const mantissa = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa ? 0x200 : 0);
  const shifted = exponent - 112;
  if (shifted >= 0x1f) return sign | 0x7c00;
  if (shifted <= 0) {
    if (shifted < -10) return sign;
    return sign | roundShift(mantissa | 0x800000, 14 - shifted);
  }
  return sign | ((shifted << 10) + roundShift(mantissa, 13));
}

/** value >> bits, rounded to nearest, ties to even; a carry runs into the exponent, which is right. */
function roundShift(value: number, bits: number): number {
  const half = 1 << (bits - 1);
  const rest = value & ((1 << bits) - 1);
  const cut = value >>> bits;
  return rest > half || (rest === half && (cut & 1) === 1) ? cut + 1 : cut;
}

/** IEEE half words as float32. */
export function fromHalf(words: Uint16Array): Float32Array {
  const out = new Float32Array(words.length);
  for (let i = 0; i < out.length; i++) {
    const sign = words[i] & 0x8000 ? -1 : 1;
    const exponent = (words[i] >>> 10) & 0x1f;
    const mantissa = words[i] & 0x3ff;
    if (exponent === 0x1f) out[i] = mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else out[i] = sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15));
  }
  return out;
}

/** Brain floats as numbers: the upper halves of float32. */
export function fromBrainHalf(words: Uint16Array): Float32Array {
  const bits = Uint32Array.from(words, (word) => word << 16);
  return new Float32Array(bits.buffer);
}
