import type { WindowEvents } from "../../../shared/contract.ts";
import type { MetricsEvent, RunEvent } from "../../../shared/events.ts";
import type { LengthMap } from "../../../shared/tensor/measure.ts";

/** A metric at a step. */
export interface Reading {
  /** Over all samples. */
  readonly mean: number;
  /** Of the first samples, as many as are kept. */
  readonly samples: readonly number[];
  /** How many samples there were. */
  readonly count: number;
}

/** Samples that are told apart; of more, as points of a test bed are, only the mean is of use. */
export const keptSamples = 64;

/** What is known of one node at one step of a walk. */
export interface StepRecord {
  /** From 1. */
  readonly step: number;
  readonly sigma: number;
  /** By metric. */
  readonly values: Readonly<Record<string, Reading>>;
  /** Address of the x0-preview of the first sample; of samplers only. */
  readonly preview?: string;
  /** Where guidance acts; of guidance nodes only. */
  readonly map?: LengthMap;
}

/** What one sampler did. */
export interface Walk {
  /** How many steps it has; 0 until that is told. */
  readonly steps: number;
  /** Steps in order, by node: the sampler itself, and the guidance nodes that it asked. */
  readonly nodes: Readonly<Record<string, readonly StepRecord[]>>;
}

/** What the Scope keeps of one run. */
export interface Trace {
  readonly job: string;
  /** As in "Run 14". */
  readonly number: number;
  readonly isRunning: boolean;
  /** By the sampler's node. */
  readonly walks: Readonly<Record<string, Walk>>;
  /** Evaluations so far by node. */
  readonly evaluations: Readonly<Record<string, number>>;
  /** Milliseconds in networks, and of them in gradients, once the run is done. */
  readonly time?: { readonly networks: number; readonly gradients: number };
}

type JobEvent = Pick<WindowEvents["job.event"], "job" | "number" | "event">;

/** Runs of a document that are kept to compare with. */
export const keptTraces = 8;

const ends: ReadonlySet<RunEvent["event"]> = new Set(["done", "stopped", "error"]);

/**
 * Traces of a document's runs after one more event, newest last. A run that computes no step leaves none. Traces that
 * fall out of the list are the caller's to let go of.
 */
export function advanceTraces(traces: readonly Trace[], { job, number, event }: JobEvent): readonly Trace[] {
  const known = traces.find((trace) => trace.job === job);
  const next = changed(known ?? { job, number, isRunning: true, walks: {}, evaluations: {} }, event);
  if (next === null || (known === undefined && Object.keys(next.walks).length === 0)) return traces;
  const others = traces.filter((trace) => trace.job !== job);
  return [...others, next].slice(-keptTraces);
}

function changed(trace: Trace, event: RunEvent): Trace | null {
  switch (event.event) {
    case "progress":
      return inWalk(trace, event.node, (walk) => ({ ...walk, steps: event.steps }));
    case "metrics":
      return recorded(trace, event.sampler, event, ({ values }) => ({
        values: { ...values, ...readingsOf(event.values) },
        ...(event.map && { map: event.map }),
      }));
    case "metric":
      return withMetric(trace, event);
    case "preview":
      return recorded(trace, event.node, event, () => ({ preview: pictureUrl(event.png) }));
    case "evaluations":
      return { ...trace, evaluations: event.counts };
    case "done":
      return { ...trace, isRunning: false, time: { networks: event.modelMs, gradients: event.gradientMs } };
    default:
      return ends.has(event.event) ? { ...trace, isRunning: false } : null;
  }
}

function readingsOf(values: Readonly<Record<string, ArrayLike<number>>>): Record<string, Reading> {
  return Object.fromEntries(
    Object.entries(values).map(([name, all]) => {
      const samples = Array.from(all);
      const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
      return [name, { mean, samples: samples.slice(0, keptSamples), count: samples.length }];
    }),
  );
}

/** What a node reports of a step by itself belongs to the walk that is under way: the one that began last. */
function withMetric(trace: Trace, event: Extract<RunEvent, { event: "metric" }>): Trace | null {
  const { node, name, step, sigma } = event;
  const sampler = trace.walks[node] ? node : Object.keys(trace.walks).at(-1);
  if (sampler === undefined || step === undefined || sigma === undefined) return null;
  const reported = readingsOf({ [name]: [event.value].flat() });
  return recorded(trace, sampler, { node, step, sigma }, ({ values }) => ({ values: { ...values, ...reported } }));
}

function inWalk(trace: Trace, sampler: string, f: (walk: Walk) => Walk): Trace {
  const walk = trace.walks[sampler] ?? { steps: 0, nodes: {} };
  return { ...trace, walks: { ...trace.walks, [sampler]: f(walk) } };
}

type Place = Pick<MetricsEvent, "node" | "step" | "sigma">;

/** With more known of a node's step; steps that arrive late find their place. */
function recorded(
  trace: Trace,
  sampler: string,
  { node, step, sigma }: Place,
  f: (record: StepRecord) => Partial<StepRecord>,
): Trace {
  return inWalk(trace, sampler, (walk) => {
    const records = walk.nodes[node] ?? [];
    const index = records.findIndex((record) => record.step >= step);
    const at = index < 0 ? records.length : index;
    const found = records[at]?.step === step ? records[at] : undefined;
    const record = found ?? { step, sigma, values: {} };
    const next = [...records.slice(0, at), { ...record, ...f(record) }, ...records.slice(found ? at + 1 : at)];
    return { ...walk, nodes: { ...walk.nodes, [node]: next } };
  });
}

function pictureUrl(png: Uint8Array): string {
  return URL.createObjectURL(new Blob([png as Uint8Array<ArrayBuffer>], { type: "image/png" }));
}

/** Frees the pictures of a trace that nothing will show again. */
export function letGoOf(trace: Trace): void {
  for (const { nodes } of Object.values(trace.walks)) {
    for (const { preview } of Object.values(nodes).flat()) if (preview) URL.revokeObjectURL(preview);
  }
}

/** The walk that a node took part in, and the guidance nodes to see in it. */
export interface Subject {
  readonly sampler: string;
  /** Guidance nodes of the walk, the one nearest to the sampler last; only the node itself if it is one of them. */
  readonly guidance: readonly string[];
}

/** Some samplers combine two branches by themselves. */
function guidesItself({ nodes }: Walk, sampler: string): boolean {
  return nodes[sampler]?.some(({ values }) => values["norm.strong"] !== undefined) ?? false;
}

/** What a trace has to show of a node; null if it took no part in a walk, or is measured nowhere. */
export function subjectOf({ walks }: Trace, node: string): Subject | null {
  const own = walks[node];
  if (own)
    return { sampler: node, guidance: Object.keys(own.nodes).filter((one) => one !== node || guidesItself(own, one)) };
  const [sampler] = Object.entries(walks).find(([, { nodes }]) => nodes[node] !== undefined) ?? [];
  return sampler === undefined ? null : { sampler, guidance: [node] };
}
