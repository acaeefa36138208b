import { create } from "zustand";
import type { Point } from "../../shared/workflow/workflow.ts";

/** What commands may ask of the canvas; the canvas puts its own functions here when it is shown. */
export interface CanvasView {
  fit(): void;
  zoomBy(factor: number): void;
  centreOn(node: string): void;
  /** Canvas coordinates of a place in the window. */
  toCanvas(screen: Point): Point;
  /** Middle of the visible canvas, in window pixels. */
  centre(): Point;
}

interface View {
  readonly canvas: CanvasView | null;
  readonly isMinimapShown: boolean;
  /** Where the pointer was last over the canvas, in window pixels. */
  readonly pointer: Point | null;
}

export const useView = create<View>(() => ({ canvas: null, isMinimapShown: true, pointer: null }));

export function toggleMinimap(): void {
  useView.setState(({ isMinimapShown }) => ({ isMinimapShown: !isMinimapShown }));
}
