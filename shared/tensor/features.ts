import { traced } from "./kernel.ts";
import { allocate, dtypeOf, sizeOf, type Tensor } from "./tensor.ts";

/**
 * Soft cumulative histogram of every channel of [B, C, …]: the share of its values below each level, where a value
 * counts by the logistic step of the given width, 1 / (1 + exp((value − level) / width)). [B, C · levels], in 0..1.
 */
export function softCumulative(x: Tensor, levels: readonly number[], width: number): Tensor {
  const size = sizeOf(x.shape.slice(2));
  const count = levels.length;
  const data = allocate(dtypeOf(x), x.shape[0] * x.shape[1] * count);
  const below = (value: number, level: number) => 1 / (1 + Math.exp((value - level) / width));
  for (let i = 0; i < data.length; i++) {
    const start = Math.floor(i / count) * size;
    let total = 0;
    for (let j = start; j < start + size; j++) total += below(x.data[j], levels[i % count]);
    data[i] = total / size;
  }
  return traced("softCumulative", [x], { data, shape: [x.shape[0], x.shape[1] * count] }, (g) => {
    const back = allocate(dtypeOf(x), x.data.length);
    for (let j = 0; j < back.length; j++) {
      const first = Math.floor(j / size) * count;
      for (let k = 0; k < count; k++) {
        const share = below(x.data[j], levels[k]);
        back[j] -= (g.data[first + k] * share * (1 - share)) / (width * size);
      }
    }
    return [{ data: back, shape: x.shape }];
  });
}

/** Inner products of the rows of each sample, [B, C, N] to [B, C, C]: the Gram matrix of C features at N places. */
export function gram(x: Tensor): Tensor {
  const [batch, rows, size] = x.shape;
  const data = allocate(dtypeOf(x), batch * rows * rows);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j <= i; j++) {
        let total = 0;
        const [first, second] = [(b * rows + i) * size, (b * rows + j) * size];
        for (let n = 0; n < size; n++) total += x.data[first + n] * x.data[second + n];
        data[(b * rows + i) * rows + j] = total;
        data[(b * rows + j) * rows + i] = total;
      }
    }
  }
  return traced("gram", [x], { data, shape: [batch, rows, rows] }, (g) => [gramBack(x, g)]);
}

/** (G + Gᵀ) X for each sample. */
function gramBack(x: Tensor, g: Tensor): Tensor {
  const [batch, rows, size] = x.shape;
  const data = allocate(dtypeOf(x), x.data.length);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < rows; j++) {
        const weight = g.data[(b * rows + i) * rows + j] + g.data[(b * rows + j) * rows + i];
        const [into, from] = [(b * rows + i) * size, (b * rows + j) * size];
        for (let n = 0; n < size; n++) data[into + n] += weight * x.data[from + n];
      }
    }
  }
  return { data, shape: x.shape };
}

/** Rows and columns of each sample exchanged, [B, M, N] to [B, N, M]. */
export function transposeRows(x: Tensor): Tensor {
  const [batch, rows, columns] = x.shape;
  const data = allocate(dtypeOf(x), x.data.length);
  for (let i = 0; i < data.length; i++) {
    const inside = i % (rows * columns);
    data[i] = x.data[i - inside + (inside % rows) * columns + Math.floor(inside / rows)];
  }
  return traced("transposeRows", [x], { data, shape: [batch, columns, rows] }, (g) => [transposeRows(g)]);
}
