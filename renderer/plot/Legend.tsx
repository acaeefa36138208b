import { usePalette } from "./palette.ts";
import { cornersOf, type Mark, marks } from "./pen.ts";
import styles from "./plot.module.css";

/** Names of the series with their markers and colours. */
export function Legend({ names }: { readonly names: readonly string[] }) {
  const { series } = usePalette();
  return (
    <ul className={styles.legend} data-card="controls">
      {names.map((name, i) => (
        <li key={name}>
          <svg width="10" height="10" viewBox="-5 -5 10 10" fill={series[i % series.length]} aria-hidden>
            <Shape mark={marks[i % marks.length]!} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

function Shape({ mark }: { readonly mark: Mark }) {
  const corners = cornersOf(mark, 8);
  if (corners === null) return <circle r="4" />;
  return <polygon points={corners.map((corner) => corner.join()).join(" ")} />;
}
