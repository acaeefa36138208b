import type { Plot } from "../../shared/plot.ts";

/** The figures of a plot as CSV: one row for each point at each moment, of each series, or of a table. */
export function csvOf(plot: Plot): string {
  return `${[...rowsOf(plot)].map((row) => row.map(cell).join(",")).join("\n")}\n`;
}

type Row = readonly (string | number)[];

function* rowsOf(plot: Plot): Iterable<Row> {
  if (plot.kind === "table") {
    yield ["name", "value", "exact"];
    for (const { name, value, exact = "" } of plot.rows) yield [name, plain(value), plain(exact)];
  } else if (plot.kind === "lines") {
    yield ["series", plot.xLabel, plot.yLabel];
    for (const { name, x, y } of plot.series) yield* x.map((value, i): Row => [name, value, y[i] ?? ""]);
  } else {
    yield ["series", "point", "moment", "sigma", "x", "y"];
    for (const { name, xy, count, moments, sigmas } of plot.clouds) {
      for (let moment = 0; moment < moments; moment++) {
        for (let point = 0; point < count; point++) {
          const at = 2 * (moment * count + point);
          yield [name, point, moment, sigmas?.[moment] ?? "", xy[at]!, xy[at + 1]!];
        }
      }
    }
  }
}

/** Figures of the interface as programs read them: a hyphen for the minus. */
function plain(text: string): string {
  return text.replaceAll("−", "-");
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
