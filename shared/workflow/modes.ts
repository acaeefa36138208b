import { labelOf } from "../node/names.ts";
import { type Param, wiresIntoParam } from "../node/params.ts";
import type { Port } from "../node/ports.ts";
import { fits, type WireType, withArticle } from "../node/wires.ts";
import type { Diagnostic } from "../plan.ts";
import type { End, Workflow, WorkflowEdge, WorkflowNode } from "./workflow.ts";

/** What has to be known of a type of node to bypass it. */
interface Kind {
  readonly title: string;
  readonly inputs: Readonly<Record<string, Port>>;
  readonly params: Readonly<Record<string, Param>>;
  readonly outputs: Readonly<Record<string, Port>>;
}

type Kinds = ReadonlyMap<string, Kind>;

export interface Effective {
  /** The document as it runs: without bypassed and muted nodes, links led past the bypassed ones. */
  readonly workflow: Workflow;
  /** Ids of muted nodes and of those that cannot do without one. */
  readonly off: ReadonlySet<string>;
  /** Links that lead to a bypassed node which has nothing to pass on, at the node that reads. */
  readonly problems: readonly Diagnostic[];
}

const noneOff: ReadonlySet<string> = new Set();

/**
 * The document that bypassed and muted nodes stand for.
 *
 * Bypassed: whatever reads an output gets what comes into the input that `passes` names, through any number of bypassed
 * nodes. Where no input fits, or a required input would get nothing, the reader has a problem.
 *
 * Muted: the node is left out, and so is every node with a required input that gets values only from nodes left out.
 * Optional inputs, lists and parameters that read one count as not connected. The rest runs as if none of these nodes
 * were there.
 */
export function withModes(workflow: Workflow, kinds: Kinds): Effective {
  if (workflow.nodes.every((node) => node.mode === undefined)) return { workflow, off: noneOff, problems: [] };
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const { edges, problems } = leadPast(workflow, nodes, kinds);
  const off = leftOut(workflow.nodes, edges, kinds);
  const isGone = (id: string) => off.has(id) || nodes.get(id)?.mode !== undefined;
  return {
    workflow: {
      ...workflow,
      nodes: workflow.nodes.filter(({ id }) => !isGone(id)),
      edges: edges.filter(({ from, to }) => !isGone(from[0]) && !isGone(to[0])),
    },
    off,
    problems: problems.filter(({ node }) => node !== null && !isGone(node)),
  };
}

/**
 * The input or parameter that a bypassed node passes on as each of its outputs; null where none fits. An input of the
 * output's own name comes first, then the i-th input of its type for the i-th output of that type (the first where
 * there are fewer), then the first input that fits at all.
 */
export function passes({ inputs, params, outputs }: Kind): Readonly<Record<string, string | null>> {
  const places = [
    ...Object.entries(inputs).map(([name, { wire }]) => ({ name, wires: [wire] as readonly WireType[] })),
    ...Object.entries(params).map(([name, { kind }]) => ({ name, wires: wiresIntoParam[kind] })),
  ];
  const counts = new Map<WireType, number>();
  const passed = Object.entries(outputs).map(([output, { wire }]) => {
    const count = counts.get(wire) ?? 0;
    counts.set(wire, count + 1);
    const fitting = places.filter(({ wires }) => wires.some((one) => fits(one, wire)));
    const same = fitting.filter(({ wires }) => wires.includes(wire));
    const chosen = fitting.find(({ name }) => name === output) ?? same[count] ?? same[0] ?? fitting[0];
    return [output, chosen?.name ?? null] as const;
  });
  return Object.fromEntries(passed);
}

/** Links with the bypassed nodes taken out of their way, and what is wrong where that does not work. */
function leadPast(workflow: Workflow, nodes: ReadonlyMap<string, WorkflowNode>, kinds: Kinds) {
  const arriving = new Map<string, WorkflowEdge>();
  for (const edge of workflow.edges) {
    const place = edge.to.join("\n");
    if (!arriving.has(place)) arriving.set(place, edge);
  }
  const problems: Diagnostic[] = [];
  const edges = workflow.edges.flatMap((edge) => {
    if (nodes.get(edge.from[0])?.mode !== "bypass") return [edge];
    const source = sourceBehind(edge.from, nodes, arriving, kinds);
    if (Array.isArray(source)) return [{ ...edge, from: source as End }];
    const [target, name] = edge.to;
    const optional = kinds.get(nodes.get(target)?.type ?? "")?.inputs[name]?.optional ?? true;
    const { sentence, isMisfit } = source as Dead;
    if (isMisfit || !optional) problems.push({ severity: "error", node: target, port: name, message: sentence });
    return [];
  });
  return { edges, problems };
}

/** Why nothing comes out of a bypassed node. */
interface Dead {
  readonly sentence: string;
  /** Whether no input fits, rather than that it is not connected. */
  readonly isMisfit: boolean;
}

function sourceBehind(
  start: End,
  nodes: ReadonlyMap<string, WorkflowNode>,
  arriving: ReadonlyMap<string, WorkflowEdge>,
  kinds: Kinds,
): End | Dead {
  const seen = new Set<string>();
  let end = start;
  for (let node = nodes.get(end[0]); node?.mode === "bypass"; node = nodes.get(end[0])) {
    const kind = kinds.get(node.type);
    // Of an unknown node only names are known.
    const input = kind === undefined ? end[1] : Object.hasOwn(kind.outputs, end[1]) ? passes(kind)[end[1]] : null;
    const title = node.title ?? kind?.title ?? node.type;
    if (input == null) return misfit(title, kind?.outputs[end[1]]?.wire);
    const edge = arriving.get(`${node.id}\n${input}`);
    if (edge === undefined || seen.has(node.id)) return unfed(title, labelOf(input, kind?.inputs[input]));
    seen.add(node.id);
    end = edge.from;
  }
  return end;
}

function misfit(title: string, wire: WireType | undefined): Dead {
  const lacking = wire === undefined ? "no such output" : `nothing that it could pass on as ${withArticle(wire)}`;
  return {
    sentence: `Its link comes from ${title}, which is bypassed and has ${lacking}. Connect another node, or end the bypass.`,
    isMisfit: true,
  };
}

function unfed(title: string, label: string): Dead {
  return {
    sentence: `Its link comes from ${title}, which is bypassed, and nothing comes into its ${label}. Connect ${label}, or end the bypass.`,
    isMisfit: false,
  };
}

/** Muted nodes and, through any number of links, those with a required input that only such nodes feed. */
function leftOut(nodes: readonly WorkflowNode[], edges: readonly WorkflowEdge[], kinds: Kinds): ReadonlySet<string> {
  const off = new Set(nodes.filter(({ mode }) => mode === "mute").map(({ id }) => id));
  const types = new Map(nodes.map(({ id, type }) => [id, type]));
  const sources = new Map<string, string[]>();
  const readers = new Map<string, End[]>();
  const bypassed = new Set(nodes.filter(({ mode }) => mode === "bypass").map(({ id }) => id));
  for (const { from, to } of edges) {
    if (bypassed.has(to[0])) continue;
    push(sources, to.join("\n"), from[0]);
    push(readers, from[0], to);
  }
  const waiting = [...off];
  while (waiting.length > 0) {
    for (const [id, name] of readers.get(waiting.pop() ?? "") ?? []) {
      const kind = kinds.get(types.get(id) ?? "");
      const isRequired = kind === undefined || kind.inputs[name]?.optional === false;
      const isFed = sources.get(`${id}\n${name}`)?.some((source) => !off.has(source)) ?? false;
      if (off.has(id) || !isRequired || isFed) continue;
      off.add(id);
      waiting.push(id);
    }
  }
  return off;
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
