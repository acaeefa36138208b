import type { Plot, TablePlot } from "../../shared/plot.ts";
import type { FigureProps } from "./figure.ts";
import { LineFigure } from "./LineFigure.tsx";
import { PlaneFigure } from "./PlaneFigure.tsx";
import styles from "./plot.module.css";

/** A plot of any kind. */
export function PlotFigure({ plot, ...rest }: FigureProps & { readonly plot: Plot }) {
  switch (plot.kind) {
    case "plane":
      return <PlaneFigure {...rest} plot={plot} />;
    case "table":
      return <Table {...plot} />;
    case "lines":
      return <LineFigure {...rest} plot={plot} />;
  }
}

/** Figures in two columns, with what they should be below them. */
function Table({ rows }: TablePlot) {
  return (
    <dl className={styles.table} data-card="controls">
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
