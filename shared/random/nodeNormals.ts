import { MersenneTwister } from "./mersenneTwister.ts";
import { normalTable } from "./normalTable.ts";
import { philox4x32 } from "./philox.ts";

/**
 * Adds `factor` times the standard normal draw of a tree node to the values from `start` to `end`, which are its elements
 * 0, 1, …: a node has one draw, whenever it is asked for.
 */
export type NodeNormals = (node: number, factor: number, values: Float64Array, start: number, end: number) => void;

/** Last word of every counter; draws in sequence have 0 there, so no key gives the same words twice. */
const purpose = 0x42726f77;

/** Node draws from Philox: counter (node, 0, i / 8, purpose), eight values of 16 bits from each. */
export function philoxNodeNormals(seed: bigint): NodeNormals {
  const key0 = Number(seed & 0xffffffffn);
  const key1 = Number((seed >> 32n) & 0xffffffffn);
  const counter = Uint32Array.of(0, 0, 0, purpose);
  const words = new Uint32Array(4);
  const halves = new Uint16Array(8);
  return (node, factor, values, start, end) => {
    const table = normalTable();
    counter[0] = node;
    for (let at = start; at < end; at += 8) {
      counter[2] = (at - start) / 8;
      philox4x32(counter, key0, key1, words);
      // Split by shifts, not by a view of the words: the order of bytes is the machine's.
      for (let j = 0; j < 4; j++) {
        halves[2 * j] = words[j];
        halves[2 * j + 1] = words[j] >>> 16;
      }
      const count = Math.min(8, end - at);
      for (let j = 0; j < count; j++) values[at + j] += factor * table[halves[j]];
    }
  };
}

/**
 * Node draws from the Mersenne Twister that torch-cpu uses: one for each node, whose seed is the node's first Philox word;
 * two values of 16 bits from each of its words, low half first.
 */
export function mersenneNodeNormals(seed: bigint): NodeNormals {
  const key0 = Number(seed & 0xffffffffn);
  const key1 = Number((seed >> 32n) & 0xffffffffn);
  const words = new Uint32Array(4);
  return (node, factor, values, start, end) => {
    const table = normalTable();
    philox4x32([node, 0, 0, purpose], key0, key1, words);
    const twister = new MersenneTwister(words[0]);
    for (let i = start; i < end; i += 2) {
      const word = twister.next();
      values[i] += factor * table[word & 0xffff];
      if (i + 1 < end) values[i + 1] += factor * table[word >>> 16];
    }
  };
}

/** Rows of `size` elements, each with draws of its own; `normalsOf` is asked once for each row. */
export function rowNormals(size: number, normalsOf: (row: number) => NodeNormals): NodeNormals {
  const rows: NodeNormals[] = [];
  return (node, factor, values, start, end) => {
    for (let at = start, row = 0; at < end; at += size, row++) {
      rows[row] ??= normalsOf(row);
      rows[row](node, factor, values, at, at + size);
    }
  };
}
