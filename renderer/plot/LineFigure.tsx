import { useMemo, useRef } from "react";
import type { LinePlot } from "../../shared/plot.ts";
import { Drawn } from "./Drawn.tsx";
import { drawLines } from "./drawLines.ts";
import type { Drawing } from "./exportPlot.ts";
import type { FigureProps } from "./figure.ts";
import { Legend } from "./Legend.tsx";
import { usePalette } from "./palette.ts";
import styles from "./plot.module.css";

/** Curves over one axis. */
export function LineFigure(props: FigureProps & { readonly plot: LinePlot }) {
  const { plot, width, height, sharpness, onDrawing, corner } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const drawing = useMemo<Drawing>(
    () => ({ width, height, draw: (pen, isAlone) => drawLines(pen, plot, { width, height, isAlone }, palette) }),
    [plot, width, height, palette],
  );
  const counts = plot.series.map(({ x }) => x.length - 1);
  return (
    <figure className={styles.plane}>
      <div className={styles.stage}>
        <Drawn {...{ canvas, drawing, sharpness, onDrawing }} label={`${plot.title}: ${plot.series.length} lines`} />
        {corner}
      </div>
      {plot.series.length > 1 && <Legend names={plot.series.map(({ name }) => name)} />}
      <figcaption className={styles.caption}>
        <span>{counts.join(", ")} steps</span>
      </figcaption>
    </figure>
  );
}
