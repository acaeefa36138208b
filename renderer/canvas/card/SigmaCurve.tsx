import { useActiveCheck } from "../../state/check.ts";
import styles from "./card.module.css";
import { sigmaPoints } from "./plot.ts";

const width = 172;
const height = 36;

/** The levels of a schedule, falling from left to right on a logarithmic axis; nothing until they are known. */
export function SigmaCurve({ id }: { readonly id: string }) {
  const sigmas = useActiveCheck(({ known }) => known[id]?.sigmas);
  if (sigmas === undefined || sigmas.length < 2) return null;
  const points = sigmaPoints(sigmas, width, height);
  return (
    <svg
      className={styles.curve}
      viewBox={`-8 -8 ${width + 16} ${height + 16}`}
      role="img"
      data-card="controls"
      aria-label={`${sigmas.length} noise levels from ${sigmas[0]?.toPrecision(3)} down`}
    >
      <polyline points={points.map((point) => point.join()).join(" ")} />
      {sigmas.length <= 40 && points.map(([x, y]) => <circle key={x} cx={x} cy={y} r="1.6" />)}
    </svg>
  );
}
