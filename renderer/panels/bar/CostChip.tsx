import { Gauge } from "lucide-react";
import type { Checked } from "../../../shared/contract.ts";
import { formatBytes, formatCount, formatSeconds } from "../../controls/format.ts";
import { Hint } from "../../ui/Button.tsx";
import styles from "./bar.module.css";

interface CostChipProps {
  readonly checked: Checked | null;
  /** A run would compute nothing. */
  readonly isUpToDate: boolean;
}

/** What the next run will cost, before it starts. */
export function CostChip({ checked, isUpToDate }: CostChipProps) {
  return (
    <Hint text={hintOf(checked)}>
      <div className={`${styles.chip} number`} data-testid="cost">
        <Cells checked={checked} isUpToDate={isUpToDate} />
      </div>
    </Hint>
  );
}

function Cells({ checked, isUpToDate }: CostChipProps) {
  const gauge = <Gauge className={styles.glyph} size={14} strokeWidth={2.1} aria-hidden />;
  if (checked === null || checked.cost === null) {
    return (
      <span className={styles.cell}>
        {gauge} {checked === null ? "Checking" : "No forecast"}
      </span>
    );
  }
  const { nfe, upperBound, backward, peakBytes } = checked.cost;
  if (isUpToDate) {
    return (
      <span className={styles.cell}>
        {gauge} Up to date <span className="hidden-text">0 evaluations</span>
      </span>
    );
  }
  return (
    <>
      <span className={styles.cell}>
        {gauge}
        <span>
          {upperBound && "≤ "}
          <b>{formatCount(nfe)}</b> {nfe === 1 ? "eval" : "evals"}
        </span>
      </span>
      <span className={styles.cell}>
        <span>
          <b>{formatCount(backward)}</b> backward
        </span>
      </span>
      {checked.seconds !== null && checked.seconds >= 0.005 && (
        <span className={styles.cell}>
          <b>{formatSeconds(checked.seconds)}</b>
        </span>
      )}
      {peakBytes > 0 && (
        <span className={styles.cell}>
          <b>{formatBytes(peakBytes)}</b>
        </span>
      )}
    </>
  );
}

function hintOf(checked: Checked | null): string {
  if (checked === null) return "The engine is counting what a run would cost.";
  if (checked.cost === null) return "There is no forecast while the graph has errors.";
  const { nfe, runs, sessions, peakBytes } = checked.cost;
  const counts = `${formatCount(nfe)} evaluations in ${formatCount(runs)} calls, ${sessions} networks, up to ${formatBytes(peakBytes)} of memory`;
  return checked.seconds === null ? `Next run: ${counts}. Time is known after the first run.` : `Next run: ${counts}.`;
}
