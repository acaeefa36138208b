import { formatCount } from "../../controls/format.ts";
import styles from "./scope.module.css";

interface EvaluationsProps {
  /** Evaluations by node, in the order of the graph. */
  readonly counts: readonly { readonly node: string; readonly title: string; readonly count: number }[];
}

/** How many evaluations each part of the graph took. */
export function Evaluations({ counts }: EvaluationsProps) {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  return (
    <section className={styles.chart} data-testid="scope-evaluations">
      <h3 className={styles.chartHead}>
        Evaluations
        <span className="number">{formatCount(total)}</span>
      </h3>
      <ul className={styles.meter}>
        {counts.map(({ node, title, count }) => (
          <li key={node}>
            <span>
              {title} <span className="mono">{node}</span>
            </span>
            <i className={styles.meterBar}>
              <i style={{ width: `${(count / total) * 100}%` }} />
            </i>
            <span className="number">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
