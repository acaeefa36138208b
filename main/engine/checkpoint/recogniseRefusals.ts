import { basename } from "node:path";
import { CheckpointError } from "./error.ts";
import type { Checkpoint } from "./safetensors.ts";

/** Kinds of files that are known but not supported, by a key that only they have. */
const refused: readonly (readonly [key: RegExp, sentence: string])[] = [
  [
    /\.(absmax|quant_map|quant_state\.[\w.]+)$/,
    "is quantised by bitsandbytes, which is not supported. Take a version in F16, BF16 or FP8",
  ],
  [
    /(^|\.)(time_stack|time_mixer|motion_modules|temporal_transformers?|temopral_conv)\./,
    "is a video model, which is not supported. Take a model of still images",
  ],
  [
    /(^|\.)(double|single)_stream_modulation(_img|_txt)?\.lin\.weight$/,
    "is a FLUX.2 model, which is not supported. Take FLUX.1 dev or schnell",
  ],
  [/(^|\.)distilled_guidance_layer\./, "is a Chroma model, which is not supported. Take FLUX.1 dev or schnell"],
  [
    /^controlnet_blocks\.0\.|^controlnet_x_embedder\./,
    "is a ControlNet for SD3 or FLUX, which is not supported. Take one for SD 1, SD 2 or SDXL",
  ],
  [/^lllite_unet_/, "is a ControlNet-LLLite, which is not supported. Take a whole ControlNet"],
  [/^lora_controlnet$/, "is a Control-LoRA, which is not supported. Take a whole ControlNet"],
  [
    /^(task_embedding|control_add_embedding\.|control_type_embedding)/,
    "is a union ControlNet, which is not supported. Take a ControlNet for one kind of picture",
  ],
  [
    /(^|\.)(edm_mean|edm_std|edm_vpred\.sigma_max)$/,
    "is an EDM model (as Playground 2.5 and CosXL), whose noise levels are not supported. Take another SDXL model",
  ],
  [/(^|\.)encoder_hid_proj\.weight$/, "is a Kolors model, which is not supported. Take another SDXL model"],
  [/^(ip_adapter|image_proj)\./, "is an IP-Adapter, which is not supported. Take a ControlNet"],
  [
    /^(adapter\.)?body\.0\.(in_conv|block1|block2|resnets)\./,
    "is a T2I-Adapter, which is not supported. Take a ControlNet",
  ],
  [
    /(^|\.)label_emb\.weight$/,
    "is a model of classes instead of texts, which is not supported. Take a text-to-image model",
  ],
];

/**
 * Throws one sentence for a file of a kind that is known but not supported. A key alone decides; the networks themselves
 * are looked at later.
 */
export function refuseUnsupported({ path, tensors }: Checkpoint): void {
  const file = basename(path);
  if (/-\d{5}-of-\d{5}\.\w+$/.test(file)) {
    throw new CheckpointError(`${file} is one piece of a model in several files. Take the version in one file.`);
  }
  for (const [pattern, sentence] of refused) {
    for (const key of tensors.keys()) {
      if (pattern.test(key)) throw new CheckpointError(`${file} ${sentence} (its key “${key}” tells).`);
    }
  }
  const hasTower = (name: string) => tensors.has(`${name}.encoder.layers.0.mlp.fc1.weight`);
  if (hasTower("vision_model") && !hasTower("text_model")) {
    throw new CheckpointError(
      `${file} is an image encoder (CLIP vision), not a model that makes images. Choose another file.`,
    );
  }
  const xLabs = tensors.has("input_hint_block.0.weight") && tensors.has("double_blocks.0.img_attn.norm.key_norm.scale");
  if (xLabs) {
    throw new CheckpointError(
      `${file} is a ControlNet for FLUX, which is not supported. Take one for SD 1, SD 2 or SDXL.`,
    );
  }
  if (tensors.has("difference") || tensors.has("control_model.difference")) {
    throw new CheckpointError(`${file} holds only differences to a base model. Take the whole ControlNet.`);
  }
}
