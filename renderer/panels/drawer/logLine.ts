import type { RunEvent } from "../../../shared/events.ts";

/** One line of the log. */
export interface LogLine {
  readonly severity: "info" | "warning" | "error";
  /** Node id, or null for the run as a whole. */
  readonly node: string | null;
  readonly text: string;
}

/** What the log says about an event of a run; null for those that come many times a second and say nothing lasting. */
export function logLine(event: RunEvent): LogLine | null {
  switch (event.event) {
    case "progress":
    case "preview":
    case "images":
    case "plot":
    case "metrics":
    case "evaluations":
      return null;
    case "state":
      return event.state === "running" ? null : info(event.node, stateText(event.state, event.ms));
    case "output":
      return info(event.node, `Wrote ${event.path}`);
    case "metric":
      return info(event.node, `${event.name} = ${metricText(event.value)}`);
    case "value":
      return info(event.node, `${event.output}: ${event.dtype} ${event.shape.join(" × ") || "scalar"}`);
    case "warning":
      return { severity: "warning", node: event.node, text: event.message };
    case "error":
      return { severity: "error", node: event.node, text: event.message };
    case "device":
      return info(null, deviceText(event.report));
    case "stopped":
      return info(null, "Stopped");
    case "done":
      return info(null, doneText(event));
  }
}

function info(node: string | null, text: string): LogLine {
  return { severity: "info", node, text };
}

function stateText(state: "done" | "cached", ms: number | undefined): string {
  if (state === "cached") return "Reused";
  return ms === undefined ? "Done" : `Done in ${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

function metricText(value: number | readonly number[]): string {
  return (typeof value === "number" ? [value] : value).map((number) => number.toPrecision(4)).join(", ");
}

function deviceText({ used, tried }: Extract<RunEvent, { event: "device" }>["report"]): string {
  const refused = tried.filter(({ ok }) => !ok).map(({ device, reason }) => `${device}: ${reason ?? "not available"}`);
  return [`Runs on ${used}`, ...refused].join("; ");
}

function doneText(event: Extract<RunEvent, { event: "done" }>): string {
  const gradients = event.gradientMs > 0 ? `, ${event.gradientMs.toFixed(0)} ms in gradients` : "";
  const times = `${event.wallMs.toFixed(0)} ms, ${event.modelMs.toFixed(0)} ms of them in networks${gradients}`;
  return `Finished in ${times}; ${event.nfe} evaluations in ${event.runs} calls`;
}
