import type { Point } from "../../charts/line.ts";
import { keptSamples, type StepRecord, type Trace } from "./trace.ts";

/** Which sample is read: one of them from 0, or the mean of all. */
export type Pick = number | "mean";

/** What the horizontal axis counts. */
export type Axis = "sigma" | "step";

/** A metric at a step; NaN where it was not measured. A preview measures only the first sample. */
export function readingOf(record: StepRecord | undefined, metric: string, pick: Pick): number {
  const reading = record?.values[metric];
  return (pick === "mean" ? reading?.mean : reading?.samples[pick]) ?? Number.NaN;
}

/** A metric over the steps of a node. */
export function pointsOf(records: readonly StepRecord[], metric: string, axis: Axis, pick: Pick): Point[] {
  return records
    .filter(({ values }) => values[metric] !== undefined)
    .map((record) => [record[axis], readingOf(record, metric, pick)] as const);
}

/** The greatest number of samples that anything was measured of. */
export function samplesOf(records: readonly StepRecord[]): number {
  return Math.max(0, ...records.flatMap(({ values }) => Object.values(values).map(({ count }) => count)));
}

/** The record nearest to a step, or the last one before there is a choice. */
export function recordAt(records: readonly StepRecord[], step: number | null): StepRecord | undefined {
  if (step === null) return records.at(-1);
  let best: StepRecord | undefined;
  for (const record of records) {
    if (best === undefined || Math.abs(record.step - step) <= Math.abs(best.step - step)) best = record;
  }
  return best;
}

/** The step whose place on the axis is nearest to a value of it. */
export function stepAt(records: readonly StepRecord[], axis: Axis, value: number): number | null {
  const place = axis === "sigma" ? Math.log : (x: number) => x;
  const distance = (record: StepRecord) => Math.abs(place(record[axis]) - place(value));
  return (
    records.reduce<StepRecord | null>(
      (best, record) => (best === null || distance(record) < distance(best) ? record : best),
      null,
    )?.step ?? null
  );
}

/**
 * Ends of the horizontal axis for the records of all runs that are shown: from the first step to the last, or from the
 * highest sigma to the lowest. `planned` are the sigmas of the walk as far as they are known before it. Sigmas that are 0
 * or infinite have no place on the axis.
 */
export function domainOf(
  records: readonly StepRecord[],
  axis: Axis,
  planned: { readonly steps: number; readonly sigmas: readonly number[] },
): readonly [number, number] {
  if (axis === "step") return [1, Math.max(2, planned.steps, ...records.map(({ step }) => step))];
  const sigmas = [...planned.sigmas, ...records.map(({ sigma }) => sigma)].filter((one) => one > 0 && one < Infinity);
  return sigmas.length === 0 ? [1, 0.1] : [Math.max(...sigmas), Math.min(...sigmas)];
}

/**
 * Metrics of runs as a table: a row for each run, node, step and sample, a column for each metric; where more samples were
 * measured than are kept, one row with their mean. Lines end with \r\n.
 */
export function tracesCsv(traces: readonly Trace[]): string {
  const rows = traces.flatMap(rowsOf);
  const metrics = [...new Set(rows.flatMap(({ record }) => Object.keys(record.values)))];
  const head = ["run", "sampler", "node", "step", "sigma", "sample", ...metrics];
  const lines = rows.map(({ place, record, sample }) => {
    const cells = metrics
      .map((name) => readingOf(record, name, sample))
      .map((value) => (Number.isNaN(value) ? "" : value));
    return [...place, record.step, record.sigma, sample, ...cells];
  });
  return [head, ...lines].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

interface Row {
  readonly place: readonly (string | number)[];
  readonly record: StepRecord;
  readonly sample: Pick;
}

function rowsOf({ number, walks }: Trace): Row[] {
  return Object.entries(walks).flatMap(([sampler, { nodes }]) =>
    Object.entries(nodes).flatMap(([node, records]) =>
      records.flatMap((record) =>
        picksOf(record).map((sample) => ({ place: [number, sampler, node], record, sample })),
      ),
    ),
  );
}

function picksOf(record: StepRecord): Pick[] {
  const count = samplesOf([record]);
  return count > keptSamples ? ["mean"] : Array.from({ length: count }, (_, sample) => sample);
}

/** A cell, quoted where it must be (RFC 4180). */
function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
