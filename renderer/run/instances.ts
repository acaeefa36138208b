import { withSameParts } from "../state/sameParts.ts";
import type { NodeRun } from "./transition.ts";

type Nodes = Readonly<Record<string, NodeRun>>;

const byNodes = new WeakMap<Nodes, ReadonlyMap<string, NodeRun>>();
/** Runs of instances as they were last: what did not change stays the same object. */
let before: ReadonlyMap<string, NodeRun> = new Map();

/** What a run did with a node, or with all that a node holds, by its path. */
export function runAt(nodes: Nodes, path: string): NodeRun | undefined {
  if (nodes[path] !== undefined) return nodes[path];
  let instances = byNodes.get(nodes);
  if (instances === undefined) {
    instances = instanceRuns(nodes);
    before = instances;
    byNodes.set(nodes, instances);
  }
  return instances.get(path);
}

function instanceRuns(nodes: Nodes): ReadonlyMap<string, NodeRun> {
  const inner = new Map<string, [string, NodeRun][]>();
  for (const [id, run] of Object.entries(nodes)) {
    for (let slash = id.lastIndexOf("/"); slash > 0; slash = id.lastIndexOf("/", slash - 1)) {
      const path = id.slice(0, slash);
      const list = inner.get(path);
      if (list) list.push([id, run]);
      else inner.set(path, [[id, run]]);
    }
  }
  return new Map([...inner].map(([path, runs]) => [path, withSameParts(before.get(path), joined(path, runs))]));
}

/**
 * One run for many: an error before all else, then the node that is at work, with the farthest walk; pictures and times
 * of what it holds.
 */
function joined(path: string, inner: readonly [string, NodeRun][]): NodeRun {
  const runs = inner.map(([, run]) => run);
  const failed = inner.find(([, run]) => run.state === "error");
  const running = runs.filter(({ state }) => state === "running");
  const walking = running.find(({ steps }) => steps > 0) ?? running[0];
  const [source, pictured] = inner.findLast(([, { images }]) => images.length > 0) ?? [];
  const times = runs.flatMap(({ ms }) => (ms === null ? [] : [ms]));
  const told = failed ?? inner.find(([, run]) => run.message !== null);
  const isDone = runs.some(({ state }) => state === "done");
  const isReused = runs.some(({ state }) => state === "cached");
  const rest = isDone ? "done" : isReused ? "cached" : "idle";
  const shown = walking?.preview != null ? walking : pictured;
  return {
    state: failed ? "error" : walking ? "running" : rest,
    step: walking?.step ?? 0,
    steps: walking?.steps ?? 0,
    sigma: walking?.sigma ?? null,
    ms: times.length === 0 ? null : times.reduce((sum, ms) => sum + ms, 0),
    message: told?.[1].message ?? null,
    ...(told === undefined ? {} : { within: told[0].slice(path.length + 1) }),
    port: null,
    ...(source === undefined ? {} : { pictured: source }),
    images: pictured?.images ?? [],
    preview: walking?.preview ?? null,
    width: shown?.width ?? 0,
    height: shown?.height ?? 0,
    plot: null,
    fromRun: pictured?.fromRun ?? null,
    metrics: {},
    shapes: {},
  };
}
