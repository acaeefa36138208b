import { allocate, type FloatType } from "../tensor/tensor.ts";
import { MersenneTwister } from "./mersenneTwister.ts";

/** From this many elements on, PyTorch fills the tensor with uniforms first and transforms them in blocks of 16. */
const blockSize = 16;

/**
 * `torch.randn` on the CPU: one generator, whose draws go on where the last one stopped. PyTorch takes the seed modulo
 * 2^32 for the Mersenne Twister.
 */
export class TorchCpuGenerator {
  readonly #words: MersenneTwister;
  /** Second value of the last pair; kept by PyTorch's generator between small draws. */
  #spare: number | null = null;

  constructor(seed: bigint) {
    this.#words = new MersenneTwister(Number(seed & 0xffffffffn));
  }

  /** `size` standard normal values as `torch.randn(size, dtype=dtype)` gives them. */
  normal(size: number, dtype: FloatType): Float32Array | Float64Array {
    const values = allocate(dtype, size);
    if (size < blockSize) {
      for (let i = 0; i < size; i++) values[i] = this.#one();
      return values;
    }
    for (let i = 0; i < size; i++) values[i] = this.#uniform(dtype);
    for (let i = 0; i + blockSize <= size; i += blockSize) transform(values, i, dtype);
    if (size % blockSize !== 0) {
      // The last 16 values are drawn anew and overlap the block before.
      for (let i = size - blockSize; i < size; i++) values[i] = this.#uniform(dtype);
      transform(values, size - blockSize, dtype);
    }
    return values;
  }

  /** Uniform in [0, 1): 24 bits for float32, 53 bits of two words (the first is the high one) for float64. */
  #uniform(dtype: FloatType): number {
    if (dtype === "float32") return (this.#words.next() & 0xffffff) / 0x1000000;
    return this.#double();
  }

  #double(): number {
    const high = this.#words.next();
    const low = this.#words.next();
    return ((high & 0x1fffff) * 0x100000000 + low) / 2 ** 53;
  }

  /** Box and Muller's pair in double precision, cosine first. */
  #one(): number {
    if (this.#spare !== null) {
      const value = this.#spare;
      this.#spare = null;
      return value;
    }
    const u1 = this.#double();
    const u2 = this.#double();
    const radius = Math.sqrt(-2 * Math.log1p(-u2));
    const angle = 2 * Math.PI * u1;
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Sixteen uniforms to normals, in place: values 0–7 give the radii, 8–15 the angles. */
function transform(values: Float32Array | Float64Array, start: number, dtype: FloatType): void {
  // PyTorch computes these in the tensor's own type; rounding each step keeps float32 within its last digit.
  const round = dtype === "float32" ? Math.fround : (value: number) => value;
  for (let j = start; j < start + 8; j++) {
    const u1 = round(1 - values[j]);
    const radius = round(Math.sqrt(round(-2 * round(Math.log(u1)))));
    const angle = round(round(2 * Math.PI) * values[j + 8]);
    values[j] = radius * round(Math.cos(angle));
    values[j + 8] = radius * round(Math.sin(angle));
  }
}
