import { Download } from "lucide-react";
import { type RefObject, useState } from "react";
import type { Plot } from "../../shared/plot.ts";
import { Button } from "../ui/Button.tsx";
import { type Drawing, exportPlot, type PlotFormat } from "./exportPlot.ts";
import styles from "./plot.module.css";

interface PlotToolsProps {
  readonly plot: Plot;
  readonly drawing: RefObject<Drawing | null>;
  /** Of the document: files are named after it. */
  readonly name: string;
}

const formats: readonly (readonly [PlotFormat, string])[] = [
  ["png", "PNG"],
  ["svg", "SVG"],
  ["csv", "CSV"],
];

/** Format and button that write a plot to a file. Tables have no picture of their own: they are written as figures. */
export function PlotTools({ plot, drawing, name }: PlotToolsProps) {
  const [chosen, setChosen] = useState<PlotFormat>("png");
  const offered = formats.filter(([format]) => plot.kind !== "table" || format === "csv");
  const format = offered.some(([one]) => one === chosen) ? chosen : "csv";
  return (
    <div className={styles.tools}>
      <select
        aria-label="Format"
        data-testid="plot-format"
        value={format}
        onChange={({ target }) => setChosen(target.value as PlotFormat)}
      >
        {offered.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Button
        icon={Download}
        data-testid="plot-export"
        onClick={() => void exportPlot(plot, drawing.current, format, name)}
      >
        Export
      </Button>
    </div>
  );
}
