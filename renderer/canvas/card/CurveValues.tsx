import { formatNumber } from "../../controls/format.ts";
import { useCheckHere } from "../../state/here.ts";
import styles from "./content.module.css";
import { valuePoints } from "./plot.ts";

const width = 172;
const height = 36;

/** The values of a node's curve at the steps of the walk, from the first to the last; nothing until they are known. */
export function CurveValues({ id }: { readonly id: string }) {
  const values = useCheckHere(({ known }) => known[id]?.curve);
  if (values === undefined || values.length === 0) return null;
  const points = valuePoints(values, width, height);
  const range = [Math.min(...values), Math.max(...values)].map((value) => formatNumber(value, 2)).join(" to ");
  return (
    <svg
      className={`${styles.curve} ${styles.values}`}
      viewBox={`-8 -8 ${width + 16} ${height + 16}`}
      role="img"
      data-card="controls"
      aria-label={`From ${range} over ${values.length} steps`}
    >
      <title>{range}</title>
      <polyline points={points.map((point) => point.join()).join(" ")} />
      {values.length <= 40 && points.map(([x, y]) => <circle key={x} cx={x} cy={y} r="1.6" />)}
    </svg>
  );
}
