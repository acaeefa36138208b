import type { WeightTable } from "../weightTable.ts";
import { countOf, type Layout, LayoutWriter } from "./layout.ts";

/** Everything that the shapes of a VAE follow from. */
export interface VaeSpec {
  readonly latentChannels: number;
  /** Channels of every level, the finest first. */
  readonly widths: readonly number[];
  /** Residual blocks of a level of the encoder; the decoder has one more. */
  readonly blocks: number;
  /** 1 × 1 convolutions between encoder, latent and decoder (only VAEs of 4 channels). */
  readonly hasQuantisation: boolean;
}

/** Reads the structure of a VAE from its weights (LDM names). */
export function vaeSpecOf(weights: WeightTable): VaeSpec | null {
  const latentChannels = weights.get("decoder.conv_in.weight")?.shape[1];
  if (!latentChannels) return null;
  const levels = countOf(weights, (n) => `encoder.down.${n}.block.0.norm1.weight`);
  return {
    latentChannels,
    widths: Array.from(
      { length: levels },
      (_, n) => weights.get(`encoder.down.${n}.block.0.conv1.weight`)?.shape[0] ?? 0,
    ),
    blocks: countOf(weights, (n) => `encoder.down.0.block.${n}.norm1.weight`),
    hasQuantisation: weights.get("quant_conv.weight") !== undefined,
  };
}

function residual(w: LayoutWriter, key: string, into: number, out: number): void {
  w.norm(`${key}.norm1`, into);
  w.conv(`${key}.conv1`, into, out);
  w.norm(`${key}.norm2`, out);
  w.conv(`${key}.conv2`, out, out);
  if (into !== out) w.conv(`${key}.nin_shortcut`, into, out, 1);
}

function middle(w: LayoutWriter, side: string, width: number): void {
  residual(w, `${side}.mid.block_1`, width, width);
  w.norm(`${side}.mid.attn_1.norm`, width);
  for (const part of ["q", "k", "v", "proj_out"]) w.conv(`${side}.mid.attn_1.${part}`, width, width, 1);
  residual(w, `${side}.mid.block_2`, width, width);
}

function encoder(w: LayoutWriter, { latentChannels, widths, blocks }: VaeSpec): void {
  let width = widths[0] ?? 0;
  w.conv("encoder.conv_in", 3, width);
  widths.forEach((next, level) => {
    for (let n = 0; n < blocks; n++) {
      residual(w, `encoder.down.${level}.block.${n}`, width, next);
      width = next;
    }
    if (level < widths.length - 1) w.conv(`encoder.down.${level}.downsample.conv`, width, width);
  });
  middle(w, "encoder", width);
  w.norm("encoder.norm_out", width);
  w.conv("encoder.conv_out", width, 2 * latentChannels);
}

function decoder(w: LayoutWriter, { latentChannels, widths, blocks }: VaeSpec): void {
  let width = widths[widths.length - 1] ?? 0;
  w.conv("decoder.conv_in", latentChannels, width);
  middle(w, "decoder", width);
  for (let level = widths.length - 1; level >= 0; level--) {
    for (let n = 0; n <= blocks; n++) {
      residual(w, `decoder.up.${level}.block.${n}`, width, widths[level]);
      width = widths[level];
    }
    if (level > 0) w.conv(`decoder.up.${level}.upsample.conv`, width, width);
  }
  w.norm("decoder.norm_out", width);
  w.conv("decoder.conv_out", width, 3);
}

/** The weights of a VAE. */
export function vaeLayout(spec: VaeSpec): Layout {
  const w = new LayoutWriter();
  encoder(w, spec);
  if (spec.hasQuantisation) {
    w.conv("quant_conv", 2 * spec.latentChannels, 2 * spec.latentChannels, 1);
    w.conv("post_quant_conv", spec.latentChannels, spec.latentChannels, 1);
  }
  decoder(w, spec);
  return w.weights;
}
