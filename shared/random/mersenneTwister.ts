const length = 624;
const middle = 397;

/** MT19937 (Matsumoto and Nishimura, 1998): the stream of 32-bit words that `std::mt19937` gives for a 32-bit seed. */
export class MersenneTwister {
  readonly #state = new Uint32Array(length);
  #at = length;

  constructor(seed: number) {
    this.#state[0] = seed >>> 0;
    for (let i = 1; i < length; i++) {
      const before = this.#state[i - 1] ^ (this.#state[i - 1] >>> 30);
      this.#state[i] = (Math.imul(1812433253, before) + i) >>> 0;
    }
  }

  /** The next word, 0 to 2^32 − 1. */
  next(): number {
    if (this.#at === length) this.#twist();
    let y = this.#state[this.#at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < length; i++) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % length] & 0x7fffffff);
      state[i] = state[(i + middle) % length] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }
}
