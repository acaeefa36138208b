import type { NodeDescription } from "../node/describe.ts";
import type { Diagnostic } from "../plan.ts";
import type { End, Workflow, WorkflowEdge, WorkflowNode } from "../workflow/workflow.ts";
import { type Kind, type Kinds, subgraphKinds } from "./kinds.ts";
import { type Level, levelsOf, maxParts, TooLarge } from "./levels.ts";
import { inputsType, outputsType, shownName, subgraphIdOf } from "./names.ts";

export interface Expanded {
  /** The document with each instance of a subgraph written out: inner nodes have ids such as "outer/inner". */
  readonly workflow: Workflow;
  /** What is wrong with instances and their links; `node` may be an instance, which `workflow` no longer has. */
  readonly problems: readonly Diagnostic[];
  /** Inputs of inner nodes ("node\nport") that an open input of an instance would feed: the place to connect. */
  readonly open: ReadonlyMap<string, End>;
  /** What nodes that stand for subgraphs look like, by type. */
  readonly kinds: ReadonlyMap<string, NodeDescription>;
}

/**
 * Writes out the subgraphs of a document, so that nothing after it has to know of them: what a subgraph holds runs, costs
 * and is kept as if it stood in the place of its instance. Bypassed and muted instances stay nodes. Pure, does not
 * recurse, and linear in the size of what comes out.
 */
export function expandSubgraphs(document: Workflow, kinds: Kinds): Expanded {
  const hasInstance = document.nodes.some(({ type }) => subgraphIdOf(type) !== null);
  if (!hasInstance) return { workflow: document, problems: twins(document), open: new Map(), kinds: new Map() };
  const own = subgraphKinds(document, kinds);
  const all = new Map<string, Kind>([...kinds, ...own]);
  try {
    const { levels, nodes, problems } = levelsOf(document, all);
    const links = new Links();
    for (const level of levels) links.add(level);
    const workflow = { ...document, nodes: nodes.map(written), edges: links.edges };
    return { workflow, problems: [...twins(document), ...problems, ...links.problems], open: links.open, kinds: own };
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    const message = `Written out, the subgraphs of this workflow hold more than ${maxParts} nodes, links or subgraphs.`;
    return {
      workflow: { ...document, nodes: [], edges: [] },
      problems: [{ severity: "error", node: null, port: null, message }],
      open: new Map(),
      kinds: own,
    };
  }
}

function twins({ subgraphs = [] }: Workflow): Diagnostic[] {
  const ids = subgraphs.map(({ id }) => id);
  const again = new Set(ids.filter((id, at) => ids.indexOf(id) < at));
  return [...again].map((id) => {
    const message = `Two subgraphs have the id “${id}”: only the first is used. Give one of them another id.`;
    return { severity: "error", node: null, port: null, message };
  });
}

function written({ level, node }: { readonly level: Level; readonly node: WorkflowNode }): WorkflowNode {
  const values = level.set.get(node.id);
  if (level.parent === null) return node;
  return {
    ...node,
    id: `${level.path}${node.id}`,
    ...(values === undefined ? {} : { params: { ...node.params, ...values } }),
  };
}

/** A place on the way back along a link. */
interface Place {
  readonly level: Level;
  readonly end: End;
  readonly after: Place | null;
}

/** Links between the nodes that are left when subgraphs are written out. */
class Links {
  readonly edges: WorkflowEdge[] = [];
  readonly problems: Diagnostic[] = [];
  readonly open = new Map<string, End>();
  #made = 0;

  /** Adds the links that end on nodes of a level. Those that end on its rim, or on inner ports, are found from there. */
  add(level: Level): void {
    for (const edge of level.graph.edges) {
      const target = this.#target(level, edge);
      if (target === null) continue;
      for (const from of this.#sources(level, edge.from, target)) {
        const isHere = level.path === "" && from.join() === edge.from.join() && target.join() === edge.to.join();
        const { via, ...rest } = edge;
        this.edges.push(isHere ? edge : { ...rest, from, to: target });
        if (!isHere && ++this.#made > maxParts) throw new TooLarge();
      }
    }
  }

  #target(level: Level, { to }: WorkflowEdge): End | null {
    const [id, name] = to;
    const node = level.nodes.get(id);
    if (level.subgraph !== null && node?.type === outputsType) {
      if (!level.subgraph.outputs.some((port) => port.name === name))
        this.#warnRim(
          level,
          name,
          `A link inside ends on an output “${name}”, which ${level.subgraph.name} does not have.`,
        );
      else if ((level.leaving.get(name)?.length ?? 0) > 1 && level.leaving.get(name)?.[0]?.to === to)
        this.#warnRim(level, name, `More than one link inside gives ${shownName(name)}: only the first is used.`);
      return null;
    }
    if (level.subgraph !== null && node?.type === inputsType) {
      this.#warnRim(level, name, `A link inside ends on the inputs of ${level.subgraph.name}, which take none.`);
      return null;
    }
    const inner = level.inner.get(id);
    if (inner === undefined) return [`${level.path}${id}`, name];
    if (inner.subgraph?.inputs.some((port) => port.name === name)) return null;
    const place = this.#paramInside(inner, name);
    if (place === null) {
      const message = `A link ends on “${name}”, which ${inner.subgraph?.name} does not have.`;
      this.problems.push({ severity: "error", node: `${level.path}${id}`, port: name, message });
    }
    return place;
  }

  #warnRim({ path }: Level, port: string, message: string): void {
    this.problems.push({ severity: "warning", node: path.slice(0, -1), port, message });
  }

  /** The parameter behind a parameter that an instance shows; null if there is none. */
  #paramInside(level: Level, name: string): End | null {
    let at = level;
    let place = name;
    for (;;) {
      const to = at.subgraph?.params.find((param) => param.name === place)?.to;
      if (to === undefined || !at.nodes.has(to[0])) return null;
      const inner = at.inner.get(to[0]);
      if (inner === undefined) return [`${at.path}${to[0]}`, to[1]];
      at = inner;
      place = to[1];
    }
  }

  /** Outputs of written-out nodes that a link comes from, through rims on the way, in the order of the file. */
  #sources(start: Level, from: End, target: End): End[] {
    const found: End[] = [];
    const stack: Place[] = [{ level: start, end: from, after: null }];
    for (let place = stack.pop(); place; place = stack.pop()) {
      const { level, end } = place;
      const inner = level.inner.get(end[0]);
      const isRim = level.parent !== null && level.nodes.get(end[0])?.type === inputsType;
      if (inner === undefined && !isRim) {
        found.push([`${level.path}${end[0]}`, end[1]]);
        if (found.length > maxParts) throw new TooLarge();
      } else if (isRound(place)) {
        this.#refuse(target, "Its link leads back to itself through a subgraph. Remove one of the links on the way.");
      } else if (inner !== undefined) {
        const [edge] = inner.leaving.get(end[1]) ?? [];
        if (edge === undefined) this.#refuse(target, this.#nothingInside(inner, end[1]));
        else stack.push({ level: inner, end: edge.from, after: place });
      } else this.#outward(place, target, stack);
    }
    return found;
  }

  /** Goes on outside from the rim of a subgraph. */
  #outward(place: Place, target: End, stack: Place[]): void {
    const { level, end } = place;
    const [, name] = end;
    if (level.parent === null || level.instance === null || level.subgraph === null) return;
    if (!level.subgraph.inputs.some((port) => port.name === name)) {
      this.#refuse(target, `Its link comes from an input “${name}”, which ${level.subgraph.name} does not have.`);
      return;
    }
    const outside = level.parent.arriving.get(`${level.instance.id}\n${name}`) ?? [];
    if (outside.length === 0) this.open.set(target.join("\n"), [level.path.slice(0, -1), name]);
    const next = outside.map((edge) => ({ level: level.parent as Level, end: edge.from, after: place }));
    stack.push(...next.reverse());
  }

  #nothingInside({ subgraph }: Level, output: string): string {
    const title = subgraph?.name ?? "";
    return subgraph?.outputs.some((port) => port.name === output)
      ? `Its link comes from ${shownName(output)} of ${title}, to which nothing is connected inside. Open ${title} and connect it.`
      : `Its link comes from “${output}”, which ${title} does not have.`;
  }

  #refuse(target: End, message: string): void {
    this.problems.push({ severity: "error", node: target[0], port: target[1], message });
  }
}

/** Whether the way back has come by the same place before. */
function isRound({ level, end, after }: Place): boolean {
  for (let at = after; at !== null; at = at.after)
    if (at.level === level && at.end[0] === end[0] && at.end[1] === end[1]) return true;
  return false;
}
