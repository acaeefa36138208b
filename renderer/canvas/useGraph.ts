import { useCallback, useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";
import { applyNodeChanges, type EdgeChange, type NodeChange, type ReactFlowState, useStoreApi } from "reactflow";
import { emptyWorkflow, type Point } from "../../shared/workflow/workflow.ts";
import { catalogByType } from "../state/catalog.ts";
import { activeDocument, select, selectEdge, useActive } from "../state/documents.ts";
import { moveNodes } from "../state/edits.ts";
import { moveFrame } from "./frame/moveFrame.ts";
import { type CanvasEdge, type CanvasNode, frameId, many, projectEdges, projectNodes } from "./project.ts";

const nothing = emptyWorkflow("");
const noSelection: readonly string[] = [];
let moves = 0;

/** Key of the last move of nodes as a step of undo. */
export function lastMove(): string {
  return `move-${moves}`;
}

/**
 * The document in front as React Flow wants it. Sizes and positions during a drag live here; what a person did goes to
 * the document when the gesture ends.
 */
export function useGraph() {
  const store = useStoreApi<CanvasNode, CanvasEdge>();
  const workflow = useActive((document) => document.workflow) ?? nothing;
  const selection = useActive((document) => document.selection) ?? noSelection;
  const selectedEdge = useActive((document) => document.selectedEdge) ?? null;
  const [nodes, setNodes] = useState<CanvasNode[]>(() => projectNodes(workflow, selection, catalogByType, []));
  const [edges, setEdges] = useState<CanvasEdge[]>(() => projectEdges(workflow, selectedEdge, catalogByType, []));
  useLayoutEffect(
    () => setNodes((before) => projectNodes(workflow, selection, catalogByType, before)),
    [workflow, selection],
  );
  useLayoutEffect(
    () => setEdges((before) => projectEdges(workflow, selectedEdge, catalogByType, before)),
    [workflow, selectedEdge],
  );
  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      // The document says what is selected and what there is.
      const local = changes.filter(({ type }) => type === "position" || type === "dimensions");
      if (local.length > 0) setNodes((before) => withPorts(applyNodeChanges(local, before), local, store.getState()));
      keepSelection(changes);
      keepMoves(changes);
    },
    [store],
  );
  const hold = useCallback((places: ReadonlyMap<string, Point>, kept: ReadonlySet<string>) => {
    flushSync(() => setNodes((before) => before.map((node) => heldAt(node, places.get(node.id), kept.has(node.id)))));
  }, []);
  const release = useCallback(() => {
    const active = activeDocument();
    if (active === undefined) return;
    const rested = (node: CanvasNode) => (node.dragging === true ? { ...node, dragging: false } : node);
    flushSync(() =>
      setNodes((before) => projectNodes(active.workflow, active.selection, catalogByType, before.map(rested))),
    );
  }, []);
  return { graph: { nodes, edges, onNodesChange, onEdgesChange: keepEdgeSelection }, hold, release };
}

/** A node that is in the hand; React Flow draws one that is dragged wherever it is. */
function heldAt(node: CanvasNode, position: Point | undefined, isKept: boolean): CanvasNode {
  if (position === undefined) return node;
  return { ...node, position, dragging: isKept };
}

/** Moves nodes to where a hand has put them, or a frame with all that stands in it: one step of undo. */
export function putNodes(pressed: string, places: ReadonlyMap<string, Point>): void {
  const group = activeDocument()?.workflow.groups?.find((one) => frameId(one) === pressed);
  const position = places.get(pressed);
  if (group !== undefined && position !== undefined) moveFrame(group.id, position);
  else {
    moves++;
    moveNodes(places, lastMove());
  }
}

/** Cards of a large graph with their ports where they were measured, so that they need not be drawn again to find them. */
function withPorts(
  nodes: CanvasNode[],
  changes: readonly NodeChange<CanvasNode>[],
  { nodeLookup }: Pick<ReactFlowState<CanvasNode>, "nodeLookup">,
): CanvasNode[] {
  const measured = new Set(changes.flatMap((change) => (change.type === "dimensions" ? [change.id] : [])));
  if (nodes.length <= many || measured.size === 0) return nodes;
  return nodes.map((node) => {
    const { source, target } = (measured.has(node.id) ? nodeLookup.get(node.id)?.internals.handleBounds : null) ?? {};
    const handles = [...(source ?? []), ...(target ?? [])].map((handle) => ({ ...handle, id: handle.id ?? "" }));
    return handles.length === 0 ? node : { ...node, handles };
  });
}

function keepSelection(changes: readonly NodeChange<CanvasNode>[]): void {
  const active = activeDocument();
  const chosen = new Set(active?.selection);
  let isChanged = false;
  for (const change of changes) {
    if (change.type !== "select" || chosen.has(change.id) === change.selected) continue;
    isChanged = true;
    if (change.selected) chosen.add(change.id);
    else chosen.delete(change.id);
  }
  if (isChanged) select([...chosen]);
}

function keepMoves(changes: readonly NodeChange<CanvasNode>[]): void {
  const moved = new Map<string, Point>();
  for (const change of changes) {
    if (change.type === "position" && change.dragging === false && change.position)
      moved.set(change.id, change.position);
  }
  const { workflow } = activeDocument() ?? {};
  const isElsewhere = (id: string, { x, y }: Point) =>
    workflow?.nodes.some((node) => node.id === id && (node.position?.x !== x || node.position?.y !== y)) ?? false;
  const places = new Map([...moved].filter(([id, position]) => isElsewhere(id, position)));
  if (places.size === 0) return;
  moves++;
  moveNodes(places, lastMove());
}

function keepEdgeSelection(changes: readonly EdgeChange<CanvasEdge>[]): void {
  const active = activeDocument();
  const edges = active === undefined ? [] : projectEdges(active.workflow, null, catalogByType, []);
  for (const change of changes) {
    if (change.type !== "select") continue;
    const index = edges.findIndex(({ id }) => id === change.id);
    if (change.selected) selectEdge(index);
    else if (activeDocument()?.selectedEdge === index) selectEdge(null);
  }
}
