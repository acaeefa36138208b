import type { Conditioning } from "../../shared/model.ts";
import { repeatRows } from "../../shared/tensor/index.ts";
import { sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";

/** Channels of maps one after the other, [B, C1 + C2, h, w]; one row serves as many as the other has. */
export function beside(first: Tensor, second: Tensor): Tensor {
  const batch = Math.max(first.shape[0], second.shape[0]);
  const maps = [first, second].map((map) => (map.shape[0] === batch ? map : repeatRows(map, batch)));
  const [a, b] = maps.map(({ shape }) => sizeOf(shape.slice(1)));
  const data = new Float32Array(batch * (a + b));
  for (let row = 0; row < batch; row++) {
    data.set(maps[0].data.subarray(row * a, (row + 1) * a), row * (a + b));
    data.set(maps[1].data.subarray(row * b, (row + 1) * b), row * (a + b) + a);
  }
  return { data, shape: [batch, maps[0].shape[1] + maps[1].shape[1], ...maps[0].shape.slice(2)] };
}

/** A conditioning whose network also reads maps beside the latent [B, K, h, w], in all its texts. */
export function withBeside(conditioning: Conditioning, maps: Tensor): Conditioning {
  const told = (one: Conditioning): Conditioning => ({ ...one, extra: { ...one.extra, beside: maps } });
  const { schedule } = conditioning;
  return { ...told(conditioning), ...(schedule ? { schedule: { ...schedule, texts: schedule.texts.map(told) } } : {}) };
}
