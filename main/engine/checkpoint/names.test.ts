import { expect, test } from "vitest";
import { inspect } from "./inspect.ts";
import { knownNetworks } from "./layout/known.ts";
import { unetLayout, unetSizesOf } from "./layout/unetLayout.ts";
import { vaeLayout, vaeSpecOf } from "./layout/vaeLayout.ts";
import { shapedCheckpoint } from "./manifest.ts";
import { diffusersUnet } from "./namesUnet.ts";
import { vaeWeights } from "./namesVae.ts";
import { diffusersUnetShapes } from "./publishedTesting.ts";
import { unetSpecOf } from "./unetSpec.ts";
import { underPrefix } from "./weightTable.ts";

/** A published UNet or ControlNet, and the same with diffusers' names. */
function unet(name: string) {
  const layout = knownNetworks[name].layout();
  const spec = unetSpecOf(underPrefix(shapedCheckpoint("a", layout), ""), { size: 64 });
  return { layout, spec, shapes: diffusersUnetShapes(name) };
}

test("a file with diffusers' names is the UNet that it was made from", () => {
  for (const name of ["unet.sd1", "unet.sdxl", "unet.refiner"]) {
    const { layout, spec, shapes } = unet(name);
    const table = diffusersUnet(shapedCheckpoint("a", shapes), "");
    const found = unetSpecOf(table, { size: 64 })!;
    expect(found).toEqual(spec);
    expect(unetLayout(unetSizesOf(table, found))).toEqual(layout);
  }
});

test("modules have the names that diffusers gives them", () => {
  const keys = new Set(unet("unet.sd1").shapes.map(([key]) => key));
  for (const key of [
    "conv_in.weight",
    "time_embedding.linear_2.bias",
    "down_blocks.0.attentions.1.transformer_blocks.0.attn2.to_k.weight",
    "down_blocks.1.resnets.0.conv_shortcut.weight",
    "down_blocks.2.downsamplers.0.conv.weight",
    "down_blocks.3.resnets.1.time_emb_proj.weight",
    "mid_block.attentions.0.proj_in.weight",
    "mid_block.resnets.1.conv2.weight",
    "up_blocks.0.upsamplers.0.conv.weight",
    "up_blocks.1.attentions.2.norm.weight",
    "up_blocks.3.resnets.2.norm2.bias",
    "conv_norm_out.weight",
  ]) {
    expect(keys).toContain(key);
  }
  expect(keys.size).toBe(686);
  expect(unet("unet.sdxl").shapes.map(([key]) => key)).toContain("add_embedding.linear_1.weight");
});

test("a ControlNet with diffusers' names has its hint and its outputs", () => {
  const { layout, shapes } = unet("controlnet.sd1");
  const table = diffusersUnet(shapedCheckpoint("a", shapes), "");
  for (const [key, shape] of layout) expect(table.get(key)?.shape).toEqual(shape);
  expect(shapes.map(([key]) => key)).toContain("controlnet_cond_embedding.blocks.5.weight");
  expect(shapes.map(([key]) => key)).toContain("controlnet_down_blocks.11.bias");
});

/** Keys of a VAE as diffusers names them, by hand for one of each kind. */
const vaeNames: readonly (readonly [string, string])[] = [
  ["encoder.down.1.block.0.nin_shortcut.weight", "encoder.down_blocks.1.resnets.0.conv_shortcut.weight"],
  ["encoder.down.2.downsample.conv.bias", "encoder.down_blocks.2.downsamplers.0.conv.bias"],
  ["decoder.up.3.block.2.norm1.weight", "decoder.up_blocks.0.resnets.2.norm1.weight"],
  ["decoder.up.1.upsample.conv.weight", "decoder.up_blocks.2.upsamplers.0.conv.weight"],
  ["decoder.mid.block_2.conv1.bias", "decoder.mid_block.resnets.1.conv1.bias"],
  ["encoder.norm_out.bias", "encoder.conv_norm_out.bias"],
  ["quant_conv.weight", "quant_conv.weight"],
];

test.each([
  ["to_q", "to_out.0"],
  ["query", "proj_attn"],
])("a VAE with diffusers' names is read, its attention as %s and %s", (query, out) => {
  const marks = [0, 1, 2, 3].map((n) => [`decoder.up_blocks.${n}.resnets.0.norm1.weight`, [512]] as const);
  const attention = [`decoder.mid_block.attentions.0.${query}.weight`, [512, 512]] as const;
  const last = [`decoder.mid_block.attentions.0.${out}.weight`, [512, 512]] as const;
  const named = vaeNames.map(([, name], i) => [name, [i + 1]] as const);
  const table = vaeWeights(shapedCheckpoint("a", [...marks, attention, last, ...named]), "");
  expect(vaeNames.map(([key]) => table.get(key)?.shape)).toEqual(vaeNames.map((_, i) => [i + 1]));
  expect(table.get("decoder.mid.attn_1.q.weight")?.shape).toEqual([512, 512, 1, 1]);
  expect(table.get("decoder.mid.attn_1.proj_out.weight")?.shape).toEqual([512, 512, 1, 1]);
});

/** The keys of a whole VAE as diffusers writes them. */
function diffusersVae(): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const conv = (key: string, into: number, out: number, side = 3) => {
    shapes.set(`${key}.weight`, [out, into, side, side]).set(`${key}.bias`, [out]);
  };
  const norm = (key: string, width: number) => void shapes.set(`${key}.weight`, [width]).set(`${key}.bias`, [width]);
  const resnet = (key: string, into: number, out: number) => {
    norm(`${key}.norm1`, into);
    conv(`${key}.conv1`, into, out);
    norm(`${key}.norm2`, out);
    conv(`${key}.conv2`, out, out);
    if (into !== out) conv(`${key}.conv_shortcut`, into, out, 1);
  };
  const side = (name: string, blocks: string, widths: number[], resnets: number, sampler: string) => {
    let width = widths[0];
    widths.forEach((out, level) => {
      for (let n = 0; n < resnets; n++) {
        resnet(`${name}.${blocks}.${level}.resnets.${n}`, width, out);
        width = out;
      }
      if (level < 3) conv(`${name}.${blocks}.${level}.${sampler}.0.conv`, out, out);
    });
    for (const n of [0, 1]) resnet(`${name}.mid_block.resnets.${n}`, 512, 512);
    norm(`${name}.mid_block.attentions.0.group_norm`, 512);
    for (const part of ["to_q", "to_k", "to_v", "to_out.0"]) {
      const key = `${name}.mid_block.attentions.0.${part}`;
      shapes.set(`${key}.weight`, [512, 512]).set(`${key}.bias`, [512]);
    }
    norm(`${name}.conv_norm_out`, width);
  };
  conv("encoder.conv_in", 3, 128);
  side("encoder", "down_blocks", [128, 256, 512, 512], 2, "downsamplers");
  conv("encoder.conv_out", 512, 8);
  conv("quant_conv", 8, 8, 1);
  conv("post_quant_conv", 4, 4, 1);
  conv("decoder.conv_in", 4, 512);
  side("decoder", "up_blocks", [512, 512, 256, 128], 3, "upsamplers");
  conv("decoder.conv_out", 128, 3);
  return shapes;
}

test("a whole VAE in diffusers' names is recognised, with every key used", () => {
  const found = inspect(shapedCheckpoint("a", diffusersVae()), () => null);
  expect(found.title).toBe("a VAE of 4 channels");
  expect(found.parameters).toBe(83653863);
  expect(found.keys.filter(({ use }) => use !== "used")).toEqual([]);
});

test("a VAE with the original names is read as it is", () => {
  const layout = knownNetworks["vae.16"].layout();
  const table = vaeWeights(
    shapedCheckpoint(
      "a",
      [...layout].map(([key, shape]) => [`vae.${key}`, shape] as const),
    ),
    "vae.",
  );
  expect(vaeLayout(vaeSpecOf(table)!)).toEqual(layout);
});
