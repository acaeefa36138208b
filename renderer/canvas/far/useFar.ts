import { type RefObject, useCallback, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { useReactFlow, useStore, type Viewport } from "reactflow";
import { type CanvasNode, many } from "../project.ts";
import { viewOf } from "../view.ts";

/** Below this zoom a large graph is drawn on one layer. */
const farBelow = 0.5;

/**
 * Whether a graph is drawn on the far layer. A large one starts there until the view has found its place, and goes
 * there before the view jumps away: else React Flow would, for one frame, draw every card that the new view shows.
 *
 * @param isPlaced whether React Flow puts the view where it was before
 * @returns whether it is, and what moves the view
 */
export function useFar(root: RefObject<HTMLElement | null>, nodes: readonly CanvasNode[], isPlaced: boolean) {
  const flow = useReactFlow();
  const isLarge = nodes.length > many;
  const isSmall = useStore(({ transform: [, , zoom] }) => zoom < farBelow);
  const hasSize = useStore(({ width }) => width > 0);
  const [isMoving, setIsMoving] = useState(isLarge);
  useEffect(() => {
    if (!isMoving || !hasSize || root.current === null) return;
    const view = isPlaced ? null : viewOf(root.current, nodes);
    if (view !== null) void flow.setViewport(view);
    setIsMoving(false);
    // Only the first view is found here.
  }, [hasSize]);
  const move = useCallback(
    async (view: Viewport, options: { duration?: number }) => {
      if (view.zoom < farBelow) flushSync(() => setIsMoving(true));
      await flow.setViewport(view, options);
      setIsMoving(false);
    },
    [flow],
  );
  return { isLarge, isFar: isLarge && (isSmall || isMoving), move };
}
