import { basename } from "node:path";
import { CheckpointError } from "./error.ts";
import { clipNamesAt } from "./recogniseText.ts";
import type { Checkpoint } from "./safetensors.ts";

/** Kinds of networks by the key that marks them. */
export type MarkedKind = "lora" | "controlnet" | "unet" | "mmdit" | "flux" | "clip" | "t5" | "vae";

/** A network that a key marks, not yet looked at. */
export interface Marked {
  readonly kind: MarkedKind;
  readonly prefix: string;
  /** The key that marks it, as the file has it. */
  readonly key: string;
  /** Keys are diffusers' names. */
  readonly isDiffusers: boolean;
}

const titles: Readonly<Record<MarkedKind, string>> = {
  lora: "a LoRA",
  controlnet: "a ControlNet",
  unet: "a UNet",
  mmdit: "an SD3 transformer",
  flux: "a FLUX transformer",
  clip: "a CLIP text encoder",
  t5: "a T5 text encoder",
  vae: "a VAE",
};

/** Low-rank changes in the names of the common trainers. */
export const loraKey =
  /\.(lora_(down|up|mid|A|B)(\.default)?\.weight|lora(_linear_layer)?\.(down|up)\.weight|hada_w[12]_[ab]|lokr_w[12](_[ab])?)$|_lora\d*\.(down|up)\.weight$/;

type Marker = readonly [kind: MarkedKind, key: string, isDiffusers?: true];

/** A ControlNet is marked by what it has beyond a UNet, so it comes first. */
const networkMarkers: readonly Marker[] = [
  ["controlnet", "zero_convs.0.0.weight"],
  ["controlnet", "controlnet_cond_embedding.conv_in.weight", true],
  ["unet", "input_blocks.0.0.weight"],
  ["unet", "down_blocks.0.resnets.0.norm1.weight", true],
  ["mmdit", "joint_blocks.0.context_block.attn.qkv.weight"],
  ["mmdit", "pos_embed.pos_embed", true],
  ["flux", "double_blocks.0.img_attn.norm.key_norm.scale"],
  ["flux", "single_transformer_blocks.0.proj_mlp.weight", true],
];
const networkPrefixes = ["", "model.diffusion_model.", "control_model.", "unet.", "transformer."];
const partPrefixes = ["", "first_stage_model.", "vae.", "transformer.", "text_encoders.t5xxl.transformer."];

function networksIn({ tensors }: Checkpoint): Marked[] {
  const found: Marked[] = [];
  for (const prefix of networkPrefixes) {
    const here = networkMarkers
      .filter(([, key]) => tensors.has(prefix + key))
      .map(([kind, key, isDiffusers = false]): Marked => ({ kind, prefix, key: prefix + key, isDiffusers }));
    const isControl = here.some(({ kind }) => kind === "controlnet");
    found.push(...here.filter(({ kind }) => !isControl || kind !== "unet"));
  }
  const lora = [...tensors.keys()].find((key) => loraKey.test(key));
  if (lora !== undefined) found.push({ kind: "lora", prefix: "", key: lora, isDiffusers: false });
  return found;
}

/** Text encoders and VAEs that are a file of their own. */
function loosePartsIn(checkpoint: Checkpoint): Marked[] {
  const { tensors } = checkpoint;
  const found: Marked[] = [];
  for (const prefix of partPrefixes) {
    const mark = (kind: MarkedKind, key: string) => found.push({ kind, prefix, key: prefix + key, isDiffusers: false });
    if (tensors.has(`${prefix}decoder.conv_in.weight`)) mark("vae", "decoder.conv_in.weight");
    const names = clipNamesAt(checkpoint, prefix);
    if (names === "hugging-face") mark("clip", "text_model.encoder.layers.0.mlp.fc1.weight");
    if (names === "open-clip") mark("clip", "transformer.resblocks.0.attn.in_proj_weight");
    if (tensors.has(`${prefix}encoder.block.0.layer.0.SelfAttention.q.weight`)) {
      mark("t5", "encoder.block.0.layer.0.SelfAttention.q.weight");
    }
  }
  return found;
}

/** The ControlNet beside a model in one file; null where there is none. */
export function markedControl(checkpoint: Checkpoint): Marked | null {
  return networksIn(checkpoint).find(({ kind }) => kind === "controlnet") ?? null;
}

/**
 * The one network that a file is about; null if no key marks any. Text encoders and VAEs count only where there is nothing
 * else, a ControlNet not where it lies beside a model. Throws a sentence for a file with two.
 */
export function markedNetwork(checkpoint: Checkpoint): Marked | null {
  const networks = networksIn(checkpoint);
  // A ControlNet may bring the model that it was trained on: then the file is that model.
  const models = networks.filter(({ kind }) => kind === "unet");
  const others = networks.filter(({ kind }) => kind !== "unet");
  const isWithControl = models.length === 1 && others.length === 1 && others[0].kind === "controlnet";
  const found = isWithControl ? models : networks.length > 0 ? networks : loosePartsIn(checkpoint);
  if (found.length < 2) return found[0] ?? null;
  const [first, second] = found;
  throw new CheckpointError(
    `${basename(checkpoint.path)} holds two networks, ${titles[first.kind]} (“${first.key}”) and ${titles[second.kind]} (“${second.key}”): nothing tells which is meant. Take a file with one of them.`,
  );
}
