import { normalTable } from "./normalTable.ts";
import { philox4x32 } from "./philox.ts";
import { streamSeed } from "./streamSeed.ts";
import { TorchCpuGenerator } from "./torchCpu.ts";

/** Adds `factor` times the standard normal draw of a tree node to every value; a node has one draw, asked when it may be. */
export type NodeNormals = (node: number, factor: number, values: Float64Array) => void;

/** Last word of every counter; draws in sequence have 0 there, so no key gives the same words twice. */
const purpose = 0x42726f77;

/** Node draws from Philox: counter (node, 0, i / 8, purpose), eight values of 16 bits from each. */
export function philoxNodeNormals(seed: bigint): NodeNormals {
  const key0 = Number(seed & 0xffffffffn);
  const key1 = Number((seed >> 32n) & 0xffffffffn);
  const counter = Uint32Array.of(0, 0, 0, purpose);
  const words = new Uint32Array(4);
  const halves = new Uint16Array(8);
  return (node, factor, values) => {
    const table = normalTable();
    counter[0] = node;
    for (let start = 0; start < values.length; start += 8) {
      counter[2] = start / 8;
      philox4x32(counter, key0, key1, words);
      // Split by shifts, not by a view of the words: the order of bytes is the machine's.
      for (let j = 0; j < 4; j++) {
        halves[2 * j] = words[j];
        halves[2 * j + 1] = words[j] >>> 16;
      }
      const count = Math.min(8, values.length - start);
      for (let j = 0; j < count; j++) values[start + j] += factor * table[halves[j]];
    }
  };
}

/** Node draws as `torch.randn` on the CPU, each from a generator with a seed of its own. */
export function torchNodeNormals(seed: bigint): NodeNormals {
  return (node, factor, values) => {
    const draw = new TorchCpuGenerator(streamSeed(seed, `brownian ${node}`)).normal(values.length, "float32");
    for (let i = 0; i < values.length; i++) values[i] += factor * draw[i];
  };
}
