import { useCheckHere } from "../../state/here.ts";
import styles from "./content.module.css";
import { endsOf, sigmaPoints } from "./plot.ts";

const width = 172;
const height = 36;

/** The levels of a schedule on a logarithmic axis, and where it is cut; an empty field until they are known. */
export function SigmaCurve({ id }: { readonly id: string }) {
  const known = useCheckHere((checked) => checked.known[id]);
  const sigmas = known?.sigmas ?? known?.parts?.flatMap((part, place) => part.slice(place === 0 ? 0 : 1));
  if (sigmas === undefined || sigmas.length < 2)
    return <svg className={styles.curve} data-card="controls" aria-hidden />;
  const points = sigmaPoints(sigmas, width, height);
  const isFalling = sigmas[0]! > sigmas.at(-1)!;
  const cutAt = known?.parts === undefined ? undefined : points[known.parts[0]!.length - 1]?.[0];
  return (
    <svg
      className={styles.curve}
      viewBox={`-8 -8 ${width + 16} ${height + 16}`}
      role="img"
      data-card="controls"
      aria-label={`${sigmas.length} noise levels: ${endsOf(sigmas)}`}
    >
      {cutAt !== undefined && <line x1={cutAt} x2={cutAt} y1="-8" y2={height + 8} />}
      <polyline points={points.map((point) => point.join()).join(" ")} />
      {sigmas.length <= 40 && points.map(([x, y]) => <circle key={x} cx={x} cy={y} r="1.6" />)}
      <text x={isFalling ? width + 2 : -2} y="1" textAnchor={isFalling ? "end" : "start"}>
        {endsOf(sigmas)}
      </text>
    </svg>
  );
}
