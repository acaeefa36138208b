import { Ban } from "lucide-react";
import type { ConnectionLineComponentProps } from "reactflow";
import { catalogByType } from "../../state/catalog.ts";
import { refuse } from "../../state/connect.ts";
import { activeDocument } from "../../state/documents.ts";
import type { CanvasNode } from "../project.ts";
import { useWireDrag } from "./drag.ts";
import { wirePath } from "./geometry.ts";
import { endsOf } from "./link.ts";
import styles from "./wire.module.css";

/** The wire under the pointer; over a port that refuses it, the reason. */
export function DragLine(props: ConnectionLineComponentProps<CanvasNode>) {
  const { fromX, fromY, toX, toY, fromHandle, toHandle } = props;
  const wire = useWireDrag(({ from }) => from?.wire);
  const refusal = toHandle === null ? null : reason(fromHandle, toHandle);
  const [start, end] = [
    { x: fromX, y: fromY },
    { x: toX, y: toY },
  ];
  const path = fromHandle.type === "source" ? wirePath(start, end) : wirePath(end, start);
  const look = refusal !== null ? styles.refused : toHandle === null ? "" : styles.snapped;
  return (
    <g data-dragged className={`${styles.dragged} ${look}`} style={{ color: `var(--wire-${wire ?? "plot"})` }}>
      <path d={path} />
      {refusal !== null && (
        <foreignObject className={styles.reason} x={toX + 14} y={toY + 10} width={280} height={80}>
          <p>
            <Ban size={14} strokeWidth={2.1} aria-hidden />
            <span>{withoutMarks(refusal)}</span>
          </p>
        </foreignObject>
      )}
    </g>
  );
}

/** The sentence without the marks for bold. */
export function withoutMarks(sentence: string): string {
  return sentence.replaceAll("**", "");
}

type HandleEnd = ConnectionLineComponentProps["fromHandle"];

function reason(from: HandleEnd, to: HandleEnd): string | null {
  const workflow = activeDocument()?.workflow;
  const ends = endsOf(from, to);
  if (workflow === undefined) return null;
  if (ends === null) return "A link goes from an output to an input.";
  return refuse(workflow, catalogByType, ...ends);
}
