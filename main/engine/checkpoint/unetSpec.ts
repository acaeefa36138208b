import type { WeightTable } from "./weightTable.ts";

/** One block of a UNet's way down or up. */
export interface UnetBlock {
  /** Key of the block: "input_blocks.4". */
  readonly key: string;
  readonly hasResidual: boolean;
  /** Transformer blocks after the residual block. */
  readonly depth: number;
  /** Makes the map half as large (down), or twice (up; the index of that layer). */
  readonly resampler: number | null;
}

/** What the shapes of a UNet's weights say about it. */
export interface UnetSpec {
  readonly channels: number;
  readonly inChannels: number;
  /** 0 for the copy in a ControlNet, which has no way up. */
  readonly outChannels: number;
  readonly contextWidth: number;
  /** Width of the pooled and size embedding; 0 = none. */
  readonly vectorWidth: number;
  readonly down: readonly UnetBlock[];
  readonly middleDepth: number;
  readonly up: readonly UnetBlock[];
  readonly heads: HeadRule;
}

/** SD 1 has a number of heads everywhere, later ones a size of heads. */
export type HeadRule = { readonly count: number } | { readonly size: number };

/** Heads of attention over `width` channels. */
export function headsOf(rule: HeadRule, width: number): { count: number; size: number } {
  if ("count" in rule) return { count: rule.count, size: width / rule.count };
  return { count: width / rule.size, size: rule.size };
}

function depthOf(weights: WeightTable, key: string): number {
  let depth = 0;
  while (weights.get(`${key}.transformer_blocks.${depth}.norm1.weight`)) depth++;
  return depth;
}

/** Reads a UNet's structure from its weights (LDM names). `heads` is what no shape tells. */
export function unetSpecOf(weights: WeightTable, heads: HeadRule): UnetSpec | null {
  const first = weights.get("input_blocks.0.0.weight")?.shape;
  if (!first) return null;
  const [down, up] = [blocksOf(weights, "input_blocks", 1), blocksOf(weights, "output_blocks", 0)];
  const middleDepth = depthOf(weights, "middle_block.1");
  const attended = [...down.map(({ key }) => `${key}.1`), "middle_block.1", ...up.map(({ key }) => `${key}.1`)];
  const context = attended.map((key) => weights.get(`${key}.transformer_blocks.0.attn2.to_k.weight`)).find(Boolean);
  return {
    channels: first[0],
    inChannels: first[1],
    outChannels: weights.get("out.2.weight")?.shape[0] ?? 0,
    contextWidth: context?.shape[1] ?? 0,
    vectorWidth: weights.get("label_emb.0.0.weight")?.shape[1] ?? 0,
    down,
    middleDepth,
    up,
    heads,
  };
}

function blocksOf(weights: WeightTable, side: "input_blocks" | "output_blocks", from: number): UnetBlock[] {
  const blocks: UnetBlock[] = [];
  for (let n = from; ; n++) {
    const key = `${side}.${n}`;
    const hasResidual = weights.get(`${key}.0.in_layers.0.weight`) !== undefined;
    const shrinks = weights.get(`${key}.0.op.weight`) !== undefined;
    if (!hasResidual && !shrinks) return blocks;
    const grows = [1, 2].find((at) => weights.get(`${key}.${at}.conv.weight`) !== undefined);
    blocks.push({ key, hasResidual, depth: depthOf(weights, `${key}.1`), resampler: shrinks ? 0 : (grows ?? null) });
  }
}
