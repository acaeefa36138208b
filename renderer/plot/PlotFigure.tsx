import type { LinePlot, Plot, TablePlot } from "../../shared/plot.ts";
import { LineChart } from "../charts/LineChart.tsx";
import { type FigureProps, PlaneFigure } from "./PlaneFigure.tsx";
import { usePalette } from "./palette.ts";
import styles from "./plot.module.css";

/** A plot of any kind. */
export function PlotFigure({ plot, ...rest }: FigureProps & { readonly plot: Plot }) {
  switch (plot.kind) {
    case "plane":
      return <PlaneFigure {...rest} plot={plot} />;
    case "table":
      return <Table {...plot} />;
    case "lines":
      return <Lines {...plot} />;
  }
}

/** Figures in two columns, with what they should be below them. */
function Table({ rows }: TablePlot) {
  return (
    <dl className={styles.table}>
      {rows.map(({ name, value, exact, isOff = false }) => (
        <div key={name} data-off={isOff} title={isOff ? "Further off than chance makes it" : undefined}>
          <dt>{name}</dt>
          <dd className="number">
            {value}
            {exact !== undefined && <small>exact {exact}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Lines({ title, logX, series }: LinePlot) {
  const palette = usePalette();
  const values = series.flatMap(({ x }) => x);
  const domain = [Math.min(...values), Math.max(...values)] as const;
  const lines = series.map(({ name, x, y }, i) => ({
    name,
    hue: palette.series[i % palette.series.length]!,
    points: x.map((value, at) => [value, y[at] ?? Number.NaN] as const),
  }));
  return <LineChart label={title} series={lines} x={{ kind: logX ? "log" : "linear", domain }} />;
}
