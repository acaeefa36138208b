import { useEffect, useRef } from "react";
import { useStoreApi } from "reactflow";
import styles from "./tools.module.css";

/** Pixels between dots at full size. */
const gap = 24;

/** Pixels that the ground reaches beyond the canvas on every side: one gap at the largest zoom. */
const beside = 72;

/** While the zoom changes, drawn dots are enlarged up to so much, and drawn anew when it has rested so long. */
const most = 1.5;
const restMs = 150;

/**
 * The dotted ground of the canvas. It follows the view past React, on a layer of its own that the browser moves, by
 * less than a gap, and enlarges; never shrinks, for it has to cover the canvas.
 */
export function Dots() {
  const ground = useRef<HTMLDivElement>(null);
  const store = useStoreApi();
  useEffect(() => {
    let drawn = 0;
    let timer = 0;
    const draw = (zoom: number) => {
      drawn = zoom;
      const size = `${gap * zoom}px`;
      ground.current?.style.setProperty("background-size", `${size} ${size}`);
      ground.current?.style.setProperty("--dot-size", `${Math.max(0.5, zoom)}px`);
    };
    const place = () => {
      const [x, y, zoom] = store.getState().transform;
      const size = gap * zoom;
      const shift = (at: number) => (((at + beside - size / 2) % size) + size) % size;
      const transform = `translate(${shift(x)}px, ${shift(y)}px) scale(${zoom / drawn})`;
      ground.current?.style.setProperty("transform", transform);
    };
    const rest = () => {
      draw(store.getState().transform[2]);
      place();
    };
    const follow = () => {
      const ratio = store.getState().transform[2] / drawn;
      if (ratio > most) draw(drawn * ratio);
      else if (ratio < 1) draw((drawn * ratio) / Math.sqrt(most));
      place();
      if (ratio === 1) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(rest, restMs);
    };
    rest();
    const end = store.subscribe(follow);
    return () => {
      window.clearTimeout(timer);
      end();
    };
  }, [store]);
  return (
    <div className={styles.ground}>
      <div ref={ground} className={styles.dots} style={{ inset: -beside }} />
    </div>
  );
}
