import { type CanvasHTMLAttributes, type RefObject, useEffect, useLayoutEffect } from "react";
import { canvasPen } from "./canvasPen.ts";
import type { Drawing } from "./exportPlot.ts";
import styles from "./plot.module.css";

interface DrawnProps extends Omit<CanvasHTMLAttributes<HTMLCanvasElement>, "width" | "height"> {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly drawing: Drawing;
  /** Canvas pixels of a pixel of the layout. */
  readonly sharpness: number;
  /** Takes the drawing, for exports. */
  readonly onDrawing: ((drawing: Drawing) => void) | undefined;
  /** What is to be seen, for assistive programs. */
  readonly label: string;
}

/** A drawing on a canvas, made anew whenever it changes. */
export function Drawn({ canvas, drawing, sharpness, onDrawing, label, className = "", ...rest }: DrawnProps) {
  const { width, height } = drawing;
  useEffect(() => onDrawing?.(drawing), [onDrawing, drawing]);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
    drawing.draw(canvasPen(context), false);
  }, [canvas, drawing, sharpness]);
  return (
    <canvas
      ref={canvas}
      className={`${styles.canvas} ${className}`}
      width={Math.round(width * sharpness)}
      height={Math.round(height * sharpness)}
      style={{ width, height }}
      role="img"
      aria-label={label}
      {...rest}
    />
  );
}
