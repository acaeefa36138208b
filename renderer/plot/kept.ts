import { useMemo } from "react";
import { create } from "zustand";
import type { Plot } from "../../shared/plot.ts";
import { sourcesOf } from "../panels/inspector/facts.ts";
import { useActive, useDocuments } from "../state/documents.ts";
import { type Kept, keepRun, named, overlaid } from "./overlay.ts";

const useKept = create<{ readonly all: readonly Kept[] }>(() => ({ all: [] }));

export interface Shown {
  /** The plot with what was kept, and series named so that they can be told apart. */
  readonly plot: Plot;
  /** Earlier runs that lie over this one. */
  readonly count: number;
  /** Keeps this run, or lets go of all that were kept. */
  toggle(): void;
}

/** What a node's plot shows: its last run, and the runs that were kept for comparison. */
export function useShown(node: string, plot: Plot, number: number | null): Shown {
  const document = useDocuments(({ activeId }) => activeId);
  const key = `${document} ${node}`;
  const all = useKept((state) => state.all);
  const workflow = useActive((active) => active.workflow);
  const own = all.filter((one) => one.key === key);
  const earlier = own.filter((one) => one.number !== number);
  const titles = useMemo(
    () => Object.values(workflow === undefined ? {} : sourcesOf(workflow, node)),
    [workflow, node],
  );
  // Other edits make new titles of the same words: they must not draw the plot anew.
  const words = titles.flat().join("\n");
  const shown = useMemo(() => overlaid(plot, number, titles, earlier), [plot, number, words, all, key]);
  return {
    plot: shown,
    count: own.length,
    toggle() {
      if (own.length > 0) useKept.setState({ all: all.filter((one) => one.key !== key) });
      else if (plot.kind === "plane" && number !== null)
        useKept.setState({ all: keepRun(all, { key, number, clouds: named(plot.clouds, number, titles, true) }) });
    },
  };
}
