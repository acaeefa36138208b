import { useMemo } from "react";
import { sourcesOf } from "../panels/inspector/facts.ts";
import { useActive } from "../state/documents.ts";
import { usePalette } from "./palette.ts";
import { cornersOf, type Mark, marks } from "./pen.ts";
import styles from "./plot.module.css";

interface LegendProps {
  /** The node that shows the plot: its series are named after what feeds it. */
  readonly node: string;
  readonly names: readonly string[];
}

/** Names of the series with their markers and colours. */
export function Legend({ node, names }: LegendProps) {
  const { series } = usePalette();
  const titles = useTitles(node, names.length);
  return (
    <ul className={styles.legend}>
      {names.map((name, i) => (
        <li key={name}>
          <svg width="10" height="10" viewBox="-5 -5 10 10" fill={series[i % series.length]} aria-hidden>
            <Shape mark={marks[i % marks.length]!} />
          </svg>
          {titles?.[i] ?? name}
        </li>
      ))}
    </ul>
  );
}

/** Titles of the nodes that feed the list port of a plot, if there are as many as series and no two are the same. */
function useTitles(node: string, count: number): readonly string[] | undefined {
  const workflow = useActive((document) => document.workflow);
  return useMemo(() => {
    const lists = workflow === undefined ? [] : Object.values(sourcesOf(workflow, node));
    return lists.find((titles) => titles.length === count && new Set(titles).size === count);
  }, [workflow, node, count]);
}

function Shape({ mark }: { readonly mark: Mark }) {
  const corners = cornersOf(mark, 8);
  if (corners === null) return <circle r="4" />;
  return <polygon points={corners.map((corner) => corner.join()).join(" ")} />;
}
