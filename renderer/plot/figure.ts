import type { ReactNode } from "react";
import type { Drawing } from "./exportPlot.ts";

/** What every figure of a plot gets. */
export interface FigureProps {
  /** The node that shows the plot. */
  readonly node: string;
  readonly width: number;
  readonly height: number;
  /** Canvas pixels of a pixel of the layout. */
  readonly sharpness: number;
  /** With zoom, and what is drawn to choose from. */
  readonly isFree: boolean;
  readonly onDrawing?: (drawing: Drawing) => void;
  /** Lies over the plot, at its top right. */
  readonly corner?: ReactNode;
}
