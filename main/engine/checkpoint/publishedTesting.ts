import { knownNetworks } from "./layout/known.ts";
import type { Layout } from "./layout/layout.ts";
import { shapedCheckpoint } from "./manifest.ts";
import { renamed, unetModuleNames } from "./namesUnet.ts";
import { unetSpecOf } from "./unetSpec.ts";
import { underPrefix } from "./weightTable.ts";

/** Published files by the prefix of each of their networks. */
export const publishedFiles = {
  sd15: {
    "model.diffusion_model.": "unet.sd1",
    "cond_stage_model.transformer.text_model.": "clip.l",
    "first_stage_model.": "vae.4",
  },
  sd21: { "model.diffusion_model.": "unet.sd2", "cond_stage_model.model.": "clip.h", "first_stage_model.": "vae.4" },
  sdxl: {
    "model.diffusion_model.": "unet.sdxl",
    "conditioner.embedders.0.transformer.text_model.": "clip.l",
    "conditioner.embedders.1.model.": "clip.g",
    "first_stage_model.": "vae.4",
  },
  "sdxl-refiner": {
    "model.diffusion_model.": "unet.refiner",
    "conditioner.embedders.0.model.": "clip.g",
    "first_stage_model.": "vae.4",
  },
  "sd3-medium": { "model.diffusion_model.": "mmdit.sd3" },
  "sd3.5-medium": { "model.diffusion_model.": "mmdit.sd3.5-medium" },
  "sd3.5-large": { "model.diffusion_model.": "mmdit.sd3.5-large" },
  "flux-dev": { "": "flux.dev" },
  "flux-schnell": { "": "flux.schnell" },
  vae16: { "": "vae.16" },
  "clip-l": { "text_model.": "clip.l" },
  "clip-g": { "text_model.": "clip.g-hf" },
  t5: { "": "t5" },
  "controlnet-sd15": { "control_model.": "controlnet.sd1" },
} as const satisfies Record<string, Record<string, string>>;

/** Keys and shapes of networks under prefixes. Hugging Face's text projection stands beside the tower, not in it. */
export function shapesOf(networks: Readonly<Record<string, string | Layout>>): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const [prefix, network] of Object.entries(networks)) {
    const layout = typeof network === "string" ? knownNetworks[network].layout() : network;
    for (const [key, shape] of layout) {
      const at = key === "text_projection.weight" ? prefix.replace(/text_model\.$/, "") : prefix;
      shapes.set(at + key, shape);
    }
  }
  return shapes;
}

/** Keys and shapes of a published UNet with diffusers' names. */
export function diffusersUnetShapes(name: string): (readonly [string, readonly number[]])[] {
  const layout = knownNetworks[name].layout();
  const spec = unetSpecOf(underPrefix(shapedCheckpoint("", layout), ""), { size: 64 });
  const names = unetModuleNames(spec ?? { down: [], up: [] });
  return [...layout].map(([key, shape]) => [renamed(key, names) ?? `no name for ${key}`, shape] as const);
}
