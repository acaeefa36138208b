import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { catalog } from "../../nodes/catalog.ts";
import type { Plan } from "../../shared/plan.ts";
import { resolveSeeds } from "../../shared/workflow/seeds.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { problemsOf, Workspace } from "../engine/workspace.ts";
import type { Arguments } from "./arguments.ts";
import { type Opened, openDocument } from "./document.ts";
import { cacheFolder, embeddedModel } from "./folders.ts";
import { runGrad } from "./grad.ts";
import { runInspect } from "./inspect.ts";
import { jsonPrinter, peoplePrinter, placeOf } from "./print.ts";

/** Where a command writes: standard output by the line, standard error by the sentence. */
export interface Streams {
  out(line: string): void;
  error(line: string): void;
}

/** Runs a command and returns its exit code. Errors of documents and runs are printed, never thrown. */
export async function runCommand(args: Arguments, streams: Streams, signal: AbortSignal): Promise<number> {
  if (args.command === "nodes") return listNodes(args, streams);
  if (args.command === "inspect") return runInspect(args.file, args.json, streams);
  if (args.grad) return runGrad(args.file, args.grad, { streams, signal, json: args.json });
  const workspace = new Workspace({ embeddedModel: embeddedModel(), cacheFolder: cacheFolder() });
  let opened: Opened | null = null;
  try {
    opened = await openDocument(args.file, args.sets);
    if (args.command === "validate") return await validate(args, opened, workspace, streams);
    if (args.command === "plan") return await showPlan(args, opened, workspace, streams);
    return await run(args, opened, workspace, streams, signal);
  } catch (error) {
    if (signal.aborted) return 130;
    printProblems(error, opened?.workflow ?? null, args, streams);
    return 1;
  } finally {
    await workspace.close();
  }
}

function printProblems(error: unknown, workflow: Workflow | null, { json }: Arguments, streams: Streams): void {
  for (const { node, port, message } of problemsOf(error)) {
    streams.error(`${placeOf(workflow, { node, port })}${message}`);
    if (json) streams.out(JSON.stringify({ event: "error", node, port, message }));
  }
}

async function run(
  args: Arguments,
  opened: Opened,
  workspace: Workspace,
  streams: Streams,
  signal: AbortSignal,
): Promise<number> {
  const { workflow } = resolveSeeds(opened.workflow, catalog.list, new Map(), () => randomBytes(8).readBigUInt64LE());
  const emit = args.json ? jsonPrinter(streams.out) : peoplePrinter(process.stderr, streams.out);
  const done = await workspace.run(workflow, {
    baseFolder: opened.baseFolder,
    device: args.device,
    memoryBytes: args.memoryBytes,
    outputFolder: resolve(args.out),
    emit,
    signal,
    previews: false,
  });
  emit(done);
  return 0;
}

async function showPlan(args: Arguments, opened: Opened, workspace: Workspace, streams: Streams): Promise<number> {
  const { plan, diagnostics } = await workspace.compile(opened.workflow, {
    baseFolder: opened.baseFolder,
    device: args.device,
    memoryBytes: args.memoryBytes,
  });
  if (!plan) {
    for (const { severity, node, port, message } of diagnostics) {
      if (severity !== "error") continue;
      streams.error(`${placeOf(opened.workflow, { node, port })}${message}`);
      if (args.json) streams.out(JSON.stringify({ event: "error", node, port, message }));
    }
    return 1;
  }
  if (args.json) streams.out(JSON.stringify(planData(plan, workspace)));
  else for (const line of planLines(plan)) streams.out(line);
  return 0;
}

function planData(plan: Plan, workspace: Workspace) {
  const steps = plan.steps.map((step) => ({
    node: step.id,
    type: step.type,
    cached: workspace.isCached(step),
    nfe: step.nfe,
  }));
  return { steps, ...plan.cost };
}

function planLines({ steps, cost }: Plan): string[] {
  const width = Math.max(4, ...steps.map((step) => step.id.length));
  const rows = steps.map(
    (step) => `${step.id.padEnd(width)}  ${step.type}${step.nfe > 0 ? `  ${step.nfe} evaluations` : ""}`,
  );
  const bound = cost.upperBound ? "at most " : "";
  const total = `${bound}${cost.nfe} evaluations in ${cost.runs} calls, ${cost.backward} backward passes, ${cost.sessions} networks, up to ${(cost.peakBytes / 1e6).toFixed(0)} MB of memory`;
  return [...rows, total];
}

async function validate(args: Arguments, opened: Opened, workspace: Workspace, streams: Streams): Promise<number> {
  const { plan, diagnostics } = await workspace.compile(opened.workflow, {
    baseFolder: opened.baseFolder,
    device: "auto",
    memoryBytes: null,
  });
  for (const { severity, node, port, message } of diagnostics) {
    if (args.json) streams.out(JSON.stringify({ severity, node, port, message }));
    else if (severity === "warning") streams.out(`warning: ${placeOf(opened.workflow, { node, port })}${message}`);
    if (severity === "error") streams.error(`${placeOf(opened.workflow, { node, port })}${message}`);
  }
  if (plan && diagnostics.length === 0 && !args.json) streams.out("No problems: this workflow can run.");
  return plan ? 0 : 1;
}

function listNodes(args: Arguments, streams: Streams): number {
  for (const node of catalog.list) {
    if (args.json) streams.out(JSON.stringify(node));
    else streams.out(`${node.type.padEnd(22)} ${node.summary}\n${" ".repeat(23)}${portsOf(node)}`);
  }
  return 0;
}

function portsOf(node: (typeof catalog.list)[number]): string {
  const inputs = Object.keys(node.inputs).join(", ") || "–";
  const outputs = Object.keys(node.outputs).join(", ") || "–";
  const params = Object.keys(node.params).join(", ");
  return `${inputs} → ${outputs}${params ? `   (${params})` : ""}`;
}
