import { getViewportForBounds, type ReactFlowInstance, type Viewport } from "reactflow";
import type { WorkflowNode } from "../../shared/workflow/workflow.ts";
import { useView } from "../state/canvasView.ts";
import { catalogByType } from "../state/catalog.ts";
import { select } from "../state/documents.ts";
import { isStill } from "../state/settings.ts";
import { boundsOf } from "./far/scene.ts";
import { shapeOf } from "./far/shape.ts";
import { type CanvasEdge, type CanvasNode, sizeOf } from "./project.ts";

/** Margins that keep the graph clear of ports and edges; no larger than life. */
export const fitting = { padding: 0.06, maxZoom: 1 };

/** Smallest zoom of the canvas. */
export const leastZoom = 0.03;

function motion() {
  return isStill() ? {} : { duration: 240 };
}

/** The view that shows some nodes in an element, no larger than life; null without nodes. */
export function viewOf(
  element: Element,
  nodes: readonly CanvasNode[],
  least = leastZoom,
  padding = fitting.padding,
): Viewport | null {
  const box = boundsOf(nodes.map((node) => ({ ...node.position, ...sizeOf(node) })));
  if (box === null) return null;
  const { width, height } = element.getBoundingClientRect();
  return getViewportForBounds(box, width, height, least, fitting.maxZoom, padding);
}

/**
 * Lets commands and panels move the canvas. From afar React Flow holds no nodes, so the nodes come from `drawn`; `move`
 * changes the view. Returns a function that ends it.
 */
export function offerCanvas(
  flow: ReactFlowInstance<CanvasNode, CanvasEdge>,
  element: HTMLElement,
  drawn: () => readonly CanvasNode[],
  move: (view: Viewport, motion: { duration?: number }) => Promise<void>,
): () => void {
  const those = (ids: ReadonlySet<string>) => drawn().filter(({ id }) => ids.has(id));
  const show = (nodes: readonly CanvasNode[], least: number, padding: number) => {
    const view = viewOf(element, nodes, least, padding);
    if (view !== null) void move(view, motion());
  };
  useView.setState({
    canvas: {
      fit: () => show(drawn(), leastZoom, fitting.padding),
      fitTo: (ids) => show(those(new Set(ids)), leastZoom, 0.15),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, motion()),
      centreOn(node) {
        select([node]);
        show(those(new Set([node])), 0.6, 0.4);
      },
      toCanvas: (screen) => flow.screenToFlowPosition(screen),
      centre() {
        const { left, top, width, height } = element.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      },
      portHeight(node, side, port) {
        const bounds = flow.getInternalNode(node)?.internals.handleBounds?.[side === "in" ? "target" : "source"];
        const handle = bounds?.find(({ id }) => id === port);
        if (handle !== undefined) return handle.y + handle.height / 2;
        const card = those(new Set([node]))[0]?.data.node as WorkflowNode | undefined;
        return card === undefined
          ? null
          : (shapeOf(card, catalogByType.get(card.type)).ports.get(`${side} ${port}`) ?? null);
      },
      sizes: () => new Map(drawn().flatMap((node) => (node.measured === undefined ? [] : [[node.id, sizeOf(node)]]))),
    },
  });
  return () => useView.setState({ canvas: null, pointer: null });
}
