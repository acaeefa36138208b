import type { StoredTensor } from "./safetensors.ts";
import type { WeightTable } from "./weightTable.ts";

/** Layers of the attention in the middle; older files have the second name of each. */
const attentionLayers: Readonly<Record<string, readonly string[]>> = {
  norm: ["group_norm"],
  q: ["to_q", "query"],
  k: ["to_k", "key"],
  v: ["to_v", "value"],
  proj_out: ["to_out.0", "proj_attn"],
};

/** diffusers' names for a key of the original programs; `levels` is the number of levels of the VAE. */
function diffusersKeys(key: string, levels: number): readonly string[] {
  const attention = /^(.*)\.mid\.attn_1\.(\w+)\.(\w+)$/.exec(key);
  if (attention) {
    const [, side, layer, part] = attention;
    return (attentionLayers[layer] ?? []).map((name) => `${side}.mid_block.attentions.0.${name}.${part}`);
  }
  return [
    key
      .replace(/\.mid\.block_(\d)\./, (_, n) => `.mid_block.resnets.${n - 1}.`)
      .replace(/\.down\.(\d+)\.block\.(\d+)\./, ".down_blocks.$1.resnets.$2.")
      .replace(/\.down\.(\d+)\.downsample\./, ".down_blocks.$1.downsamplers.0.")
      .replace(/\.up\.(\d+)\.block\.(\d+)\./, (_, level, n) => `.up_blocks.${levels - 1 - level}.resnets.${n}.`)
      .replace(/\.up\.(\d+)\.upsample\./, (_, level) => `.up_blocks.${levels - 1 - level}.upsamplers.0.`)
      .replace(".nin_shortcut.", ".conv_shortcut.")
      .replace(".norm_out.", ".conv_norm_out."),
  ];
}

/** Matrices of the attention as 1 × 1 convolutions: some files store [C, C]. The bytes are the same. */
function asConvolution(key: string, tensor: StoredTensor | undefined): StoredTensor | undefined {
  const isMatrix = tensor?.shape.length === 2 && /\.mid\.attn_1\.(q|k|v|proj_out)\.weight$/.test(key);
  return isMatrix ? { ...tensor, shape: [...tensor.shape, 1, 1] } : tensor;
}

/** The weights of a VAE under a prefix by the names of the original programs, in whichever names the file has them. */
export function vaeWeights(
  { path, tensors }: { readonly path: string; readonly tensors: ReadonlyMap<string, StoredTensor> },
  prefix: string,
): WeightTable {
  let levels = 0;
  while (tensors.has(`${prefix}decoder.up_blocks.${levels}.resnets.0.norm1.weight`)) levels++;
  const find = (key: string) =>
    levels === 0
      ? tensors.get(prefix + key)
      : diffusersKeys(key, levels)
          .map((name) => tensors.get(prefix + name))
          .find((tensor) => tensor !== undefined);
  return { path, get: (key) => asConvolution(key, find(key)) };
}
