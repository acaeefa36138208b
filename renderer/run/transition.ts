import type { WindowEvents } from "../../shared/contract.ts";
import type { RunEvent } from "../../shared/events.ts";
import type { Plot } from "../../shared/plot.ts";
import type { DocumentRun } from "./runs.ts";

/** What a card shows of the last run of its node. */
export interface NodeRun {
  readonly state: "idle" | "queued" | "running" | "cached" | "done" | "error";
  readonly step: number;
  readonly steps: number;
  readonly sigma: number | null;
  readonly ms: number | null;
  /** The sentence of an error or a warning. */
  readonly message: string | null;
  /** Where the sentence comes from, if it is about something that the node holds. */
  readonly within?: string;
  /** Input or parameter at fault. */
  readonly port: string | null;
  /** The inner node that the pictures are from, if they are of something that the node holds. */
  readonly pictured?: string;
  /** Finished pictures as object URLs. */
  readonly images: readonly string[];
  /** What the sampler saw at the last step. */
  readonly preview: string | null;
  readonly width: number;
  readonly height: number;
  /** What a plot node shows. */
  readonly plot: Plot | null;
  /** Number of the run that the pictures or the plot are from. */
  readonly fromRun: number | null;
  /** Last value of each metric. */
  readonly metrics: Readonly<Record<string, number | readonly number[]>>;
  /** Shape of each output, as it left the node. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

const idle: NodeRun = {
  state: "idle",
  step: 0,
  steps: 0,
  sigma: null,
  ms: null,
  message: null,
  port: null,
  images: [],
  preview: null,
  width: 0,
  height: 0,
  plot: null,
  fromRun: null,
  metrics: {},
  shapes: {},
};

type JobEvent = WindowEvents["job.event"];

/** The state of a document's run after one more event; a new job keeps pictures and plots and clears the rest. */
export function advance(before: DocumentRun | undefined, { job, number, event }: JobEvent): DocumentRun {
  const run = before?.job === job ? before : begin(before, job, number);
  switch (event.event) {
    case "done":
      return { ...run, state: "done", done: event };
    case "stopped":
      return { ...settleNodes(run), state: "stopped" };
    case "error":
      return failed(run, event);
    case "device":
    case "metrics":
    case "evaluations":
      return run;
    case "output":
      return { ...run, outputs: [...run.outputs, { node: event.node, path: event.path }] };
    case "warning":
      return event.node === null ? run : change(run, event.node, () => ({ message: event.message }));
    default:
      return change(run, event.node, (node) => nodeChange(node, event, number));
  }
}

function begin(before: DocumentRun | undefined, job: string, number: number): DocumentRun {
  const nodes: Record<string, NodeRun> = {};
  for (const [id, node] of Object.entries(before?.nodes ?? {})) {
    if (node.preview) URL.revokeObjectURL(node.preview);
    const { images, width, height, plot, fromRun } = node;
    nodes[id] = { ...idle, images, width, height, plot, fromRun };
  }
  return { job, number, state: "running", nodes, done: null, message: null, outputs: [] };
}

function failed(run: DocumentRun, event: Extract<RunEvent, { event: "error" }>): DocumentRun {
  const settled = { ...settleNodes(run), state: "failed" as const };
  if (event.node === null) return { ...settled, message: event.message };
  return change(settled, event.node, () => ({ state: "error", message: event.message, port: event.port }));
}

/** Nodes that were still running when the job ended are idle again. */
function settleNodes(run: DocumentRun): DocumentRun {
  const entries = Object.entries(run.nodes).map(([id, node]) => [
    id,
    node.state === "running" ? { ...node, state: "idle" as const } : node,
  ]);
  return { ...run, nodes: Object.fromEntries(entries) };
}

function change(run: DocumentRun, id: string, f: (node: NodeRun) => Partial<NodeRun>): DocumentRun {
  const node = run.nodes[id] ?? idle;
  return { ...run, nodes: { ...run.nodes, [id]: { ...node, ...f(node) } } };
}

type NodeEvent = Extract<
  RunEvent,
  { event: "state" | "progress" | "preview" | "images" | "plot" | "metric" | "value" }
>;

function nodeChange(node: NodeRun, event: NodeEvent, number: number): Partial<NodeRun> {
  switch (event.event) {
    case "state":
      if (event.state === "running") return { state: "running", step: 0, steps: 0, message: null, port: null };
      return { state: event.state, ms: event.ms ?? null };
    case "progress":
      return { step: event.step, steps: event.steps, sigma: event.sigma };
    case "preview":
      if (node.preview) URL.revokeObjectURL(node.preview);
      return { preview: pictureUrl(event.png), width: event.width, height: event.height };
    case "images":
      for (const url of node.images) URL.revokeObjectURL(url);
      return { images: event.pngs.map(pictureUrl), width: event.width, height: event.height, fromRun: number };
    case "plot":
      return { plot: event.plot, fromRun: number };
    case "metric":
      return { metrics: { ...node.metrics, [event.name]: event.value } };
    case "value":
      return { shapes: { ...node.shapes, [event.output]: event.shape } };
  }
}

/** Frees the pictures of a run that nothing will show again. */
export function letGo(run: DocumentRun | undefined): void {
  for (const { images, preview } of Object.values(run?.nodes ?? {})) {
    for (const url of images) URL.revokeObjectURL(url);
    if (preview) URL.revokeObjectURL(preview);
  }
}

function pictureUrl(png: Uint8Array): string {
  return URL.createObjectURL(new Blob([png as Uint8Array<ArrayBuffer>], { type: "image/png" }));
}
