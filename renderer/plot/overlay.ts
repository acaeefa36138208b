import type { Cloud, Plot } from "../../shared/plot.ts";

/** The points of an earlier run, laid over those of later ones. */
export interface Kept {
  /** Document and node. */
  readonly key: string;
  readonly number: number;
  readonly clouds: readonly Cloud[];
}

/** Runs kept at once, over all plots: each holds on to its points. */
const most = 8;

/** Keeps the points of a run for comparison; the oldest of too many go. A run is kept once. */
export function keepRun(all: readonly Kept[], run: Kept): readonly Kept[] {
  const others = all.filter(({ key, number }) => key !== run.key || number !== run.number);
  return [...others, run].slice(-most);
}

/** A plot with the clouds of earlier runs behind its own; series are named after what feeds them. */
export function overlaid(
  plot: Plot,
  number: number | null,
  titles: readonly (readonly string[])[],
  earlier: readonly Pick<Kept, "clouds">[],
): Plot {
  if (plot.kind === "lines") return { ...plot, series: named(plot.series, null, titles, false) };
  if (plot.kind !== "plane") return plot;
  const own = named(plot.clouds, number, titles, earlier.length > 0);
  return { ...plot, clouds: [...own, ...earlier.flatMap(({ clouds }) => clouds)] };
}

/** Series under the titles of the nodes that feed them, if no two are the same; with the number of their run. */
export function named<S extends { readonly name: string }>(
  series: readonly S[],
  number: number | null,
  titles: readonly (readonly string[])[],
  isNumbered: boolean,
): readonly S[] {
  const own = titles.find((list) => list.length === series.length && new Set(list).size === list.length);
  return series.map((one, i) => {
    const name = own?.[i] ?? one.name;
    if (!isNumbered || number === null) return { ...one, name };
    return { ...one, name: series.length === 1 ? `Run ${number}` : `${name}, run ${number}` };
  });
}
