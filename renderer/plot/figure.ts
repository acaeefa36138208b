import type { ReactNode } from "react";
import type { Drawing } from "./exportPlot.ts";
import type { Shown } from "./kept.ts";

/** What every figure of a plot gets. */
export interface FigureProps {
  readonly width: number;
  readonly height: number;
  /** Canvas pixels of a pixel of the layout. */
  readonly sharpness: number;
  /** With zoom, and what is drawn to choose from. */
  readonly isFree: boolean;
  readonly onDrawing?: (drawing: Drawing) => void;
  /** Keeping this run to compare it with later ones; absent where there is no room for the switch. */
  readonly keeping?: Omit<Shown, "plot"> | undefined;
  /** Lies over the plot, at its top right. */
  readonly corner?: ReactNode;
}
