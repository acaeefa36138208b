import { Maximize2 } from "lucide-react";
import { useRef, useState } from "react";
import type { Plot } from "../../shared/plot.ts";
import { useActive } from "../state/documents.ts";
import { Button } from "../ui/Button.tsx";
import type { Drawing } from "./exportPlot.ts";
import { useShown } from "./kept.ts";
import { PlotDialog } from "./PlotDialog.tsx";
import { PlotFigure } from "./PlotFigure.tsx";
import { PlotTools } from "./PlotTools.tsx";
import styles from "./plot.module.css";
import { useSize } from "./useSize.ts";

interface PlotPanelProps {
  readonly node: string;
  readonly title: string;
  readonly plot: Plot;
  /** Number of the run that it is from. */
  readonly number: number | null;
}

/** A plot in the inspector: zoomed and moved in place, made large, or written to a file. */
export function PlotPanel({ node, title, number, ...rest }: PlotPanelProps) {
  const name = useActive((document) => document.name) ?? "";
  const drawing = useRef<Drawing | null>(null);
  const [place, { width }] = useSize<HTMLDivElement>();
  const { plot, ...keeping } = useShown(node, rest.plot, number);
  const [isLarge, setLarge] = useState(false);
  return (
    <div className={styles.panel} data-testid={`plot-${node}`}>
      <div ref={place}>
        {width > 0 && (
          <PlotFigure
            {...{ plot, width, keeping }}
            height={Math.round(width * 0.9)}
            sharpness={window.devicePixelRatio}
            isFree
            onDrawing={(next) => {
              drawing.current = next;
            }}
          />
        )}
      </div>
      <div className={styles.panelTools}>
        {plot.kind !== "table" && (
          <Button icon={Maximize2} onClick={() => setLarge(true)}>
            Enlarge
          </Button>
        )}
        <PlotTools {...{ plot, drawing, name }} />
      </div>
      {isLarge && <PlotDialog {...{ node, title, number }} plot={rest.plot} onClose={() => setLarge(false)} />}
    </div>
  );
}
