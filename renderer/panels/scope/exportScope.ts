import { figureOf, figurePng } from "../../charts/exportFigure.ts";
import { call } from "../../state/bridge.ts";
import { showToast } from "../../ui/toasts.ts";
import { tracesCsv } from "./readings.ts";
import type { Trace } from "./trace.ts";

export const exportFormats = [
  { format: "csv", label: "CSV", about: "Every number of the runs shown" },
  { format: "svg", label: "SVG", about: "The charts as they look now" },
  { format: "png", label: "PNG", about: "The same as pixels" },
] as const;

export type ExportFormat = (typeof exportFormats)[number]["format"];

interface ExportedScope {
  /** Name of the document. */
  readonly name: string;
  /** Runs that are shown, the current one last. */
  readonly traces: readonly Trace[];
  readonly nameOf: (trace: Trace) => string;
  /** Holds the charts. */
  readonly charts: Element | null;
}

/** Asks for a file and writes what the Scope shows. */
export async function exportScope(scope: ExportedScope, format: ExportFormat): Promise<void> {
  try {
    const numbers = scope.traces.map(({ number }) => number).join(", ");
    const suggestedName = `${scope.name}, run ${numbers}`;
    const bytes = await bytesOf(scope, format);
    const written = await call("plot.export", { format, suggestedName, bytes });
    if (written === null) return;
    const show = () => void call("output.reveal", { path: written.path }).catch(tell);
    showToast({
      kind: "ok",
      text: `Saved ${written.path.split(/[/\\]/).at(-1)}`,
      action: { label: "Show", run: show },
    });
  } catch (error) {
    tell(error);
  }
}

async function bytesOf(scope: ExportedScope, format: ExportFormat): Promise<Uint8Array<ArrayBuffer>> {
  const { traces, charts } = scope;
  if (format === "csv") return new TextEncoder().encode(tracesCsv(traces));
  if (charts === null) throw new Error("There are no charts yet. Run the workflow first.");
  const figure = figureOf(charts, headingOf(scope));
  return format === "svg" ? new TextEncoder().encode(figure.svg) : figurePng(figure);
}

/** "Run 2, scale 9; dashed: Run 1, scale 4". */
function headingOf({ traces, nameOf }: ExportedScope): string {
  const named = traces.map((trace) => [`Run ${trace.number}`, nameOf(trace)].filter(Boolean).join(", "));
  const earlier = named.slice(0, -1).join("; ");
  return [named.at(-1), ...(earlier === "" ? [] : [`dashed: ${earlier}`])].join("; ");
}

function tell(error: unknown): void {
  showToast({ kind: "error", text: error instanceof Error ? error.message : String(error) });
}
