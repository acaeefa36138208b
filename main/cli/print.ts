import { nodesByType } from "../../nodes/catalog.ts";
import type { MetricsEvent, ReportEvent, RunEvent } from "../../shared/events.ts";
import type { Diagnostic } from "../../shared/plan.ts";
import { subgraphOf } from "../../shared/subgraph/names.ts";
import { nodesAt } from "../../shared/subgraph/paths.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";

const reported: ReadonlySet<string> = new Set<ReportEvent["event"]>(["progress", "output", "metric", "error", "done"]);

/** Prints a run's events as JSON lines: those of the contract, nothing else. */
export function jsonPrinter(write: (line: string) => void): (event: RunEvent) => void {
  return (event) => {
    if (event.event === "metrics") for (const metric of metricsOf(event)) write(JSON.stringify(metric));
    else if (reported.has(event.event)) write(JSON.stringify(event));
  };
}

/** Beyond this many samples (points of a test bed, not pictures) a line tells their mean: else lines grow to megabytes. */
const mostSamples = 1024;

/** What was measured at a step, each value in an event of its own. */
function metricsOf({ node, step, sigma, values }: MetricsEvent): ReportEvent[] {
  return Object.entries(values).map(([name, samples]) => {
    const value = samples.length > mostSamples ? meanOf(samples) : Array.from(samples);
    return { event: "metric", node, name, value, step, sigma };
  });
}

function meanOf(samples: Float64Array): number {
  return samples.reduce((sum, value) => sum + value, 0) / samples.length;
}

/** "“guide” (Guidance), Strong: …": where a problem is, for people. */
export function placeOf(workflow: Workflow | null, { node, port }: Omit<Diagnostic, "severity" | "message">): string {
  if (node === null) return "";
  const type = workflow && nodesAt(workflow, node)?.at(-1)?.type;
  const title = type ? (nodesByType.get(type)?.title ?? subgraphOf(workflow, type)?.name) : undefined;
  return `${node}${title ? ` (${title})` : ""}${port === null ? "" : `, ${port}`}: `;
}

const timeLeft = (ms: number) => (ms < 1000 ? "under 1 s left" : `${Math.round(ms / 1000)} s left`);

/** A bar with the time left, redrawn in place on a terminal; plain lines elsewhere. */
export function peoplePrinter(terminal: NodeJS.WriteStream, write: (line: string) => void): (event: RunEvent) => void {
  const begun = new Map<string, number>();
  const clear = () => terminal.isTTY && terminal.write("\r\x1b[K");
  return (event) => {
    if (event.event === "progress" && terminal.isTTY) {
      const { node, step, steps } = event;
      const now = performance.now();
      const since = begun.get(node) ?? now;
      begun.set(node, since);
      const filled = Math.round((step / steps) * 24);
      const left = step > 1 ? `, ${timeLeft(((now - since) / (step - 1)) * (steps - step))}` : "";
      terminal.write(`\r\x1b[K${node} ${"█".repeat(filled)}${"░".repeat(24 - filled)} ${step}/${steps}${left}`);
    } else if (event.event === "output") {
      clear();
      write(`Wrote ${event.path}`);
    } else if (event.event === "metric" && event.step === undefined) {
      clear();
      write(
        `${event.node}: ${event.name} ${[event.value]
          .flat()
          .map((value) => value.toFixed(4))
          .join(", ")}`,
      );
    } else if (event.event === "warning") {
      clear();
      terminal.write(`${event.node === null ? "" : `${event.node}: `}${event.message}\n`);
    } else if (event.event === "device") {
      for (const tried of event.report.tried) {
        if (!tried.ok && event.report.requested === tried.device)
          terminal.write(`${tried.device} is not used: ${tried.reason ?? "not available"}\n`);
      }
    } else if (event.event === "done") {
      clear();
      const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
      const share = Math.round((100 * event.gradientMs) / event.modelMs);
      const gradients = share > 0 ? `; gradients took ${share} % of the time in networks` : "";
      write(
        `Finished in ${seconds(event.wallMs)} (+ ${seconds(event.loadMs)} loading): ${event.nfe} evaluations in ${event.runs} calls${gradients}`,
      );
    }
  };
}
