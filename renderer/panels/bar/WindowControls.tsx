import { Copy, Minus, Square, X } from "lucide-react";
import styles from "./bar.module.css";

interface WindowControlsProps {
  readonly isMaximized: boolean;
  readonly onControl: (action: "minimize" | "maximize" | "close") => void;
}

/** Minimize, maximize, close: the window has no frame of its own. */
export function WindowControls({ isMaximized, onControl }: WindowControlsProps) {
  const Maximize = isMaximized ? Copy : Square;
  return (
    <div className={styles.controls}>
      <button type="button" className={styles.control} aria-label="Minimize" onClick={() => onControl("minimize")}>
        <Minus size={16} strokeWidth={1.8} />
      </button>
      <button
        type="button"
        className={styles.control}
        aria-label={isMaximized ? "Restore" : "Maximize"}
        onClick={() => onControl("maximize")}
      >
        <Maximize size={13} strokeWidth={1.8} />
      </button>
      <button type="button" className={styles.control} aria-label="Close" onClick={() => onControl("close")}>
        <X size={16} strokeWidth={1.8} />
      </button>
    </div>
  );
}
