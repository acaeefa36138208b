import type { Conditioning } from "../../shared/model.ts";
import { concatRows, sliceRows } from "../../shared/tensor/index.ts";
import { formatShape, sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";

/**
 * One conditioning for a batch in which sample b is told what conditioning number `choices[b]` says (its row b, or its
 * only row). Throws if the chosen ones differ in shape.
 */
export function conditioningRows(from: readonly Conditioning[], choices: readonly number[]): Conditioning {
  const [first] = from;
  const rows = (read: (one: Conditioning) => Tensor | undefined): Tensor =>
    joined(choices.map((choice, b) => rowOf(read(from[choice]), b)));
  const extra = Object.keys(first.extra ?? {}).map((name) => [name, rows((one) => one.extra?.[name])] as const);
  return {
    context: rows((one) => one.context),
    ...(first.pooled ? { pooled: rows((one) => one.pooled) } : {}),
    ...(first.extra ? { extra: Object.fromEntries(extra) } : {}),
  };
}

/** Where the largest value of each row is; x is [B, N]. */
export function largestInRows(x: Tensor): number[] {
  const width = sizeOf(x.shape.slice(1));
  return Array.from({ length: x.shape[0] }, (_, b) => {
    const row = x.data.subarray(b * width, (b + 1) * width);
    let best = 0;
    for (let i = 1; i < width; i++) if (row[i] > row[best]) best = i;
    return best;
  });
}

function rowOf(x: Tensor | undefined, b: number): Tensor {
  if (!x) throw new Error("These conditions do not have the same inputs. Encode all of them with one model.");
  return x.shape[0] === 1 ? x : sliceRows(x, b, b + 1);
}

function joined(rows: readonly Tensor[]): Tensor {
  const shapes = new Set(rows.map((row) => formatShape(row.shape)));
  if (shapes.size === 1) return concatRows(rows);
  throw new Error(`These conditions differ in shape (${[...shapes].join(", ")}). Encode all of them with one model.`);
}
