import { Magnet, Map as MapIcon, Maximize, Minus, Plus } from "lucide-react";
import { memo } from "react";
import { useStore } from "reactflow";
import { useKeys } from "../../state/bindings.ts";
import { toggleMinimap, toggleSnapping, useView } from "../../state/canvasView.ts";
import { IconButton } from "../../ui/Button.tsx";
import styles from "./tools.module.css";

/** Zoom, fit and the minimap's switch, at the bottom left of the canvas. */
export const ZoomBar = memo(function ZoomBar() {
  const canvas = useView((view) => view.canvas);
  const isMinimapShown = useView((view) => view.isMinimapShown);
  const isSnapping = useView((view) => view.isSnapping);
  const keys = useKeys();
  const item = { size: 14, side: "top" } as const;
  return (
    <div className={styles.bar} role="toolbar" aria-label="Zoom">
      <IconButton
        {...item}
        label="Zoom out"
        keys={keys("zoom-out")}
        icon={Minus}
        onClick={() => canvas?.zoomBy(1 / 1.2)}
      />
      <Percent />
      <IconButton {...item} label="Zoom in" keys={keys("zoom-in")} icon={Plus} onClick={() => canvas?.zoomBy(1.2)} />
      <i />
      <IconButton {...item} label="Fit view" keys={keys("fit")} icon={Maximize} onClick={() => canvas?.fit()} />
      <IconButton
        {...item}
        label={isMinimapShown ? "Hide the minimap" : "Show the minimap"}
        keys={keys("minimap")}
        icon={MapIcon}
        active={isMinimapShown}
        onClick={toggleMinimap}
      />
      <IconButton
        {...item}
        label={isSnapping ? "Move freely" : "Snap to the grid"}
        keys={keys("snap")}
        icon={Magnet}
        active={isSnapping}
        onClick={toggleSnapping}
      />
    </div>
  );
});

/** The zoom in numbers; by itself, so that the buttons are not drawn again while it changes. */
function Percent() {
  const percent = useStore(({ transform }) => Math.round(transform[2] * 100));
  return (
    <output className={styles.percent} aria-label="Zoom">
      {percent}%
    </output>
  );
}
