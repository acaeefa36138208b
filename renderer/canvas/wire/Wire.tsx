import { type MouseEvent, memo, type PointerEvent, useRef } from "react";
import { type EdgeProps, useReactFlow } from "reactflow";
import type { Point } from "../../../shared/workflow/workflow.ts";
import { useNodeRun } from "../../run/runs.ts";
import { useDocuments } from "../../state/documents.ts";
import { addVia, moveVia, removeVia } from "../../state/edits.ts";
import { useHere } from "../../state/here.ts";
import type { CanvasEdge } from "../project.ts";
import { stretchAt, wirePath } from "./geometry.ts";
import { useInsertion } from "./insertion.ts";
import styles from "./wire.module.css";

/** A link: coloured by its type, with a casing that makes crossings readable, and its reroute points. */
export const Wire = memo(function Wire(props: EdgeProps<CanvasEdge>) {
  const { data, selected, source, target, sourceX, sourceY, targetX, targetY } = props;
  const { screenToFlowPosition } = useReactFlow();
  const isFlowing = useIsRunning(target);
  const isTarget = useInsertion(({ edge }) => edge !== null && edge === data?.index);
  if (data === undefined) return null;
  const { edge, index, wire, isIdle } = data;
  const [from, to] = [
    { x: sourceX, y: sourceY },
    { x: targetX, y: targetY },
  ];
  const path = wirePath(from, to, edge.via);
  const reroute = (event: MouseEvent) => {
    event.stopPropagation();
    const at = screenToFlowPosition({ x: event.clientX, y: event.clientY });
    addVia(index, stretchAt(at, from, to, edge.via), at);
  };
  const state = `${selected ? styles.selected : ""} ${isIdle ? styles.idle : ""} ${isTarget ? styles.selected : ""}`;
  return (
    <g
      data-wire={index}
      data-from={source}
      data-to={target}
      className={`${styles.wire} ${state}`}
      style={{ color: wire === null ? "var(--warn)" : `var(--wire-${wire})` }}
    >
      {(selected || isTarget) && <path className={styles.halo} d={path} />}
      <path className={styles.casing} d={path} />
      <path className={`react-flow__edge-path ${styles.line}`} d={path} />
      {isFlowing && <path className={styles.flow} d={path} />}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a reroute point is layout, which the pointer makes */}
      <path
        className={`react-flow__edge-interaction ${styles.hit}`}
        d={path}
        onClick={(event) => event.altKey && reroute(event)}
        onDoubleClick={reroute}
      />
      {edge.via?.map((point, place) => (
        <Reroute key={place} point={point} edge={index} place={place} />
      ))}
    </g>
  );
});

function useIsRunning(node: string): boolean {
  const document = useDocuments(({ activeId }) => activeId);
  return useNodeRun(document, useHere() + node)?.state === "running";
}

let drags = 0;

interface RerouteProps {
  readonly point: Point;
  /** Index of the link in the document. */
  readonly edge: number;
  /** Index of the point on the link. */
  readonly place: number;
}

function Reroute({ point, edge, place }: RerouteProps) {
  const { screenToFlowPosition } = useReactFlow();
  const gesture = useRef<string | null>(null);
  const start = (event: PointerEvent<SVGCircleElement>) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    drags++;
    gesture.current = `reroute-${drags}`;
  };
  const move = (event: PointerEvent) => {
    if (gesture.current === null) return;
    moveVia(edge, place, screenToFlowPosition({ x: event.clientX, y: event.clientY }), gesture.current);
  };
  const remove = (event: MouseEvent) => {
    event.stopPropagation();
    removeVia(edge, place);
  };
  const end = () => {
    gesture.current = null;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a reroute point is layout, which the pointer makes
    <circle
      className={`${styles.dot} nopan`}
      cx={point.x}
      cy={point.y}
      r={5}
      onPointerDown={start}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
      onClick={(event) => event.altKey && remove(event)}
      onDoubleClick={remove}
    />
  );
}
