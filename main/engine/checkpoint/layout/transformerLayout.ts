import type { FluxSpec } from "../flux.ts";
import type { MmditSpec } from "../mmdit.ts";
import type { WeightTable } from "../weightTable.ts";
import { type Layout, LayoutWriter } from "./layout.ts";

/** Size of SD3's heads, and width of the sinusoid that embeds a time. */
const [headSize, sinusoid] = [64, 256];

/** Everything that the shapes of an SD3 transformer follow from. */
export interface MmditSizes extends MmditSpec {
  readonly inner: number;
  /** Queries and keys are normed (SD3.5). */
  readonly hasNorms: boolean;
  /** Blocks with a second attention over the image alone (SD3.5 medium). */
  readonly secondBlocks: readonly number[];
}

/** Reads the sizes from an SD3 transformer's weights, given its structure. */
export function mmditSizesOf(weights: WeightTable, spec: MmditSpec): MmditSizes {
  const has = (key: string) => weights.get(key) !== undefined;
  return {
    ...spec,
    inner: weights.get("joint_blocks.0.x_block.mlp.fc1.weight")?.shape[0] ?? 0,
    hasNorms: has("joint_blocks.0.x_block.attn.ln_q.weight"),
    secondBlocks: Array.from({ length: spec.blocks }, (_, n) => n).filter((n) =>
      has(`joint_blocks.${n}.x_block.attn2.qkv.weight`),
    ),
  };
}

function embedding(w: LayoutWriter, first: string, second: string, into: number, width: number): void {
  w.linear(first, into, width);
  w.linear(second, width, width);
}

function attention(w: LayoutWriter, key: string, { width, hasNorms }: MmditSizes): void {
  w.linear(`${key}.qkv`, width, 3 * width);
  if (!hasNorms) return;
  w.add(`${key}.ln_q.weight`, headSize);
  w.add(`${key}.ln_k.weight`, headSize);
}

function stream(w: LayoutWriter, key: string, sizes: MmditSizes, hasSecond: boolean): void {
  const { width, inner } = sizes;
  w.linear(`${key}.adaLN_modulation.1`, width, (hasSecond ? 9 : 6) * width);
  attention(w, `${key}.attn`, sizes);
  w.linear(`${key}.attn.proj`, width, width);
  if (hasSecond) {
    attention(w, `${key}.attn2`, sizes);
    w.linear(`${key}.attn2.proj`, width, width);
  }
  w.linear(`${key}.mlp.fc1`, width, inner);
  w.linear(`${key}.mlp.fc2`, inner, width);
}

/** The weights of SD3's and SD3.5's transformer. */
export function mmditLayout(sizes: MmditSizes): Layout {
  const { width, channels, blocks, contextWidth, pooledWidth, positions, patch, secondBlocks } = sizes;
  const w = new LayoutWriter();
  w.add("pos_embed", 1, positions ** 2, width);
  w.conv("x_embedder.proj", channels, width, patch);
  embedding(w, "t_embedder.mlp.0", "t_embedder.mlp.2", sinusoid, width);
  embedding(w, "y_embedder.mlp.0", "y_embedder.mlp.2", pooledWidth, width);
  w.linear("context_embedder", contextWidth, width);
  for (let n = 0; n < blocks; n++) {
    const context = `joint_blocks.${n}.context_block`;
    if (n < blocks - 1) stream(w, context, sizes, false);
    else {
      // Nothing reads the text after the last block: it gives only its keys and values.
      w.linear(`${context}.adaLN_modulation.1`, width, 2 * width);
      attention(w, `${context}.attn`, sizes);
    }
    stream(w, `joint_blocks.${n}.x_block`, sizes, secondBlocks.includes(n));
  }
  w.linear("final_layer.adaLN_modulation.1", width, 2 * width);
  w.linear("final_layer.linear", width, patch * patch * channels);
  return w.weights;
}

/** Everything that the shapes of a FLUX transformer follow from. */
export interface FluxSizes extends FluxSpec {
  readonly inner: number;
}

/** Reads the sizes from a FLUX transformer's weights, given its structure. */
export function fluxSizesOf(weights: WeightTable, spec: FluxSpec): FluxSizes {
  return { ...spec, inner: weights.get("double_blocks.0.img_mlp.0.weight")?.shape[0] ?? 0 };
}

function norms(w: LayoutWriter, key: string, size: number): void {
  w.add(`${key}.query_norm.scale`, size);
  w.add(`${key}.key_norm.scale`, size);
}

/** The weights of FLUX.1's transformer. */
export function fluxLayout(sizes: FluxSizes): Layout {
  const { width, heads, channels, contextWidth, pooledWidth, inner } = sizes;
  const w = new LayoutWriter();
  const embedded = (key: string, into: number) => embedding(w, `${key}.in_layer`, `${key}.out_layer`, into, width);
  w.linear("img_in", 4 * channels, width);
  w.linear("txt_in", contextWidth, width);
  embedded("time_in", sinusoid);
  embedded("vector_in", pooledWidth);
  if (sizes.hasGuidance) embedded("guidance_in", sinusoid);
  for (let n = 0; n < sizes.doubleBlocks; n++) {
    for (const side of ["img", "txt"]) {
      const key = `double_blocks.${n}.${side}`;
      w.linear(`${key}_mod.lin`, width, 6 * width);
      w.linear(`${key}_attn.qkv`, width, 3 * width);
      norms(w, `${key}_attn.norm`, heads.size);
      w.linear(`${key}_attn.proj`, width, width);
      w.linear(`${key}_mlp.0`, width, inner);
      w.linear(`${key}_mlp.2`, inner, width);
    }
  }
  for (let n = 0; n < sizes.singleBlocks; n++) {
    const key = `single_blocks.${n}`;
    w.linear(`${key}.modulation.lin`, width, 3 * width);
    w.linear(`${key}.linear1`, width, 3 * width + inner);
    norms(w, `${key}.norm`, heads.size);
    w.linear(`${key}.linear2`, width + inner, width);
  }
  w.linear("final_layer.adaLN_modulation.1", width, 2 * width);
  w.linear("final_layer.linear", width, 4 * channels);
  return w.weights;
}
