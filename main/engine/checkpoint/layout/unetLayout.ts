import type { UnetBlock, UnetSpec } from "../unetSpec.ts";
import type { WeightTable } from "../weightTable.ts";
import { type Layout, LayoutWriter } from "./layout.ts";

/** A block with the channels that leave it. */
export interface SizedBlock extends UnetBlock {
  readonly width: number;
}

/** Everything that the shapes of a UNet follow from. */
export interface UnetSizes extends Omit<UnetSpec, "heads" | "down" | "up"> {
  readonly embedding: number;
  /** Transformers begin and end with matrices (SD 2, SDXL), not with 1 × 1 convolutions (SD 1). */
  readonly isLinear: boolean;
  readonly down: readonly SizedBlock[];
  readonly up: readonly SizedBlock[];
  /** Residual blocks in the middle; distilled models have one or none. */
  readonly middleBlocks: number;
}

/** Reads the sizes from a UNet's weights, given its structure. */
export function unetSizesOf(weights: WeightTable, spec: UnetSpec): UnetSizes {
  const sized = (block: UnetBlock): SizedBlock => ({
    ...block,
    width: weights.get(`${block.key}.0.${block.hasResidual ? "out_layers.3" : "op"}.weight`)?.shape[0] ?? 0,
  });
  const [down, up] = [spec.down.map(sized), spec.up.map(sized)];
  const attended = [...[...down, ...up].filter(({ depth }) => depth > 0).map(({ key }) => key), "middle_block"];
  const projections = attended.map((key) => weights.get(`${key}.1.proj_in.weight`)?.shape.length);
  const { channels, inChannels, outChannels, contextWidth, vectorWidth, middleDepth } = spec;
  return {
    ...{ channels, inChannels, outChannels, contextWidth, vectorWidth, middleDepth },
    embedding: weights.get("time_embed.0.weight")?.shape[0] ?? 0,
    isLinear: projections.find((rank) => rank !== undefined) === 2,
    down,
    up,
    middleBlocks: [0, 2].filter((n) => weights.get(`middle_block.${n}.in_layers.0.weight`)).length,
  };
}

function residual(w: LayoutWriter, key: string, into: number, out: number, embedding: number): void {
  w.norm(`${key}.in_layers.0`, into);
  w.conv(`${key}.in_layers.2`, into, out);
  w.linear(`${key}.emb_layers.1`, embedding, out);
  w.norm(`${key}.out_layers.0`, out);
  w.conv(`${key}.out_layers.3`, out, out);
  if (into !== out) w.conv(`${key}.skip_connection`, into, out, 1);
}

function attention(w: LayoutWriter, key: string, width: number, source: number): void {
  w.linear(`${key}.to_q`, width, width, false);
  w.linear(`${key}.to_k`, source, width, false);
  w.linear(`${key}.to_v`, source, width, false);
  w.linear(`${key}.to_out.0`, width, width);
}

function transformer(w: LayoutWriter, key: string, width: number, depth: number, sizes: UnetSizes): void {
  const projection = (name: string) =>
    sizes.isLinear ? w.linear(`${key}.${name}`, width, width) : w.conv(`${key}.${name}`, width, width, 1);
  w.norm(`${key}.norm`, width);
  projection("proj_in");
  for (let n = 0; n < depth; n++) {
    const block = `${key}.transformer_blocks.${n}`;
    attention(w, `${block}.attn1`, width, width);
    w.linear(`${block}.ff.net.0.proj`, width, 8 * width);
    w.linear(`${block}.ff.net.2`, 4 * width, width);
    attention(w, `${block}.attn2`, width, sizes.contextWidth);
    for (const norm of [1, 2, 3]) w.norm(`${block}.norm${norm}`, width);
  }
  projection("proj_out");
}

function block(w: LayoutWriter, { key, width, depth }: SizedBlock, into: number, sizes: UnetSizes): void {
  residual(w, `${key}.0`, into, width, sizes.embedding);
  if (depth > 0) transformer(w, `${key}.1`, width, depth, sizes);
}

/** Time embedding, way down and middle; gives the channels of every skip. */
function firstHalf(w: LayoutWriter, sizes: UnetSizes): number[] {
  const { channels, embedding, vectorWidth } = sizes;
  w.linear("time_embed.0", channels, embedding);
  w.linear("time_embed.2", embedding, embedding);
  if (vectorWidth > 0) {
    w.linear("label_emb.0.0", vectorWidth, embedding);
    w.linear("label_emb.0.2", embedding, embedding);
  }
  w.conv("input_blocks.0.0", sizes.inChannels, channels);
  const skips = [channels];
  for (const part of sizes.down) {
    const into = skips[skips.length - 1];
    if (part.hasResidual) block(w, part, into, sizes);
    else w.conv(`${part.key}.0.op`, into, into);
    skips.push(part.hasResidual ? part.width : into);
  }
  const deepest = skips[skips.length - 1];
  if (sizes.middleBlocks > 0) residual(w, "middle_block.0", deepest, deepest, embedding);
  if (sizes.middleDepth > 0) transformer(w, "middle_block.1", deepest, sizes.middleDepth, sizes);
  if (sizes.middleBlocks > 1) residual(w, "middle_block.2", deepest, deepest, embedding);
  return skips;
}

/** The weights of a latent-diffusion UNet. */
export function unetLayout(sizes: UnetSizes): Layout {
  const w = new LayoutWriter();
  const skips = firstHalf(w, sizes);
  let width = skips[skips.length - 1];
  for (const part of sizes.up) {
    block(w, part, width + (skips.pop() ?? 0), sizes);
    width = part.width;
    if (part.resampler !== null) w.conv(`${part.key}.${part.resampler}.conv`, width, width);
  }
  w.norm("out.0", width);
  w.conv("out.2", width, sizes.outChannels);
  return w.weights;
}

/** Channels of the hint's convolutions before the last. */
const hintWidths = [3, 16, 16, 32, 32, 96, 96, 256];

/** The weights of a ControlNet for such a UNet. */
export function controlnetLayout(sizes: UnetSizes): Layout {
  const w = new LayoutWriter();
  const skips = firstHalf(w, sizes);
  for (const [i, width] of hintWidths.entries()) {
    w.conv(`input_hint_block.${2 * i}`, width, hintWidths[i + 1] ?? sizes.channels);
  }
  for (const [n, width] of skips.entries()) w.conv(`zero_convs.${n}.0`, width, width, 1);
  const deepest = skips[skips.length - 1];
  w.conv("middle_block_out.0", deepest, deepest, 1);
  return w.weights;
}
