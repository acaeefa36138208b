import type { ReactFlowInstance } from "reactflow";
import { type Size, useView } from "../state/canvasView.ts";
import { select } from "../state/documents.ts";
import type { CanvasEdge, CanvasNode } from "./project.ts";

/** Margins that keep the graph clear of ports and edges; no larger than life. */
export const fitting = { padding: 0.06, maxZoom: 1 };

function motion() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? {} : { duration: 240 };
}

function sizeOf({ id, measured }: CanvasNode): [string, Size][] {
  const { width, height } = measured ?? {};
  return width === undefined || height === undefined ? [] : [[id, { width, height }]];
}

/** Lets commands and panels move the canvas. Returns a function that ends it. */
export function offerCanvas(flow: ReactFlowInstance<CanvasNode, CanvasEdge>, element: HTMLElement): () => void {
  useView.setState({
    canvas: {
      fit: () => void flow.fitView({ ...fitting, ...motion() }),
      fitTo: (ids) => void flow.fitView({ ...fitting, padding: 0.15, nodes: ids.map((id) => ({ id })), ...motion() }),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, motion()),
      centreOn(node) {
        select([node]);
        void flow.fitView({ nodes: [{ id: node }], maxZoom: 1, minZoom: 0.6, padding: 0.4, ...motion() });
      },
      toCanvas: (screen) => flow.screenToFlowPosition(screen),
      centre() {
        const { left, top, width, height } = element.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      },
      portHeight(node, side, port) {
        const bounds = flow.getInternalNode(node)?.internals.handleBounds?.[side === "in" ? "target" : "source"];
        const handle = bounds?.find(({ id }) => id === port);
        return handle === undefined ? null : handle.y + handle.height / 2;
      },
      sizes: () => new Map(flow.getNodes().flatMap(sizeOf)),
    },
  });
  return () => useView.setState({ canvas: null, pointer: null });
}
