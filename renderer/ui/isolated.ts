import type { SyntheticEvent } from "react";

const stop = (event: SyntheticEvent): void => event.stopPropagation();

/**
 * Handlers for lists and menus that are drawn elsewhere in the page: React hands their events on to the component that
 * opened them, and the canvas would take a press in a menu for one on a card.
 */
export const isolated = {
  onPointerDown: stop,
  onMouseDown: stop,
  onClick: stop,
  onDoubleClick: stop,
  onContextMenu: stop,
  onKeyDown: stop,
} as const;
