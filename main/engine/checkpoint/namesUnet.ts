import type { StoredTensor } from "./safetensors.ts";
import type { UnetBlock, UnetSpec } from "./unetSpec.ts";
import type { WeightTable } from "./weightTable.ts";

type Pair = readonly [original: string, diffusers: string];

/** The layers of a residual block in both schemes. */
const residualLayers: readonly Pair[] = [
  ["in_layers.0", "norm1"],
  ["in_layers.2", "conv1"],
  ["emb_layers.1", "time_emb_proj"],
  ["out_layers.0", "norm2"],
  ["out_layers.3", "conv2"],
  ["skip_connection", "conv_shortcut"],
];

/** Layers that every UNet and ControlNet has under the same names. */
const fixedLayers: readonly Pair[] = [
  ["time_embed.0", "time_embedding.linear_1"],
  ["time_embed.2", "time_embedding.linear_2"],
  ["label_emb.0.0", "add_embedding.linear_1"],
  ["label_emb.0.2", "add_embedding.linear_2"],
  ["input_blocks.0.0", "conv_in"],
  ["out.0", "conv_norm_out"],
  ["out.2", "conv_out"],
  ["middle_block.1", "mid_block.attentions.0"],
  ...residual("middle_block.0", "mid_block.resnets.0"),
  ...residual("middle_block.2", "mid_block.resnets.1"),
  ["middle_block_out.0", "controlnet_mid_block"],
  ["input_hint_block.0", "controlnet_cond_embedding.conv_in"],
  ...Array.from(
    { length: 6 },
    (_, n): Pair => [`input_hint_block.${2 * n + 2}`, `controlnet_cond_embedding.blocks.${n}`],
  ),
  ["input_hint_block.14", "controlnet_cond_embedding.conv_out"],
];

function residual(original: string, diffusers: string): Pair[] {
  return residualLayers.map(([from, to]) => [`${original}.${from}`, `${diffusers}.${to}`]);
}

/** Modules of one way through the levels; a resampler ends a level. */
function wayNames(side: "down" | "up", blocks: readonly UnetBlock[]): Pair[] {
  let [level, n] = [0, 0];
  return blocks.flatMap(({ key, hasResidual, depth, resampler }) => {
    const pairs: Pair[] = [];
    if (hasResidual) pairs.push(...residual(`${key}.0`, `${side}_blocks.${level}.resnets.${n}`));
    if (depth > 0) pairs.push([`${key}.1`, `${side}_blocks.${level}.attentions.${n}`]);
    n++;
    if (resampler !== null) {
      const layer = side === "down" ? `${key}.0.op` : `${key}.${resampler}.conv`;
      pairs.push([layer, `${side}_blocks.${level}.${side}samplers.0.conv`]);
      level++;
      n = 0;
    }
    return pairs;
  });
}

/**
 * The modules of a UNet or ControlNet under the names of the original programs ("input_blocks.1.0.in_layers.2"), with
 * diffusers' names for them ("down_blocks.0.resnets.0.conv1"). Layers inside transformers have the same names in both.
 */
export function unetModuleNames({ down, up }: Pick<UnetSpec, "down" | "up">): ReadonlyMap<string, string> {
  const zeroConvs = Array.from(
    { length: down.length + 1 },
    (_, n): Pair => [`zero_convs.${n}.0`, `controlnet_down_blocks.${n}`],
  );
  return new Map([...fixedLayers, ...wayNames("down", down), ...wayNames("up", up), ...zeroConvs]);
}

/** A key with the longest of its modules that has another name under that name; null if it has none. */
export function renamed(key: string, names: ReadonlyMap<string, string>): string | null {
  for (let end = key.lastIndexOf("."); end > 0; end = key.lastIndexOf(".", end - 1)) {
    const name = names.get(key.slice(0, end));
    if (name !== undefined) return name + key.slice(end);
  }
  return null;
}

/** Blocks of a file with diffusers' names, under the keys that the original programs would give them. */
function blocksOf(has: (key: string) => boolean, side: "down" | "up"): UnetBlock[] {
  const [root, first] = side === "down" ? ["input_blocks", 1] : ["output_blocks", 0];
  const blocks: UnetBlock[] = [];
  for (let level = 0; has(`${side}_blocks.${level}.resnets.0.norm1.weight`); level++) {
    const key = () => `${root}.${blocks.length + first}`;
    const of = `${side}_blocks.${level}`;
    for (let n = 0; has(`${of}.resnets.${n}.norm1.weight`); n++) {
      const depth = has(`${of}.attentions.${n}.norm.weight`) ? 1 : 0;
      const isLast = !has(`${of}.resnets.${n + 1}.norm1.weight`);
      const grows = side === "up" && isLast && has(`${of}.upsamplers.0.conv.weight`);
      blocks.push({ key: key(), hasResidual: true, depth, resampler: grows ? 1 + depth : null });
    }
    if (side === "down" && has(`${of}.downsamplers.0.conv.weight`)) {
      blocks.push({ key: key(), hasResidual: false, depth: 0, resampler: 0 });
    }
  }
  return blocks;
}

/** The weights of a UNet or ControlNet in diffusers' names, by the names of the original programs. */
export function diffusersUnet(
  { path, tensors }: { readonly path: string; readonly tensors: ReadonlyMap<string, StoredTensor> },
  prefix: string,
): WeightTable {
  const has = (key: string) => tensors.has(prefix + key);
  const names = unetModuleNames({ down: blocksOf(has, "down"), up: blocksOf(has, "up") });
  return {
    path,
    get: (key) => {
      const name = renamed(key, names);
      return name === null ? undefined : tensors.get(prefix + name);
    },
  };
}
