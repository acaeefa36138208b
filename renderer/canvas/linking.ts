import type { FinalConnectionState, OnConnectStartParams } from "reactflow";
import { inputsType, isBoundary } from "../../shared/subgraph/names.ts";
import type { Point } from "../../shared/workflow/workflow.ts";
import { catalogByType } from "../state/catalog.ts";
import { refuse } from "../state/connect.ts";
import { activeDocument } from "../state/documents.ts";
import { connect } from "../state/edits.ts";
import { type DraggedFrom, showSearch } from "../state/search.ts";
import { addPort } from "../state/subgraphPorts.ts";
import { showToast } from "../ui/toasts.ts";
import { withoutMarks } from "./wire/DragLine.tsx";
import { beginDrag, endDrag, useWireDrag } from "./wire/drag.ts";
import { endsOf } from "./wire/link.ts";

/** A wire leaves a port. */
export function startLink(_: unknown, { nodeId, handleId, handleType }: OnConnectStartParams): void {
  if (nodeId !== null && handleId !== null) beginDrag(nodeId, handleId, handleType === "source" ? "out" : "in");
}

/** A wire was let go: on a port it connects or says why not; on the empty canvas it asks for a node that it fits. */
export function endLink(
  event: MouseEvent | TouchEvent,
  { fromHandle, toHandle, toNode }: Pick<FinalConnectionState, "fromHandle" | "toHandle" | "toNode">,
  toCanvas: (screen: Point) => Point,
): void {
  const { from } = useWireDrag.getState();
  endDrag();
  if (fromHandle !== null && toHandle !== null) link(fromHandle, toHandle);
  else if (from !== null && dropOnRim(event, from)) return;
  else if (from !== null && toNode === null && isOnPane(event)) {
    const screen = placeOf(event);
    showSearch({ screen, at: toCanvas(screen), from });
  }
}

/** A wire let go on a rim of the open subgraph makes a port of it; false elsewhere. */
function dropOnRim(event: MouseEvent | TouchEvent, { node, port, side, wire }: DraggedFrom): boolean {
  const { x, y } = placeOf(event);
  const id = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-id]")?.dataset.id;
  const rim = activeDocument()?.workflow.nodes.find((one) => one.id === id && isBoundary(one.type));
  if (rim === undefined) return false;
  const takes = rim.type === inputsType ? "in" : "out";
  if (side !== takes) {
    const text = takes === "in" ? "Drop the wire of an input here." : "Drop the wire of an output here.";
    showToast({ kind: "info", text });
  } else addPort(side === "in" ? "inputs" : "outputs", wire, port, [node, port], rim.id);
  return true;
}

type HandleEnd = NonNullable<FinalConnectionState["fromHandle"]>;

function link(one: HandleEnd, other: HandleEnd): void {
  const workflow = activeDocument()?.workflow;
  const isSame = one.nodeId === other.nodeId && one.id === other.id && one.type === other.type;
  if (workflow === undefined || isSame) return;
  const ends = endsOf(one, other);
  const refusal = ends === null ? "A link goes from an output to an input." : refuse(workflow, catalogByType, ...ends);
  if (refusal !== null) showToast({ kind: "info", text: withoutMarks(refusal) });
  else if (ends !== null) connect(...ends);
}

function isOnPane({ target }: Event): boolean {
  return target instanceof Element && target.closest(".react-flow__pane") !== null;
}

function placeOf(event: MouseEvent | TouchEvent): Point {
  const { clientX: x, clientY: y } = "changedTouches" in event ? event.changedTouches[0]! : event;
  return { x, y };
}
