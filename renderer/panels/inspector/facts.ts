import type { Checked } from "../../../shared/contract.ts";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { labelOf } from "../../../shared/node/names.ts";
import type { Diagnostic } from "../../../shared/plan.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import type { NodeRun } from "../../run/runs.ts";
import { catalogByType } from "../../state/catalog.ts";
import type { LastRun } from "./NodeSegment.tsx";

/** Titles of the nodes that feed a node, by input or parameter. */
export function sourcesOf(workflow: Workflow, node: string): Record<string, string[]> {
  const titles = new Map(
    workflow.nodes.map(({ id, type, title }) => [id, title ?? catalogByType.get(type)?.title ?? type]),
  );
  const sources: Record<string, string[]> = {};
  for (const { from, to } of workflow.edges) {
    if (to[0] !== node) continue;
    sources[to[1]] ??= [];
    sources[to[1]]?.push(titles.get(from[0]) ?? from[0]);
  }
  return sources;
}

/** What the check found about a node, and the error of its last run. */
export function problemsOf(
  checked: Checked | undefined,
  run: NodeRun | undefined,
  node: string,
): readonly Diagnostic[] {
  const found = (checked?.diagnostics ?? []).filter((one) => one.node === node);
  const message = run?.message ?? null;
  if (message === null || found.some((one) => one.message === message)) return found;
  const severity = run?.state === "error" ? "error" : "warning";
  return [...found, { severity, node, port: run?.port ?? null, message }];
}

const states: Readonly<Record<NodeRun["state"], string | null>> = {
  idle: null,
  queued: "Waiting",
  running: "Running",
  cached: "Reused",
  done: "Done",
  error: "Error",
};

/** What the last run left on a node, in words; null if it was not reached. */
export function lastRunOf(
  description: NodeDescription,
  run: NodeRun | undefined,
  seed: string | undefined,
): LastRun | null {
  const state = run === undefined ? null : states[run.state];
  if (run === undefined || state === null) return null;
  const shapes = Object.entries(run.shapes).map(
    ([output, shape]) => [labelOf(output, description.outputs[output]), shape.join(" × ") || "1 number"] as const,
  );
  const metrics = Object.entries(run.metrics).flatMap(([name, value]) =>
    typeof value === "number" ? [[name, String(Number(value.toPrecision(4)))] as const] : [],
  );
  const seeds = seed === undefined ? [] : [["Seed", seed] as const];
  return { state, seconds: run.ms === null ? null : run.ms / 1000, values: [...seeds, ...shapes, ...metrics] };
}
