import type { NodeDescription } from "../node/describe.ts";
import { labelOf } from "../node/names.ts";
import type { Param, ParamValue } from "../node/params.ts";
import type { Port } from "../node/ports.ts";
import type { Subgraph, SubgraphParam, Workflow, WorkflowNode } from "../workflow/workflow.ts";
import { inputsType, isBoundary, outputsType, shownName, subgraphIdOf, subgraphType } from "./names.ts";

/** What has to be known of a type of node to put it into subgraphs and take it out again. */
export interface Kind {
  readonly title: string;
  readonly inputs: Readonly<Record<string, Port>>;
  readonly params: Readonly<Record<string, Param>>;
  readonly outputs: Readonly<Record<string, Port>>;
  readonly effect?: NodeDescription["effect"];
}

export type Kinds = ReadonlyMap<string, Kind>;

/** Subgraphs inside one another are looked through to this depth; expanding refuses deeper ones. */
export const maxDepth = 64;

/**
 * What nodes that stand for the subgraphs of a document look like, by type: ports as the subgraph names them, parameters
 * as the inner nodes declare them, with the inner nodes' present values as defaults. Pure and linear in the size of the
 * document.
 */
export function subgraphKinds(
  { subgraphs = [] }: Pick<Workflow, "subgraphs">,
  kinds: Kinds,
): Map<string, NodeDescription> {
  const described = new Map<string, NodeDescription>();
  const byId = new Map(subgraphs.toReversed().map((one) => [one.id, one]));
  const open = new Set<string>();
  const describe = (subgraph: Subgraph): NodeDescription | undefined => {
    const type = subgraphType(subgraph.id);
    const known = described.get(type);
    if (known !== undefined || open.has(type) || open.size >= maxDepth) return known;
    open.add(type);
    const kindOf = (node: WorkflowNode): Kind | undefined => {
      const inner = byId.get(subgraphIdOf(node.type) ?? "");
      return inner === undefined ? kinds.get(node.type) : describe(inner);
    };
    described.set(type, describeOne(subgraph, kindOf));
    open.delete(type);
    return described.get(type);
  };
  for (const subgraph of byId.values()) describe(subgraph);
  return described;
}

type KindOf = (node: WorkflowNode) => Kind | undefined;

function describeOne(subgraph: Subgraph, kindOf: KindOf): NodeDescription {
  const { id, name, about, nodes, edges } = subgraph;
  const byId = new Map(nodes.toReversed().map((node) => [node.id, node]));
  const kindAt = (node: string) => {
    const found = byId.get(node);
    return found && kindOf(found);
  };
  const isInput = (node: string) => byId.get(node)?.type === inputsType;
  const inputs = subgraph.inputs.map((port) => {
    const ends = edges.filter(({ from }) => from[1] === port.name && isInput(from[0])).map(({ to }) => to);
    const ports = ends.map(([node, place]) => kindAt(node)?.inputs[place]);
    const optional = ports.every((one) => one === undefined || one.optional);
    const many = ports.length > 0 && ports.every((one) => one?.many === true);
    const about = ports.find((one) => one !== undefined)?.about ?? "";
    return [port.name, { wire: port.type, label: shownName(port.name), about, optional, many }] as const;
  });
  const outputs = subgraph.outputs.map((port) => {
    const { name: key, type: wire } = port;
    return [key, { wire, label: shownName(key), about: "", optional: false, many: false }] as const;
  });
  const steps = nodes.filter(({ type }) => !isBoundary(type));
  const effect = steps.map((node) => kindOf(node)?.effect).find((one) => one !== undefined);
  return {
    type: subgraphType(id),
    version: 1,
    title: name,
    summary: summaryOf(steps.length),
    keywords: ["subgraph"],
    doc: about ?? listOf(steps, kindOf),
    cites: [],
    status: "stable",
    inputs: Object.fromEntries(inputs),
    params: paramsOf(subgraph, byId, kindOf),
    outputs: Object.fromEntries(outputs),
    ...(effect === undefined ? {} : { effect }),
  };
}

function summaryOf(count: number): string {
  return `Holds ${count} ${count === 1 ? "node" : "nodes"}.`;
}

function listOf(steps: readonly WorkflowNode[], kindOf: KindOf): string {
  const titles = steps.map((node) => node.title ?? kindOf(node)?.title ?? node.type);
  return `A subgraph of this workflow:\n\n${titles.map((title) => `* ${title}`).join("\n")}`;
}

function paramsOf(subgraph: Subgraph, nodes: ReadonlyMap<string, WorkflowNode>, kindOf: KindOf): Record<string, Param> {
  // A parameter that decides over another (a seed's mode, `visibleIf`) goes by the name it has here.
  const shown = new Map(subgraph.params.map(({ name, to }) => [to.join("\n"), name]));
  const described = subgraph.params.flatMap(({ name, to }): [string, Param][] => {
    const node = nodes.get(to[0]);
    const declared = node && ownParam(kindOf(node), to[1]);
    if (node === undefined || declared === undefined) return [];
    const here = (key: string) => shown.get(`${to[0]}\n${key}`);
    return [[name, shownParam({ name, to }, declared, node.params[to[1]], here)]];
  });
  return Object.fromEntries(described);
}

function ownParam(kind: Kind | undefined, name: string): Param | undefined {
  return kind !== undefined && Object.hasOwn(kind.params, name) ? kind.params[name] : undefined;
}

function shownParam(
  { name, to }: SubgraphParam,
  declared: Param,
  value: ParamValue | undefined,
  here: (key: string) => string | undefined,
): Param {
  const label = name === to[1] ? labelOf(name, declared) : shownName(name);
  const { visibleIf, ...rest } = declared;
  const decider = visibleIf && here(visibleIf.param);
  const param = {
    ...rest,
    label,
    onCard: true,
    ...(value === undefined ? {} : { default: value }),
    ...(visibleIf !== undefined && decider !== undefined ? { visibleIf: { ...visibleIf, param: decider } } : {}),
  } as Param;
  if (param.kind !== "seed" || param.mode === undefined) return param;
  const { mode, ...seed } = param;
  const shownMode = here(mode);
  return shownMode === undefined ? seed : { ...seed, mode: shownMode };
}
/** What the rim of a subgraph looks like from inside: its inputs come out of one node, its outputs go into another. */
export function boundaryKinds(subgraph: Subgraph, own: NodeDescription | undefined): NodeDescription[] {
  const common = { version: 1, keywords: [], cites: [], status: "stable", params: {}, inert: true } as const;
  const outputs = Object.entries(own?.inputs ?? {}).map(([name, port]) => [
    name,
    { ...port, optional: false, many: false },
  ]);
  const inputs = Object.entries(own?.outputs ?? {}).map(([name, port]) => [name, { ...port, optional: true }]);
  return [
    {
      ...common,
      type: inputsType,
      title: "Inputs",
      summary: `Gives what comes into ${subgraph.name}.`,
      doc: "Each port is an input of the subgraph. Drop a wire on the card to add one.",
      inputs: {},
      outputs: Object.fromEntries(outputs),
    },
    {
      ...common,
      type: outputsType,
      title: "Outputs",
      summary: `Takes what leaves ${subgraph.name}.`,
      doc: "Each port is an output of the subgraph. Drop a wire on the card to add one.",
      inputs: Object.fromEntries(inputs),
      outputs: {},
    },
  ];
}
