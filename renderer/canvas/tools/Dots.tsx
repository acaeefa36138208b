import { useEffect, useRef } from "react";
import { useStoreApi } from "reactflow";
import styles from "./tools.module.css";

/** Pixels between dots at full size. */
const gap = 24;

/** The dotted ground of the canvas. It follows the view past React: only its own style changes at a frame. */
export function Dots() {
  const ground = useRef<HTMLDivElement>(null);
  const store = useStoreApi();
  useEffect(() => {
    const follow = () => {
      const [x, y, zoom] = store.getState().transform;
      const size = gap * zoom;
      if (ground.current === null) return;
      ground.current.style.backgroundSize = `${size}px ${size}px`;
      ground.current.style.backgroundPosition = `${x - size / 2}px ${y - size / 2}px`;
      ground.current.style.setProperty("--dot-size", `${Math.max(0.5, zoom)}px`);
    };
    follow();
    return store.subscribe(follow);
  }, [store]);
  return <div ref={ground} className={styles.dots} />;
}
