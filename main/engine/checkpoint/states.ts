import { sizeOf, type Tensor } from "../../../shared/tensor/tensor.ts";

/** [B, …, F1] and [B, …, F2] as [B, …, F1 + F2]. */
export function beside(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0];
  const lead = parts[0].shape.slice(0, -1);
  const widths = parts.map(({ shape }) => shape[shape.length - 1]);
  const width = widths.reduce((sum, own) => sum + own, 0);
  const rows = sizeOf(lead);
  const data = new Float32Array(rows * width);
  let column = 0;
  parts.forEach((part, i) => {
    for (let row = 0; row < rows; row++) {
      data.set(part.data.subarray(row * widths[i], (row + 1) * widths[i]), row * width + column);
    }
    column += widths[i];
  });
  return { data, shape: [...lead, width] };
}

/** [B, T, F] with zeros up to `width`. */
export function widened(x: Tensor, width: number): Tensor {
  const [batch, length, own] = x.shape;
  if (own >= width) return x;
  return beside([x, { data: new Float32Array(batch * length * (width - own)), shape: [batch, length, width - own] }]);
}

/** [B, T1, F] and [B, T2, F] as [B, T1 + T2, F]. */
export function appendTokens(first: Tensor, second: Tensor): Tensor {
  const [batch, length, width] = first.shape;
  const more = second.shape[1];
  const data = new Float32Array(batch * (length + more) * width);
  for (let b = 0; b < batch; b++) {
    data.set(first.data.subarray(b * length * width, (b + 1) * length * width), b * (length + more) * width);
    data.set(second.data.subarray(b * more * width, (b + 1) * more * width), (b * (length + more) + length) * width);
  }
  return { data, shape: [batch, length + more, width] };
}
