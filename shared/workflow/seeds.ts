import type { NodeDescription } from "../node/describe.ts";
import type { Workflow, WorkflowNode } from "./workflow.ts";

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
 * document's seed changes; `last` is updated.
 */
export function resolveSeeds(
  workflow: Workflow,
  catalog: readonly NodeDescription[],
  last: LastSeeds,
  randomSeed: () => bigint,
): { readonly workflow: Workflow; readonly seeds: readonly ResolvedSeed[] } {
  const seedParams = new Map(catalog.map((node) => [node.type, seedsOf(node)]));
  const seeds: ResolvedSeed[] = [];
  const wired = new Set(workflow.edges.map((edge) => `${edge.to[0]}.${edge.to[1]}`));
  const nodes = workflow.nodes.map((node) => {
    let result = node;
    for (const { name, mode } of seedParams.get(node.type) ?? []) {
      const chosen = node.params[mode];
      if ((chosen !== "random" && chosen !== "increment") || wired.has(`${node.id}.${name}`)) continue;
      const seed = chosen === "random" ? randomSeed() : nextSeed(node, name, last);
      seeds.push({ node: node.id, param: name, seed });
      result = { ...result, params: { ...result.params, [name]: plain(seed), [mode]: "fixed" } };
    }
    return result;
  });
  return { workflow: seeds.length === 0 ? workflow : { ...workflow, nodes }, seeds };
}

function seedsOf(node: NodeDescription): { name: string; mode: string }[] {
  return Object.entries(node.params).flatMap(([name, param]) =>
    param.kind === "seed" && param.mode !== undefined ? [{ name, mode: param.mode }] : [],
  );
}

function nextSeed(node: WorkflowNode, name: string, last: LastSeeds): bigint {
  const value = node.params[name];
  const given = typeof value === "bigint" || Number.isSafeInteger(value) ? BigInt(value as number) : 0n;
  const before = last.get(`${node.id}.${name}`);
  const used = before?.given === given ? (before.used + 1n) % modulus : given;
  last.set(`${node.id}.${name}`, { given, used });
  return used;
}

/** Small integers are numbers, as in a file. */
function plain(seed: bigint): number | bigint {
  return seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : seed;
}
