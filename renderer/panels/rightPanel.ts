import { createRef } from "react";
import type { PanelImperativeHandle } from "react-resizable-panels";

/** The panel that holds the inspector, while the window is laid out. */
export const rightPanel = createRef<PanelImperativeHandle>();

/** Makes the inspector at least as wide as its content needs, in pixels. */
export function widenRight(pixels: number): void {
  const panel = rightPanel.current;
  if (panel !== null && panel.getSize().inPixels < pixels) panel.resize(pixels);
}
