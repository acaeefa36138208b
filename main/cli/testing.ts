import { readFileSync, writeFileSync } from "node:fs";
import { readArguments } from "./arguments.ts";
import { runCommand } from "./commands.ts";

/** Runs a command line in this process: its exit code and the lines of both streams. */
export async function fairlead(...argv: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  const streams = { out: (line: string) => void out.push(line), error: (line: string) => void errors.push(line) };
  const code = await runCommand(readArguments(argv), streams, new AbortController().signal);
  return { code, out, errors };
}

/** The JSON events of a run's lines. */
export const eventsOf = (out: readonly string[]) => out.map((line) => JSON.parse(line) as Record<string, unknown>);

/** Runs a command line that prints JSON: its events, and the last of them. */
export async function fairleadEvents(...argv: string[]) {
  const { code, out, errors } = await fairlead(...argv);
  const events = eventsOf(out);
  return { code, events, last: events[events.length - 1] ?? {}, errors };
}

export type WorkflowChange = (workflow: { nodes: Record<string, unknown>[]; edges: unknown[] }) => void;

/** Writes a changed copy of a workflow file; returns the copy's path. */
export function changedWorkflow(file: string, copy: string, change: WorkflowChange): string {
  const workflow = JSON.parse(readFileSync(file, "utf8"));
  change(workflow);
  writeFileSync(copy, JSON.stringify(workflow));
  return copy;
}
