import type { StoredTensor } from "./safetensors.ts";
import type { WeightTable } from "./weightTable.ts";

/** A module of diffusers, and the rows of the original program's module that it stands for. */
export interface DiffusersModule {
  readonly name: string;
  readonly rows: readonly [start: number, end: number];
  /** Its rows are those of the original from `rows`, but in another place: diffusers has scale before shift. */
  readonly isTurned: boolean;
}

type Rule = readonly [pattern: RegExp, ...names: string[]];

const attention = (from: string, to: string, names: readonly [string, string, string]): Rule => [
  new RegExp(`^${from}$`),
  ...names.map((name) => `transformer_blocks.$1.${to}.${name}`),
];
const own = ["to_q", "to_k", "to_v"] as const;
const added = ["add_q_proj", "add_k_proj", "add_v_proj"] as const;

const embedders: readonly Rule[] = [
  [/^final_layer\.linear$/, "proj_out"],
  [/^final_layer\.adaLN_modulation\.1$/, "norm_out.linear"],
];

const rules: Readonly<Record<"mmdit" | "flux", readonly Rule[]>> = {
  mmdit: [
    attention(String.raw`joint_blocks\.(\d+)\.x_block\.attn\.qkv`, "attn", own),
    attention(String.raw`joint_blocks\.(\d+)\.context_block\.attn\.qkv`, "attn", added),
    attention(String.raw`joint_blocks\.(\d+)\.x_block\.attn2\.qkv`, "attn2", own),
    [/^joint_blocks\.(\d+)\.x_block\.(attn2?)\.proj$/, "transformer_blocks.$1.$2.to_out.0"],
    [/^joint_blocks\.(\d+)\.context_block\.attn\.proj$/, "transformer_blocks.$1.attn.to_add_out"],
    [/^joint_blocks\.(\d+)\.x_block\.mlp\.fc1$/, "transformer_blocks.$1.ff.net.0.proj"],
    [/^joint_blocks\.(\d+)\.x_block\.mlp\.fc2$/, "transformer_blocks.$1.ff.net.2"],
    [/^joint_blocks\.(\d+)\.context_block\.mlp\.fc1$/, "transformer_blocks.$1.ff_context.net.0.proj"],
    [/^joint_blocks\.(\d+)\.context_block\.mlp\.fc2$/, "transformer_blocks.$1.ff_context.net.2"],
    [/^joint_blocks\.(\d+)\.x_block\.adaLN_modulation\.1$/, "transformer_blocks.$1.norm1.linear"],
    [/^joint_blocks\.(\d+)\.context_block\.adaLN_modulation\.1$/, "transformer_blocks.$1.norm1_context.linear"],
    [/^joint_blocks\.(\d+)\.x_block\.(attn2?)\.ln_([qk])$/, "transformer_blocks.$1.$2.norm_$3"],
    [/^joint_blocks\.(\d+)\.context_block\.attn\.ln_([qk])$/, "transformer_blocks.$1.attn.norm_added_$2"],
    [/^x_embedder\.proj$/, "pos_embed.proj"],
    [/^t_embedder\.mlp\.0$/, "time_text_embed.timestep_embedder.linear_1"],
    [/^t_embedder\.mlp\.2$/, "time_text_embed.timestep_embedder.linear_2"],
    [/^y_embedder\.mlp\.0$/, "time_text_embed.text_embedder.linear_1"],
    [/^y_embedder\.mlp\.2$/, "time_text_embed.text_embedder.linear_2"],
    [/^context_embedder$/, "context_embedder"],
    ...embedders,
  ],
  flux: [
    attention(String.raw`double_blocks\.(\d+)\.img_attn\.qkv`, "attn", own),
    attention(String.raw`double_blocks\.(\d+)\.txt_attn\.qkv`, "attn", added),
    [/^double_blocks\.(\d+)\.img_attn\.proj$/, "transformer_blocks.$1.attn.to_out.0"],
    [/^double_blocks\.(\d+)\.txt_attn\.proj$/, "transformer_blocks.$1.attn.to_add_out"],
    [/^double_blocks\.(\d+)\.img_mod\.lin$/, "transformer_blocks.$1.norm1.linear"],
    [/^double_blocks\.(\d+)\.txt_mod\.lin$/, "transformer_blocks.$1.norm1_context.linear"],
    [/^double_blocks\.(\d+)\.img_mlp\.0$/, "transformer_blocks.$1.ff.net.0.proj"],
    [/^double_blocks\.(\d+)\.img_mlp\.2$/, "transformer_blocks.$1.ff.net.2"],
    [/^double_blocks\.(\d+)\.txt_mlp\.0$/, "transformer_blocks.$1.ff_context.net.0.proj"],
    [/^double_blocks\.(\d+)\.txt_mlp\.2$/, "transformer_blocks.$1.ff_context.net.2"],
    [/^double_blocks\.(\d+)\.img_attn\.norm\.query_norm$/, "transformer_blocks.$1.attn.norm_q"],
    [/^double_blocks\.(\d+)\.img_attn\.norm\.key_norm$/, "transformer_blocks.$1.attn.norm_k"],
    [/^double_blocks\.(\d+)\.txt_attn\.norm\.query_norm$/, "transformer_blocks.$1.attn.norm_added_q"],
    [/^double_blocks\.(\d+)\.txt_attn\.norm\.key_norm$/, "transformer_blocks.$1.attn.norm_added_k"],
    [
      /^single_blocks\.(\d+)\.linear1$/,
      ...own.map((name) => `single_transformer_blocks.$1.attn.${name}`),
      "single_transformer_blocks.$1.proj_mlp",
    ],
    [/^single_blocks\.(\d+)\.linear2$/, "single_transformer_blocks.$1.proj_out"],
    [/^single_blocks\.(\d+)\.modulation\.lin$/, "single_transformer_blocks.$1.norm.linear"],
    [/^single_blocks\.(\d+)\.norm\.query_norm$/, "single_transformer_blocks.$1.attn.norm_q"],
    [/^single_blocks\.(\d+)\.norm\.key_norm$/, "single_transformer_blocks.$1.attn.norm_k"],
    [/^img_in$/, "x_embedder"],
    [/^txt_in$/, "context_embedder"],
    [/^time_in\.in_layer$/, "time_text_embed.timestep_embedder.linear_1"],
    [/^time_in\.out_layer$/, "time_text_embed.timestep_embedder.linear_2"],
    [/^vector_in\.in_layer$/, "time_text_embed.text_embedder.linear_1"],
    [/^vector_in\.out_layer$/, "time_text_embed.text_embedder.linear_2"],
    [/^guidance_in\.in_layer$/, "time_text_embed.guidance_embedder.linear_1"],
    [/^guidance_in\.out_layer$/, "time_text_embed.guidance_embedder.linear_2"],
    ...embedders,
  ],
};

/** diffusers' names of the modules that make up a module of SD3's or FLUX.1's original program, in the order of its rows. */
function namesOf(kind: "mmdit" | "flux", key: string): readonly string[] {
  const found = rules[kind].find(([pattern]) => pattern.test(key));
  if (!found) return [];
  const [pattern, ...names] = found;
  return names.map((name) => key.replace(pattern, name));
}

/** Modules that give [shift, scale] where diffusers gives [scale, shift]: the last norm, and the last one of the text. */
function isTurned(key: string, [out, into]: readonly number[]): boolean {
  return /^final_layer\.adaLN_modulation\.1$|\.context_block\.adaLN_modulation\.1$/.test(key) && out === 2 * into;
}

/** Where diffusers' modules stand in a module of a shape: queries, keys and values are as wide as what they read. */
export function diffusersModules(
  kind: "mmdit" | "flux",
  key: string,
  shape: readonly number[],
): readonly DiffusersModule[] {
  const names = namesOf(kind, key);
  const turned = isTurned(key, shape);
  const [out, into] = shape;
  const ends = names.map((_, i) => (i === names.length - 1 ? out : (i + 1) * into));
  return names.map((name, i) => ({ name, rows: [i === 0 ? 0 : ends[i - 1], ends[i]], isTurned: turned }));
}

/** Rows of a stored tensor, in place. */
function rowsOf(tensor: StoredTensor, start: number, end: number): StoredTensor {
  const row = tensor.length / tensor.shape[0];
  return {
    ...tensor,
    shape: [end - start, ...tensor.shape.slice(1)],
    offset: tensor.offset + start * row,
    length: (end - start) * row,
  };
}

/** Several tensors one below the other; undefined where one is missing or of another width. */
function joined(parts: readonly (StoredTensor | undefined)[]): StoredTensor | undefined {
  const [first] = parts;
  const isWide = (one: StoredTensor | undefined): one is StoredTensor =>
    one !== undefined && one.shape.slice(1).join() === first?.shape.slice(1).join();
  if (!first || !parts.every(isWide)) return undefined;
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  return { ...first, shape: [rows, ...first.shape.slice(1)], rows: parts };
}

/** The weights of a transformer in diffusers' names, by the names of the original programs; fused ones in pieces. */
export function diffusersTransformer(
  { path, tensors }: { readonly path: string; readonly tensors: ReadonlyMap<string, StoredTensor> },
  prefix: string,
  kind: "mmdit" | "flux",
): WeightTable {
  const find = (key: string): StoredTensor | undefined => {
    if (key === "pos_embed") return tensors.get(`${prefix}pos_embed.pos_embed`);
    const [, module, part] = /^(.*)\.(weight|bias|scale)$/.exec(key) ?? [];
    const names = module ? namesOf(kind, module) : [];
    const whole = joined(names.map((name) => tensors.get(`${prefix}${name}.${part === "scale" ? "weight" : part}`)));
    const out = whole?.shape[0] ?? 0;
    // Only halves are turned, so a bias tells as much as its weight.
    if (!whole || !isTurned(module, [out, part === "weight" ? whole.shape[1] : widthOf(module)])) return whole;
    return joined([rowsOf(whole, out / 2, out), rowsOf(whole, 0, out / 2)]);
  };
  const widthOf = (module: string) => find(`${module}.weight`)?.shape[1] ?? 0;
  const known = new Map<string, StoredTensor | undefined>();
  return {
    path,
    get: (key) => {
      if (!known.has(key)) known.set(key, find(key));
      return known.get(key);
    },
  };
}
