import { addScaled, cast, dot, scale, sub } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { cholesky, solveLower, solveUpper } from "../../shared/testbed/cholesky.ts";

/** Predictions of earlier steps, the latest first. */
export interface History {
  readonly strong: readonly Tensor[];
  readonly weak: readonly Tensor[];
}

export const emptyHistory: History = { strong: [], weak: [] };

/** The history with the two predictions of a step, not longer than `length`. */
export function remembered({ strong, weak }: History, latest: readonly [Tensor, Tensor], length: number): History {
  return { strong: [latest[0], ...strong].slice(0, length), weak: [latest[1], ...weak].slice(0, length) };
}

/**
 * What the weak prediction is told from: the strong one of this step, then those of earlier steps, then the weak ones of
 * earlier steps; null where the walk has not come that far.
 */
function features(strong: Tensor, history: History, length: number): (Tensor | null)[] {
  const padded = (past: readonly Tensor[]) => Array.from({ length }, (_, k) => past[k] ?? null);
  return [strong, ...padded(history.strong), ...padded(history.weak)];
}

/** The weak prediction by a row of coefficients, [1 + 2 · length]; those of missing features are skipped. */
export function predictedWeak(strong: Tensor, history: History, row: ArrayLike<number>): Tensor {
  const [, ...past] = features(strong, history, (row.length - 1) / 2);
  return past.reduce<Tensor>(
    (sum, feature, k) => (feature ? addScaled(sum, feature, row[k + 1]) : sum),
    scale(strong, row[0]),
  );
}

/**
 * Least-squares coefficients of the features for the weak prediction, over all samples and elements, drawn towards the
 * strong prediction: `ridge` is in units of the features' mean square. Missing features get 0.
 */
export function fittedRow(weak: Tensor, strong: Tensor, history: History, length: number, ridge: number): number[] {
  const all = features(strong, history, length);
  const used = all.flatMap((feature, k) => (feature ? [{ feature: cast(feature, "float64"), k }] : []));
  const count = used.length;
  const gram = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) gram[i * count + j] = total(dot(used[i].feature, used[j].feature));
  const power = used.reduce((sum, _, i) => sum + gram[i * count + i], 0) / count;
  for (let i = 0; i < count; i++) gram[i * count + i] += power === 0 ? 1 : ridge * power;
  const lower = cholesky(gram, count);
  const rest = sub(cast(weak, "float64"), used[0].feature);
  const right = Float64Array.from(used, ({ feature }) => total(dot(feature, rest)));
  const solved = solveUpper(lower, solveLower(lower, right));
  const row = new Array<number>(all.length).fill(0);
  for (const [i, { k }] of used.entries()) row[k] = solved[i];
  row[0] += 1;
  return row;
}

function total({ data }: Tensor): number {
  let sum = 0;
  for (const value of data) sum += value;
  return sum;
}
