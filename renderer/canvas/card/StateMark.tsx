import { Check, Clock, OctagonAlert, TriangleAlert, Zap } from "lucide-react";
import { formatSeconds } from "../../controls/format.ts";
import { Ring } from "../../ui/parts.tsx";
import styles from "./card.module.css";
import type { CardFacts } from "./useCard.ts";

const icon = { size: 14, strokeWidth: 2.1, "aria-hidden": true } as const;

/** States in words, for tooltips and lists. */
export const stateWords: Readonly<Record<CardFacts["state"], string>> = {
  idle: "",
  queued: "Waiting",
  running: "Running",
  cached: "Reused",
  done: "Done",
  error: "Error",
  notReached: "Not reached",
  bypassed: "Passes on what comes in",
  muted: "Left out of runs, with all that needs it",
  off: "Left out of runs: it needs a node that is muted",
};

interface StateMarkProps {
  readonly id: string;
  readonly facts: CardFacts;
}

/** State of a node at the right of its header: always an icon or a word besides the colour. */
export function StateMark({ id, facts }: StateMarkProps) {
  const { state, warning } = facts;
  return (
    <span className={styles.state} data-testid={`state-${id}`} data-state={state} title={warning ?? stateWords[state]}>
      {warning !== null && state !== "error" && <TriangleAlert {...icon} className={styles.warn} />}
      <Mark {...facts} />
    </span>
  );
}

function Mark({ state, run }: CardFacts) {
  switch (state) {
    case "idle":
      return null;
    case "queued":
      return <Clock {...icon} />;
    case "running": {
      const { step = 0, steps = 0 } = run ?? {};
      return (
        <span className={styles.running}>
          {steps > 0 && `${step} / ${steps}`}
          <Ring value={steps > 0 ? step / steps : null} />
        </span>
      );
    }
    case "cached":
      return <Zap {...icon} className={styles.ok} />;
    case "done":
      return (
        <>
          {run?.ms != null && run.ms >= 10 && formatSeconds(run.ms / 1000)}
          <Check {...icon} className={styles.ok} />
        </>
      );
    case "error":
      return (
        <span className={styles.failed}>
          Error <OctagonAlert {...icon} />
        </span>
      );
    case "notReached":
      return <>Not reached</>;
    case "bypassed":
      return <span className={styles.tag}>Bypassed</span>;
    case "muted":
      return <span className={styles.tag}>Muted</span>;
    case "off":
      return <span className={styles.tag}>Off</span>;
  }
}
