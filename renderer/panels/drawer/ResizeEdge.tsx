import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { changeSettings, useSettings } from "../../state/settings.ts";
import styles from "./drawer.module.css";

const standard = 168;
const least = 100;
/** Part of the window that a drawer may take. */
const mostPart = 0.6;
const step = 16;

/** Height of the drawers in pixels, as a person left it. */
export function useDrawerHeight(): number {
  const height = useSettings(({ layout }) => layout.drawer);
  return typeof height === "number" ? limit(height) : standard;
}

/** Upper edge of a drawer: dragged, or moved with the arrow keys. */
export function ResizeEdge({ height }: { readonly height: number }) {
  const drag = useRef<{ readonly y: number; readonly height: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { y: event.clientY, height };
  };
  const onPointerMove = (event: PointerEvent) => {
    if (drag.current !== null) show(drag.current.height + drag.current.y - event.clientY);
  };
  const onPointerUp = () => {
    if (drag.current !== null) keep();
    drag.current = null;
  };
  const onKeyDown = ({ key }: KeyboardEvent) => {
    const by = key === "ArrowUp" ? step : key === "ArrowDown" ? -step : 0;
    if (by === 0) return;
    show(height + by);
    keep();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be focused or dragged
    <div
      className={styles.edge}
      role="separator"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label="Height of the drawer"
      aria-valuenow={height}
      aria-valuemin={least}
      {...{ onPointerDown, onPointerMove, onPointerUp, onKeyDown }}
    />
  );
}

function show(height: number): void {
  useSettings.setState(({ layout }) => ({ layout: { ...layout, drawer: limit(height) } }));
}

function keep(): void {
  void changeSettings({ layout: useSettings.getState().layout });
}

function limit(height: number): number {
  return Math.round(Math.max(least, Math.min(height, mostPart * window.innerHeight)));
}
