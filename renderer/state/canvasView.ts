import { create } from "zustand";
import type { Point } from "../../shared/workflow/workflow.ts";

/** What commands may ask of the canvas; the canvas puts its own functions here when it is shown. */
export interface CanvasView {
  fit(): void;
  /** Brings some nodes into view, no larger than life. */
  fitTo(nodes: readonly string[]): void;
  zoomBy(factor: number): void;
  centreOn(node: string): void;
  /** Canvas coordinates of a place in the window. */
  toCanvas(screen: Point): Point;
  /** Middle of the visible canvas, in window pixels. */
  centre(): Point;
  /** Sizes of the drawn cards by node id, in canvas pixels. */
  sizes(): ReadonlyMap<string, Size>;
  /** Pixels from the top of a card to the middle of a port; null for one that is not drawn. */
  portHeight(node: string, side: "in" | "out", port: string): number | null;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface View {
  readonly canvas: CanvasView | null;
  readonly isMinimapShown: boolean;
  /** Where the pointer was last over the canvas, in window pixels. */
  readonly pointer: Point | null;
  /** Node whose title is being typed on its card. */
  readonly renaming: string | null;
  /** Whether nodes that are dragged stop at every eighth pixel. */
  readonly isSnapping: boolean;
}

export const useView = create<View>(() => ({
  canvas: null,
  isMinimapShown: true,
  pointer: null,
  renaming: null,
  isSnapping: false,
}));

/** Opens the title of a node for typing; null ends that. */
export function renameNode(id: string | null): void {
  useView.setState({ renaming: id });
}

export function toggleSnapping(): void {
  useView.setState(({ isSnapping }) => ({ isSnapping: !isSnapping }));
}

export function toggleMinimap(): void {
  useView.setState(({ isMinimapShown }) => ({ isMinimapShown: !isMinimapShown }));
}
