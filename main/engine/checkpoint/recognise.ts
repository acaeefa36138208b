import { basename } from "node:path";
import { StatedConfig } from "./recogniseConfig.ts";
import { loraKey, type Marked, markedNetwork } from "./recogniseMarkers.ts";
import { recogniseModel, unetOf } from "./recogniseModel.ts";
import { unknownArchitecture } from "./recogniseNearest.ts";
import type { ReadFloats } from "./recognisePrediction.ts";
import { refuseUnsupported } from "./recogniseRefusals.ts";
import { clipKindAt, clipPart, clipTitles, t5Part, vaePart } from "./recogniseText.ts";
import type { Architecture, Part, Recognised } from "./recogniseTypes.ts";
import type { Checkpoint } from "./safetensors.ts";
import { readNumbers } from "./tensorBytes.ts";

/**
 * Says what a checkpoint is, by the structure of its keys and shapes and not by widths, and which networks lie in it under
 * which prefix. Nothing but one small bias of SD 2 models is read (by `read`). Throws a CheckpointError with one sentence
 * for what is unknown (with the nearest match), not supported, incomplete or contradicts itself.
 */
export function recognise(
  checkpoint: Checkpoint,
  read: ReadFloats = (tensor) => (tensor.dtype.startsWith("float8") ? null : readNumbers(checkpoint.path, tensor)),
): Recognised {
  refuseUnsupported(checkpoint);
  const marked = markedNetwork(checkpoint);
  const config = new StatedConfig(checkpoint.metadata, basename(checkpoint.path));
  const found = marked ? recogniseMarked(checkpoint, marked, config, read) : recogniseEmbedding(checkpoint);
  if (!found) throw unknownArchitecture(checkpoint);
  return found;
}

function recogniseMarked(
  checkpoint: Checkpoint,
  marked: Marked,
  config: StatedConfig,
  read: ReadFloats,
): Recognised | null {
  const { kind, prefix, key } = marked;
  const one = (architecture: Architecture, title: string, part: Part | null, reason = "") =>
    part && single(architecture, title, `“${key}” marks it.${reason}`, [part]);
  switch (kind) {
    case "lora":
      return single("lora", loraTitle(checkpoint), `“${key}” marks it.`, []);
    case "controlnet": {
      const found = unetOf(checkpoint, marked, config);
      return one("controlnet", found.title, found.part, ` ${found.reason}.`);
    }
    case "vae": {
      const part = vaePart(checkpoint, prefix);
      const channels = part?.kind === "vae" ? part.spec.latentChannels : 0;
      return one("vae", `a VAE of ${channels} channels`, part);
    }
    case "clip": {
      const tower = config.clipKind() ?? clipKindAt(checkpoint, prefix);
      return one("clip", clipTitles[tower], clipPart(checkpoint, prefix, tower, config));
    }
    case "t5":
      return recogniseT5(checkpoint, marked);
    default:
      return recogniseModel(checkpoint, marked, config, read);
  }
}

function recogniseT5(checkpoint: Checkpoint, { prefix, key }: Marked): Recognised | null {
  const part = t5Part(checkpoint, prefix);
  if (part?.kind !== "t5") return null;
  const size = part.spec.width === 4096 ? "T5-XXL" : "T5";
  return single("t5", `the text encoder ${size}`, `“${key}” marks it.`, [part]);
}

/** A file that is no model but one part of one. */
function single(architecture: Architecture, title: string, reason: string, parts: readonly Part[]): Recognised {
  return { architecture, title, reason, parts, missing: [], prediction: null, latent: null, inputs: null };
}

/** Keys that only LoRAs of one family have. */
const loraFamilies: readonly (readonly [key: RegExp, title: string])[] = [
  [/double_blocks_|single_blocks_|single_transformer_blocks/, "FLUX.1"],
  [/joint_blocks_|transformer_blocks\.\d+\.attn\.add_q_proj/, "SD3"],
  [/^lora_te2_|^text_encoder_2\.|^lora_unet_(input|output)_blocks_/, "SDXL"],
  [/^lora_unet_down_blocks_|^unet\.down_blocks\./, "SD 1, SD 2 or SDXL"],
];

/** Families by the width of the text that cross attention reads. */
const loraWidths: ReadonlyMap<number | undefined, string> = new Map([
  [768, "SD 1"],
  [1024, "SD 2"],
  [2048, "SDXL"],
]);

function loraTitle({ tensors }: Checkpoint): string {
  const keys = [...tensors.keys()].filter((key) => loraKey.test(key));
  const family = loraFamilies.find(([pattern]) => keys.some((key) => pattern.test(key)));
  const reading = keys.find((key) => /attn2[._](processor\.)?to_[kv][._](lora_down|lora_A|lora\.down)/.test(key));
  const width = reading === undefined ? undefined : tensors.get(reading)?.shape[1];
  const name = loraWidths.get(width) ?? family?.[1];
  return name === undefined ? "a LoRA" : `a LoRA for ${name}`;
}

/** Words of a person's own: rows of numbers under a few names. */
function recogniseEmbedding({ tensors }: Checkpoint): Recognised | null {
  const names = [...tensors.keys()];
  const areRows = [...tensors.values()].every(({ shape }) => shape.length === 1 || shape.length === 2);
  const isNamed = names.every((name) => name === "clip_l" || name === "clip_g");
  // A file of one layer is a part of some network, not words.
  const isAlone = names.length === 1 && !/\.(weight|bias)$/.test(names[0]);
  const isEmbedding = tensors.has("emb_params") || (areRows && (isNamed || isAlone));
  if (!isEmbedding) return null;
  return single("embedding", "an embedding (textual inversion)", `“${names[0]}” holds rows of an embedding.`, []);
}
