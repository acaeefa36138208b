import { basename } from "node:path";
import { CheckpointError } from "../engine/checkpoint/error.ts";
import { type InspectedKey, type Inspection, inspect, type KeyUse } from "../engine/checkpoint/inspect.ts";
import { readManifest } from "../engine/checkpoint/manifest.ts";
import { readCheckpoint } from "../engine/checkpoint/safetensors.ts";
import type { Streams } from "./commands.ts";

/** `fairlead inspect`: says what a checkpoint, or a list of its keys, is. Returns the exit code. */
export function runInspect(file: string, json: boolean, streams: Streams): number {
  try {
    const found = inspectFile(file);
    for (const line of json ? eventLines(file, found) : peopleLines(file, found)) streams.out(line);
    return 0;
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    streams.error(error.message);
    if (json) streams.out(JSON.stringify({ event: "error", node: null, port: null, message: error.message }));
    return 1;
  }
}

function inspectFile(file: string): Inspection {
  // A list of keys has no weights that could be read.
  return file.endsWith(".tsv") ? inspect(readManifest(file), () => null) : inspect(readCheckpoint(file));
}

function countsOf(keys: readonly InspectedKey[]): Record<KeyUse, number> {
  const counts = { used: 0, ignored: 0, unknown: 0 };
  for (const { use } of keys) counts[use]++;
  return counts;
}

function eventLines(file: string, { keys, ...found }: Inspection): string[] {
  const checkpoint = { event: "checkpoint", file, ...found, keys: countsOf(keys) };
  return [checkpoint, ...keys.map((key) => ({ event: "key", ...key }))].map((event) => JSON.stringify(event));
}

const millions = (count: number) => `${(count / 1e6).toFixed(2)} M`;

function peopleLines(file: string, found: Inspection): string[] {
  const { title, reason, parts, missing, prediction, latent, keys } = found;
  const counts = countsOf(keys);
  const lines = [`${basename(file)} is ${title}.`, reason];
  lines.push(`${millions(found.parameters)} parameters in ${counts.used} tensors`);
  for (const { kind, prefix, tensors, parameters } of parts) {
    lines.push(
      `  ${kind.padEnd(10)} ${millions(parameters).padStart(11)} in ${tensors} tensors${prefix ? ` under “${prefix}”` : ""}`,
    );
  }
  if (missing.length > 0) lines.push(`It lacks: ${missing.join(", ")}.`);
  if (prediction) {
    const ending = prediction.isZeroTerminal ? ", from pure noise on" : "";
    lines.push(`It predicts ${prediction.space}${ending}. ${prediction.reason}.`);
  }
  if (latent) {
    lines.push(`Latents of ${latent.channels} channels: (z − ${latent.shift}) · ${latent.factor}`);
  }
  lines.push(`Keys: ${counts.used} used, ${counts.ignored} ignored, ${counts.unknown} unknown`);
  return [...lines, ...keys.map(keyLine)];
}

function keyLine({ key, shape, use, note }: InspectedKey): string {
  return `  ${use.padEnd(8)} ${key} [${shape.join(", ")}]${note ? `  ${note}` : ""}`;
}
