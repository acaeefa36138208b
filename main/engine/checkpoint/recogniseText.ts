import { basename } from "node:path";
import { clipTextSpecOf } from "./clipText.ts";
import { CheckpointError } from "./error.ts";
import { clipLayout, clipSizesOf, t5Layout, t5SpecOf } from "./layout/textLayout.ts";
import { vaeLayout, vaeSpecOf } from "./layout/vaeLayout.ts";
import { vaeWeights } from "./namesVae.ts";
import { checkGroups, checkHeads, checkWeights } from "./recogniseChecks.ts";
import type { StatedConfig } from "./recogniseConfig.ts";
import type { ClipKind, Part } from "./recogniseTypes.ts";
import type { Checkpoint } from "./safetensors.ts";
import { underPrefix, type WeightTable } from "./weightTable.ts";

export const clipTitles: Readonly<Record<ClipKind, string>> = {
  "clip-l": "the text encoder CLIP-L",
  "clip-h": "the text encoder OpenCLIP-H",
  "clip-g": "the text encoder OpenCLIP-G",
};

/** A text tower's weights; some files leave out `text_model.`, and its projection stands outside in any case. */
function clipWeights({ path, tensors }: Checkpoint, prefix: string): WeightTable {
  return { path, get: (key) => tensors.get(`${prefix}text_model.${key}`) ?? tensors.get(prefix + key) };
}

/** Which names a text tower under a prefix has; null where there is none. */
export function clipNamesAt(checkpoint: Checkpoint, prefix: string): "hugging-face" | "open-clip" | null {
  const weights = clipWeights(checkpoint, prefix);
  if (weights.get("encoder.layers.0.mlp.fc1.weight")) return "hugging-face";
  return checkpoint.tensors.has(`${prefix}transformer.resblocks.0.attn.in_proj_weight`) ? "open-clip" : null;
}

/** L, H or G of a file that is nothing but a text tower, by its layers. */
export function clipKindAt(checkpoint: Checkpoint, prefix: string): ClipKind {
  const weights = clipWeights(checkpoint, prefix);
  const has = (n: number) =>
    weights.get(`encoder.layers.${n}.mlp.fc1.weight`) ?? weights.get(`transformer.resblocks.${n}.ln_1.weight`);
  if (has(30)) return "clip-g";
  return has(22) || clipNamesAt(checkpoint, prefix) === "open-clip" ? "clip-h" : "clip-l";
}

/** The text tower under a prefix; null where there is none. */
export function clipPart(checkpoint: Checkpoint, prefix: string, kind: ClipKind, config: StatedConfig): Part | null {
  if (!clipNamesAt(checkpoint, prefix)) return null;
  const weights = clipWeights(checkpoint, prefix);
  const place = { weights, prefix, title: clipTitles[kind] };
  const found = clipTextSpecOf(weights, config.clipHeads(kind));
  if (!found) throw lacking(checkpoint, place.title, "its embeddings of tokens and positions");
  const spec = { ...found, activation: kind === "clip-l" ? "quick" : "exact" } as const;
  checkWeights(place, clipLayout(clipSizesOf(weights, spec)));
  checkHeads(place, Number.isInteger(spec.heads) && spec.width % spec.heads === 0);
  return { kind, prefix, weights, spec };
}

/** T5's encoder under a prefix; null where there is none. */
export function t5Part(checkpoint: Checkpoint, prefix: string): Part | null {
  if (!checkpoint.tensors.has(`${prefix}encoder.block.0.layer.0.SelfAttention.q.weight`)) return null;
  const weights = underPrefix(checkpoint, prefix);
  const title = "the text encoder T5";
  const spec = t5SpecOf(weights);
  if (!spec) throw lacking(checkpoint, title, "its embedding or its table of distances");
  checkWeights({ weights, prefix, title }, t5Layout(spec));
  checkHeads({ weights, prefix, title }, spec.attention % spec.heads === 0);
  return { kind: "t5", prefix, weights, spec };
}

/** A VAE under a prefix, in either naming; null where there is none. */
export function vaePart(checkpoint: Checkpoint, prefix: string): Part | null {
  if (!checkpoint.tensors.has(`${prefix}decoder.conv_in.weight`)) return null;
  const weights = vaeWeights(checkpoint, prefix);
  const spec = vaeSpecOf(weights);
  if (!spec) throw lacking(checkpoint, "a VAE", "its first convolution");
  const place = { weights, prefix, title: `a VAE of ${spec.latentChannels} channels` };
  checkWeights(place, vaeLayout(spec));
  checkGroups(place, spec.widths);
  return { kind: "vae", prefix, weights, spec };
}

function lacking({ path }: Checkpoint, title: string, what: string): CheckpointError {
  return new CheckpointError(`${basename(path)} looks like ${title}, but lacks ${what}. Download it again.`);
}
