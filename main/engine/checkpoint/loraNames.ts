import type { Lora, LoraModule } from "./lora.ts";
import { renamed, unetModuleNames } from "./namesUnet.ts";
import type { DenoisingPart } from "./parts.ts";
import type { StoredTensor } from "./safetensors.ts";

const underscored = (key: string) => key.replaceAll(".", "_");

/** Prefixes of a denoising network's layers: kohya's, diffusers', PEFT's and other trainers'. */
const networkPrefixes = [
  "lora_unet_",
  "unet.",
  "transformer.",
  "lycoris_",
  "lora_transformer_",
  "base_model.model.",
  "",
];

/**
 * Finds the layer of a LoRA for a module of a denoising network: by the original programs' name and by diffusers', each
 * as it is and with underscores.
 */
export function networkLayers(lora: Lora, part: DenoisingPart): (key: string) => LoraModule | undefined {
  const others = part.kind === "unet" ? unetModuleNames(part.spec) : new Map<string, string>();
  return (key) => {
    const diffusers = others.get(key) ?? renamed(key, others);
    const found = firstOf(lora, networkPrefixes, [key, ...(diffusers ? [diffusers] : [])]);
    return found && fits(found, part.weights.get(`${key}.weight`)) ? found : undefined;
  };
}

/** Whether a layer changes a weight of this shape: other models have layers of the same names. */
function fits({ down, up, mid }: LoraModule, weight: StoredTensor | undefined): boolean {
  if (!weight) return false;
  const [out, into, ...kernel] = weight.shape;
  const inner = (mid ?? down).shape.slice(2);
  const isSameKernel = inner.length === 0 || kernel.length === 0 || inner.every((side, i) => side === kernel[i]);
  return up.shape[0] === out && down.shape[1] === into && isSameKernel;
}

/** Prefixes of the text towers' layers, first tower L, second G. */
const towerPrefixes: Readonly<Record<"L" | "G" | "H", readonly string[]>> = {
  L: ["lora_te1_text_model_", "lora_te_text_model_", "text_encoder.text_model.", "lora_te1_", "lora_te_"],
  G: ["lora_te2_text_model_", "text_encoder_2.text_model.", "lora_te2_"],
  H: ["lora_te_text_model_", "text_encoder.text_model.", "lora_te_"],
};

/** Finds the layer of a LoRA for a module of a text tower, by Hugging Face's name of the module. */
export function towerLayers(lora: Lora, letter: "L" | "G" | "H"): (key: string) => LoraModule | undefined {
  return (key) => firstOf(lora, towerPrefixes[letter], [huggingFaceName(key)]);
}

/** OpenCLIP's layers under Hugging Face's names; those are kept. */
function huggingFaceName(key: string): string {
  return key
    .replace(/^transformer\.resblocks\./, "encoder.layers.")
    .replace(/\.attn\.(q_proj|k_proj|v_proj|out_proj)$/, ".self_attn.$1")
    .replace(/\.mlp\.c_fc$/, ".mlp.fc1")
    .replace(/\.mlp\.c_proj$/, ".mlp.fc2");
}

function firstOf(lora: Lora, prefixes: readonly string[], names: readonly string[]): LoraModule | undefined {
  for (const name of names) {
    for (const prefix of prefixes) {
      const found = lora.modules.get(prefix + name) ?? lora.modules.get(prefix + underscored(name));
      if (found) return found;
    }
  }
  return undefined;
}
