import type { NodeDescription } from "../node/describe.ts";
import type { ParamValue } from "../node/params.ts";
import { subgraphKinds } from "../subgraph/kinds.ts";
import { subgraphType } from "../subgraph/names.ts";
import { instancesOf } from "../subgraph/paths.ts";
import type { Graph, Workflow, WorkflowNode } from "./workflow.ts";

/** Seed that a node's document held and the one it ran with, by "node.param". */
export type LastSeeds = Map<string, { readonly given: bigint; readonly used: bigint }>;

export interface ResolvedSeed {
  readonly node: string;
  readonly param: string;
  readonly seed: bigint;
}

const modulus = 2n ** 64n;

/**
 * Fills in seeds whose mode is `random` or `increment` and sets the mode to `fixed`: the document as it runs, which gives
 * the same picture again. `increment` takes the document's own seed first, then one more than last time until the
 * document's seed changes; `last` is updated. A seed inside a subgraph is one for all its instances, unless they show it.
 */
export function resolveSeeds(
  workflow: Workflow,
  catalog: readonly NodeDescription[],
  last: LastSeeds,
  randomSeed: () => bigint,
): { readonly workflow: Workflow; readonly seeds: readonly ResolvedSeed[] } {
  const builtIn = new Map(catalog.map((node) => [node.type, node]));
  const own = subgraphKinds(workflow, builtIn);
  const seedParams = new Map([...builtIn, ...own].map(([type, node]) => [type, seedsOf(node)]));
  const draw = { seedParams, last, randomSeed };
  const top = resolveGraph(workflow, "", new Set(), draw);
  const seeds = [...top.seeds];
  const subgraphs = workflow.subgraphs?.map((subgraph) => {
    const shown = new Set(subgraph.params.map(({ to }) => to.join(".")));
    const inner = resolveGraph(subgraph, `${subgraphType(subgraph.id)}/`, shown, draw);
    const places = inner.seeds.length === 0 ? [] : instancesOf(workflow, subgraph.id);
    for (const seed of inner.seeds) for (const path of places) seeds.push({ ...seed, node: `${path}/${seed.node}` });
    return inner.seeds.length === 0 ? subgraph : { ...subgraph, nodes: inner.nodes };
  });
  const resolved = { ...workflow, nodes: top.nodes, ...(subgraphs === undefined ? {} : { subgraphs }) };
  return { workflow: seeds.length === 0 ? workflow : resolved, seeds };
}

interface Draw {
  readonly seedParams: ReadonlyMap<string, readonly SeedParamOf[]>;
  readonly last: LastSeeds;
  readonly randomSeed: () => bigint;
}

interface SeedParamOf {
  readonly name: string;
  readonly mode: string;
  /** Mode of a node that does not say. */
  readonly usual: ParamValue;
  readonly usualSeed: ParamValue;
}

/** `place` tells a graph's nodes from those of others in `last`; of `shown` parameters the instances decide. */
function resolveGraph(
  { nodes, edges }: Graph,
  place: string,
  shown: ReadonlySet<string>,
  { seedParams, last, randomSeed }: Draw,
): { readonly nodes: readonly WorkflowNode[]; readonly seeds: readonly ResolvedSeed[] } {
  const seeds: ResolvedSeed[] = [];
  const wired = new Set(edges.map((edge) => `${edge.to[0]}.${edge.to[1]}`));
  const resolved = nodes.map((node) => {
    let result = node;
    for (const { name, mode, usual, usualSeed } of seedParams.get(node.type) ?? []) {
      const chosen = node.params[mode] ?? usual;
      const end = `${node.id}.${name}`;
      if ((chosen !== "random" && chosen !== "increment") || wired.has(end) || shown.has(end)) continue;
      const seed =
        chosen === "random" ? randomSeed() : nextSeed(node.params[name] ?? usualSeed, `${place}${end}`, last);
      seeds.push({ node: node.id, param: name, seed });
      result = { ...result, params: { ...result.params, [name]: plain(seed), [mode]: "fixed" } };
    }
    return result;
  });
  return { nodes: resolved, seeds };
}

function seedsOf({ params }: NodeDescription): SeedParamOf[] {
  return Object.entries(params).flatMap(([name, param]) =>
    param.kind === "seed" && param.mode !== undefined
      ? [{ name, mode: param.mode, usual: params[param.mode]?.default ?? "fixed", usualSeed: param.default }]
      : [],
  );
}

function nextSeed(value: ParamValue, place: string, last: LastSeeds): bigint {
  const given = typeof value === "bigint" || Number.isSafeInteger(value) ? BigInt(value as number) : 0n;
  const before = last.get(place);
  const used = before?.given === given ? (before.used + 1n) % modulus : given;
  last.set(place, { given, used });
  return used;
}

/** Small integers are numbers, as in a file. */
function plain(seed: bigint): number | bigint {
  return seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : seed;
}
