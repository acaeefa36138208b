import { formatSeconds } from "../../controls/format.ts";
import styles from "./scope.module.css";

interface GradientTimeProps {
  /** Milliseconds in networks of any kind, and those of them that gradients took. */
  readonly networks: number;
  readonly gradients: number;
}

/** The share of the time in networks that gradients took; nothing for a run without them. */
export function GradientTime({ networks, gradients }: GradientTimeProps) {
  if (gradients === 0) return null;
  const share = gradients / networks;
  const rows = [
    { name: "Gradients", ms: gradients },
    { name: "Networks forward", ms: networks - gradients },
  ];
  return (
    <section className={styles.chart} data-testid="scope-gradient-time">
      <h3 className={styles.chartHead}>
        Time in gradients
        <span className="number">{`${(share * 100).toFixed(0)}\u00a0%`}</span>
      </h3>
      <ul className={styles.meter}>
        {rows.map(({ name, ms }) => (
          <li key={name}>
            <span>{name}</span>
            <i className={styles.meterBar}>
              <i style={{ width: `${(ms / networks) * 100}%` }} />
            </i>
            <span className="number">{formatSeconds(ms / 1000)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
