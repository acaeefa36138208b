import type { Conditioning, Model } from "../../shared/model.ts";
import type { NodeContext } from "../../shared/node/context.ts";
import type { TablePlot, TableRow } from "../../shared/plot.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import type { Mixture } from "../../shared/testbed/mixture.ts";
import { exactMoments, type Moments, momentsOf, sharesOf } from "./moments.ts";
import { weightsOf } from "./plane.ts";

/** Points beside the distribution that they should have. */
export interface Comparison {
  readonly measured: Moments & { readonly count: number };
  readonly exact: Moments;
  /** Share of the points and exact share, by label. */
  readonly shares: ReadonlyMap<string, { readonly measured: number; readonly exact: number }>;
  /** Distance between the means. */
  readonly shift: number;
  /** The label that the exact figures are of; null for a whole mixture. */
  readonly label: string | null;
}

/**
 * Compares points [B, 2, 1, 1] with a model in closed form, under a conditioning if there is one. Throws a sentence for
 * models that have no exact distribution in the plane.
 */
export function compareWith(samples: Tensor, model: Model, conditioning: Conditioning | undefined): Comparison {
  const { mixture } = model;
  if (mixture?.size !== 2) {
    throw new Error(
      `${model.info.name} is no distribution in the plane. Connect a test bed with two numbers in a sample.`,
    );
  }
  const weights = weightsOf(mixture, conditioning);
  const measured = momentsOf(samples.data);
  const exact = exactMoments(mixture, weights);
  const shift = Math.hypot(measured.mean[0] - exact.mean[0], measured.mean[1] - exact.mean[1]);
  const shares = new Map(
    [...sharesOf(mixture, samples.data)].map(([label, share]) => [
      label,
      { measured: share, exact: shareOf(mixture, weights, label) },
    ]),
  );
  return { measured, exact, shares, shift, label: labelOf(mixture, weights) };
}

function shareOf({ gaussians }: Mixture, weights: Float64Array, label: string): number {
  return gaussians.reduce((sum, one, k) => sum + (one.label === label ? weights[k] : 0), 0);
}

/** The one label that all weight is on, if some other label has none. */
function labelOf({ gaussians }: Mixture, weights: Float64Array): string | null {
  const used = new Set(gaussians.filter((_, k) => weights[k] > 0).map(({ label }) => label));
  const all = new Set(gaussians.map(({ label }) => label));
  return used.size === 1 && all.size > 1 ? [...used][0] : null;
}

/** Reports the figures as metrics of a node. */
export function reportComparison({ measured, exact, shares, shift }: Comparison, context: NodeContext): void {
  const list = (values: readonly number[]): Tensor => ({ data: Float64Array.from(values), shape: [values.length] });
  for (const [label, share] of shares) context.metric(label === "" ? "share" : `share of ${label}`, share.measured);
  context.metric("shift", shift);
  context.metric("mean", list(measured.mean));
  context.metric("exact mean", list(exact.mean));
  context.metric("covariance", list(measured.covariance));
  context.metric("exact covariance", list(exact.covariance));
}

/** Standard errors beyond which a figure is off. */
const beyondChance = 3;

/** Share that may be counted for a neighbour: where two labels overlap, the likeliest is not always the true one. */
const overlap = 0.01;

/** The figures as rows for people. */
export function tableOf({ measured, exact, shares, shift, label }: Comparison): TablePlot {
  const { count } = measured;
  const rows: TableRow[] = [];
  for (const [name, share] of shares) {
    if (name === "" && shares.size === 1) continue;
    const error = Math.sqrt((share.exact * (1 - share.exact)) / count);
    rows.push({
      name: name === "" ? "Without label" : `Label ${name}`,
      value: percent(share.measured),
      exact: percent(share.exact),
      isOff: Math.abs(share.measured - share.exact) > beyondChance * error + overlap,
    });
  }
  const error = Math.sqrt((exact.covariance[0] + exact.covariance[2]) / count);
  rows.push(
    { name: "Mean", value: numbers(measured.mean), exact: numbers(exact.mean) },
    {
      name: label === null ? "Shift" : `Shift from ${label}`,
      value: shift.toFixed(2),
      isOff: shift > beyondChance * error,
    },
    { name: "Variance", value: numbers(diagonal(measured)), exact: numbers(diagonal(exact)) },
    { name: "Covariance", value: numbers([measured.covariance[1]]), exact: numbers([exact.covariance[1]]) },
  );
  return { kind: "table", title: "Compare with exact", rows };
}

function diagonal({ covariance: [xx, , yy] }: Moments): readonly number[] {
  return [xx, yy];
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const numbers = (values: readonly number[]) =>
  values
    .map((value) => (Object.is(Number(value.toFixed(2)), -0) ? "0.00" : value.toFixed(2).replace("-", "−")))
    .join(", ");
