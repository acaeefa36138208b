import type { NodeDescription } from "../../../shared/node/describe.ts";
import { passes } from "../../../shared/workflow/modes.ts";
import styles from "./card.module.css";

interface PassLinesProps {
  readonly description: NodeDescription;
  /** Pixels of the card. */
  readonly width: number;
}

const firstRow = 18;
const rowHeight = 24;

/** Dashed wires through a bypassed card, from what it passes on to the output. */
export function PassLines({ description, width }: PassLinesProps) {
  const inputs = Object.keys(description.inputs);
  const outputs = Object.entries(description.outputs);
  const passed = passes(description);
  return (
    <svg className={styles.pass} width={width} height={firstRow + rowHeight * outputs.length} aria-hidden>
      {outputs.map(([name, { wire }], index) => {
        const from = inputs.indexOf(passed[name] ?? "");
        if (from < 0) return null;
        const [y1, y2] = [firstRow + from * rowHeight, firstRow + index * rowHeight];
        const path = `M 6 ${y1} C ${width / 2} ${y1} ${width / 2} ${y2} ${width - 6} ${y2}`;
        return <path key={name} d={path} style={{ stroke: `var(--wire-${wire})` }} />;
      })}
    </svg>
  );
}
