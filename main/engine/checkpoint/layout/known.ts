import type { Layout } from "./layout.ts";
import { type ClipSizes, clipLayout, t5Layout } from "./textLayout.ts";
import { fluxLayout, type MmditSizes, mmditLayout } from "./transformerLayout.ts";
import { controlnetLayout, type SizedBlock, type UnetSizes, unetLayout } from "./unetLayout.ts";
import { vaeLayout } from "./vaeLayout.ts";

/** A network that is published, with its real sizes. */
export interface KnownNetwork {
  readonly title: string;
  readonly layout: () => Layout;
}

/** What tells one published UNet from another. */
interface UnetPlan {
  readonly channels: number;
  readonly contextWidth: number;
  readonly vectorWidth: number;
  readonly isLinear: boolean;
  /** Channels of a level as multiples of the first; transformer blocks after each of its residual blocks. */
  readonly levels: readonly (readonly [multiple: number, depth: number])[];
  readonly middleDepth: number;
}

/** The sizes of a UNet with two residual blocks a level (three on the way up). */
export function unetSizes({ channels, levels, middleDepth, ...rest }: UnetPlan): UnetSizes {
  const down: SizedBlock[] = [];
  const up: SizedBlock[] = [];
  levels.forEach(([multiple, depth], level) => {
    const width = multiple * channels;
    for (let n = 0; n < 2; n++) {
      down.push({ key: `input_blocks.${down.length + 1}`, hasResidual: true, depth, resampler: null, width });
    }
    if (level === levels.length - 1) return;
    down.push({ key: `input_blocks.${down.length + 1}`, hasResidual: false, depth: 0, resampler: 0, width });
  });
  for (const [level, [multiple, depth]] of [...levels.entries()].reverse()) {
    for (let n = 0; n < 3; n++) {
      const resampler = n === 2 && level > 0 ? (depth > 0 ? 2 : 1) : null;
      const key = `output_blocks.${up.length}`;
      up.push({ key, hasResidual: true, depth, resampler, width: multiple * channels });
    }
  }
  return {
    ...{ channels, embedding: 4 * channels, inChannels: 4, outChannels: 4, down, up },
    ...{ middleBlocks: 2, middleDepth },
    ...rest,
  };
}

const fourLevels = [
  [1, 1],
  [2, 1],
  [4, 1],
  [4, 0],
] as const;
const sd1 = unetSizes({
  ...{ channels: 320, contextWidth: 768, vectorWidth: 0, isLinear: false },
  ...{ levels: fourLevels, middleDepth: 1 },
});
const sd2 = { ...sd1, contextWidth: 1024, isLinear: true };
const sdxl = unetSizes({
  ...{ channels: 320, contextWidth: 2048, vectorWidth: 2816, isLinear: true, middleDepth: 10 },
  levels: [
    [1, 0],
    [2, 2],
    [4, 10],
  ],
});
const refiner = unetSizes({
  ...{ channels: 384, contextWidth: 1280, vectorWidth: 2560, isLinear: true, middleDepth: 4 },
  levels: [
    [1, 0],
    [2, 4],
    [4, 4],
    [4, 0],
  ],
});

const vae = { widths: [128, 256, 512, 512], blocks: 2 };
const clip = { positions: 77, vocabulary: 49408 };
const clipL: ClipSizes = { ...clip, names: "hugging-face", width: 768, layers: 12, inner: 3072, projected: 0 };
const clipH: ClipSizes = { ...clip, names: "open-clip", width: 1024, layers: 24, inner: 4096, projected: 1024 };
const clipG: ClipSizes = { ...clip, names: "open-clip", width: 1280, layers: 32, inner: 5120, projected: 1280 };

const mmdit = (blocks: number, positions: number, hasNorms: boolean, second: number): MmditSizes => ({
  ...{ width: 64 * blocks, channels: 16, blocks, contextWidth: 4096, pooledWidth: 2048, positions, patch: 2 },
  ...{ inner: 256 * blocks, hasNorms, secondBlocks: Array.from({ length: second }, (_, n) => n) },
});

const flux = {
  ...{ width: 3072, heads: { count: 24, size: 128 }, channels: 16, contextWidth: 4096, pooledWidth: 768, inner: 12288 },
  ...{ doubleBlocks: 19, singleBlocks: 38, axes: [16, 56, 56] as const },
};

const t5 = { width: 4096, layers: 24, heads: 64, attention: 4096, inner: 10240, vocabulary: 32128, buckets: 32 };

/** Published networks by a short name. */
export const knownNetworks: Readonly<Record<string, KnownNetwork>> = {
  "unet.sd1": { title: "the UNet of Stable Diffusion 1.x", layout: () => unetLayout(sd1) },
  "unet.sd2": { title: "the UNet of Stable Diffusion 2.x", layout: () => unetLayout(sd2) },
  "unet.sdxl": { title: "the UNet of SDXL", layout: () => unetLayout(sdxl) },
  "unet.refiner": { title: "the UNet of the SDXL refiner", layout: () => unetLayout(refiner) },
  "controlnet.sd1": { title: "a ControlNet of Stable Diffusion 1.x", layout: () => controlnetLayout(sd1) },
  "controlnet.sdxl": { title: "a ControlNet of SDXL", layout: () => controlnetLayout(sdxl) },
  "mmdit.sd3": { title: "Stable Diffusion 3 medium", layout: () => mmditLayout(mmdit(24, 192, false, 0)) },
  "mmdit.sd3.5-medium": { title: "Stable Diffusion 3.5 medium", layout: () => mmditLayout(mmdit(24, 384, true, 13)) },
  "mmdit.sd3.5-large": { title: "Stable Diffusion 3.5 large", layout: () => mmditLayout(mmdit(38, 192, true, 0)) },
  "flux.dev": { title: "FLUX.1 dev", layout: () => fluxLayout({ ...flux, hasGuidance: true }) },
  "flux.schnell": { title: "FLUX.1 schnell", layout: () => fluxLayout({ ...flux, hasGuidance: false }) },
  "vae.4": {
    title: "a VAE of 4 channels",
    layout: () => vaeLayout({ ...vae, latentChannels: 4, hasQuantisation: true }),
  },
  "vae.16": {
    title: "a VAE of 16 channels",
    layout: () => vaeLayout({ ...vae, latentChannels: 16, hasQuantisation: false }),
  },
  "clip.l": { title: "the text encoder CLIP-L", layout: () => clipLayout(clipL) },
  "clip.h": { title: "the text encoder OpenCLIP-H", layout: () => clipLayout(clipH) },
  "clip.g": { title: "the text encoder OpenCLIP-G", layout: () => clipLayout(clipG) },
  "clip.g-hf": {
    title: "the text encoder OpenCLIP-G",
    layout: () => clipLayout({ ...clipG, names: "hugging-face" }),
  },
  t5: { title: "the text encoder T5-XXL", layout: () => t5Layout({ ...t5, table: "shared.weight" }) },
};
