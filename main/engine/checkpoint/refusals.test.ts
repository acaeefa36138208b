import { expect, test } from "vitest";
import { CheckpointError } from "./error.ts";
import { inspect } from "./inspect.ts";
import { knownNetworks, unetSizes } from "./layout/known.ts";
import { clipLayout } from "./layout/textLayout.ts";
import { fluxLayout, mmditLayout } from "./layout/transformerLayout.ts";
import { unetLayout } from "./layout/unetLayout.ts";
import { vaeLayout } from "./layout/vaeLayout.ts";
import { shapedCheckpoint } from "./manifest.ts";
import { diffusersUnetShapes, publishedFiles, shapesOf } from "./publishedTesting.ts";
import { recognise } from "./recognise.ts";
import type { Checkpoint } from "./safetensors.ts";

type Shapes = Iterable<readonly [string, readonly number[]]>;
const made = (shapes: Shapes, metadata = {}): Checkpoint => ({
  ...shapedCheckpoint("/models/a.safetensors", shapes),
  metadata,
});
const file = (name: keyof typeof publishedFiles) => shapesOf(publishedFiles[name]);
const keys = (...names: string[]) => new Map(names.map((name) => [name, [4]] as const));

/** The sentence that a checkpoint is refused with, or what it is taken for. */
function verdict(checkpoint: Checkpoint): string {
  try {
    return `accepted as ${recognise(checkpoint, () => null).title}`;
  } catch (error) {
    if (error instanceof CheckpointError) return error.message;
    throw error;
  }
}

const unet = "model.diffusion_model.";
test.each<[string, Shapes, RegExp]>([
  ["a video model", file("sd21").set(`${unet}input_blocks.1.1.time_stack.0.norm1.weight`, [320]), /video model/],
  ["an AnimateDiff module", keys("down_blocks.0.motion_modules.0.temporal_transformer.norm.weight"), /video model/],
  ["Chroma", file("flux-schnell").set("distilled_guidance_layer.in_proj.weight", [5120, 64]), /Chroma/],
  ["FLUX.2", file("flux-dev").set("double_stream_modulation_img.lin.weight", [1]), /FLUX\.2/],
  [
    "a ControlNet for FLUX",
    keys("controlnet_blocks.0.weight", "controlnet_x_embedder.weight"),
    /ControlNet for SD3 or FLUX/,
  ],
  [
    "XLabs' ControlNet for FLUX",
    file("flux-dev").set("input_hint_block.0.weight", [16, 3, 3, 3]),
    /ControlNet for FLUX/,
  ],
  ["a Control-LoRA", file("controlnet-sd15").set("lora_controlnet", [0]), /Control-LoRA/],
  ["a union ControlNet", file("controlnet-sd15").set("task_embedding", [6, 320]), /union ControlNet/],
  ["differences to a base model", file("controlnet-sd15").set("difference", [0]), /only differences/],
  ["bitsandbytes", file("flux-dev").set("img_in.weight.quant_state.bitsandbytes__nf4", [4]), /bitsandbytes/],
  ["Playground", file("sdxl").set("edm_mean", [1, 4, 1, 1]), /EDM/],
  ["FLUX.1 fill", file("flux-dev").set("img_in.weight", [3072, 384]), /a picture beside the latent \(384/],
  ["Kolors", file("sdxl").set("encoder_hid_proj.weight", [2048, 4096]), /Kolors/],
  ["an IP-Adapter", keys("image_proj.proj.weight", "ip_adapter.1.to_k_ip.weight"), /IP-Adapter/],
  ["a T2I-Adapter", keys("body.0.block1.weight", "conv_in.weight"), /T2I-Adapter/],
  ["CLIP's image tower", keys("vision_model.encoder.layers.0.mlp.fc1.weight"), /image encoder/],
  ["unCLIP", file("sd21").set(`${unet}label_emb.0.0.weight`, [1280, 2048]), /unCLIP/],
])("%s is refused by name", (_, shapes, sentence) => {
  expect(verdict(made(shapes))).toMatch(sentence);
  expect(verdict(made(shapes))).toMatch(/^a\.safetensors [^\n]*\. ?.*\.$/);
});

test.each<[string, Shapes, RegExp]>([
  [
    "SD 1 and FLUX",
    [...file("sd15"), ...file("flux-dev")],
    /two networks, a FLUX transformer \(“double_blocks.*a UNet \(“model\.diff/,
  ],
  ["two UNets", [...file("sd15"), ...shapesOf({ "": "unet.sdxl" })], /two networks, a UNet.*and a UNet/],
  [
    "SD3 and SD 1 under one prefix",
    [...file("sd15"), ...file("sd3-medium")],
    /two networks, a UNet.*an SD3 transformer/,
  ],
  [
    "a UNet and a LoRA",
    [...file("sd15"), ...keys("lora_unet_mid_block_attentions_0_proj_in.lora_down.weight")],
    /a LoRA/,
  ],
  ["a VAE and T5", [...file("vae16"), ...file("t5")], /two networks, a VAE.*a T5 text encoder/],
])("%s in one file are refused", (_, shapes, sentence) => {
  expect(verdict(made(shapes))).toMatch(sentence);
});

/** A file with one tensor left out, or of another shape. */
function changed(name: keyof typeof publishedFiles, key: string, shape: number[] | null): string {
  const shapes = file(name);
  if (!shapes.has(key)) throw new Error(`${name} has no ${key}`);
  if (shape) shapes.set(key, shape);
  else shapes.delete(key);
  return verdict(made(shapes));
}

test.each<[keyof typeof publishedFiles, string, number[] | null, string]>([
  ["sd15", `${unet}middle_block.0.emb_layers.1.weight`, null, "[1280, 1280] is missing"],
  [
    "sd15",
    `${unet}input_blocks.4.0.in_layers.2.weight`,
    [640, 640, 3, 3],
    "[640, 640, 3, 3] instead of [640, 320, 3, 3]",
  ],
  ["sd15", `${unet}output_blocks.3.0.in_layers.0.weight`, [1280], "[1280] instead of [2560]"],
  ["sdxl", `${unet}label_emb.0.2.bias`, [1], "[1] instead of [1280]"],
  ["sdxl", "conditioner.embedders.1.model.transformer.resblocks.7.attn.in_proj_weight", [1280, 1280], "[3840, 1280]"],
  ["sd21", "first_stage_model.decoder.up.3.block.1.conv2.bias", null, "[512] is missing"],
  ["sd3.5-medium", `${unet}joint_blocks.12.x_block.attn2.ln_k.weight`, [128], "[128] instead of [64]"],
  ["flux-dev", "single_blocks.37.linear2.weight", [3072, 3072], "[3072, 3072] instead of [3072, 15360]"],
  ["t5", "encoder.block.3.layer.1.DenseReluDense.wo.weight", null, "[4096, 10240] is missing"],
  ["clip-l", "text_model.encoder.layers.11.self_attn.v_proj.bias", [512], "[512] instead of [768]"],
  ["controlnet-sd15", "control_model.zero_convs.11.0.weight", [640, 640, 1, 1], "instead of [1280, 1280, 1, 1]"],
])("in %s, a tensor that does not fit the others is named: %s", (name, key, shape, said) => {
  const sentence = changed(name, key, shape);
  expect(sentence).toContain(`“${key}”`);
  expect(sentence).toContain(said);
  expect(sentence).toMatch(/^a\.safetensors looks like .*\. Download it again or take another version\.$/);
});

test("parts that do not fit each other are refused", () => {
  const { sd15, sd21 } = publishedFiles;
  const wide = { ...sd15, "cond_stage_model.transformer.text_model.": knownNetworks["clip.g-hf"].layout() };
  expect(verdict(made(shapesOf(wide)))).toMatch(/text encoders give 1280 numbers a token where its network takes 768/);
  expect(verdict(made(shapesOf({ ...sd21, "first_stage_model.": "vae.16" })))).toMatch(
    /its VAE has 16 channels where its network has 4/,
  );
});

test("weights of whole numbers are refused", () => {
  const checkpoint = made(file("vae16"));
  const key = "decoder.mid.block_1.conv1.weight";
  const tensors = new Map(checkpoint.tensors).set(key, { ...checkpoint.tensors.get(key)!, dtype: "int64" });
  expect(verdict({ ...checkpoint, tensors })).toMatch(/“decoder\.mid\.block_1\.conv1\.weight” is of type int64/);
});

test("one piece of several is refused", () => {
  const path = "/models/diffusion_pytorch_model-00001-of-00003.safetensors";
  expect(verdict({ ...made(file("vae16")), path })).toMatch(/one piece of a model in several files/);
});

test("an unknown architecture is told with its nearest match and the first difference", () => {
  const shapes = file("flux-dev");
  for (const key of [...shapes.keys()]) {
    if (key.startsWith("double_blocks.0.")) shapes.set(key.replace("img_attn", "image_attention"), shapes.get(key)!);
    if (key.startsWith("double_blocks.0.img_attn")) shapes.delete(key);
  }
  expect(verdict(made(shapes))).toMatch(
    /not known\. The nearest is FLUX\.1 dev, of whose 780 keys it has 774; the first difference: “double_blocks\.0\.img_attn\.qkv\.weight” \[9216, 3072\] is missing\./,
  );
  expect(verdict(made(keys("lstm.weight", "lstm.bias")))).toMatch(
    /resembles none that is: its first key is “lstm\.weight”/,
  );
});

test("what no shape tells is taken from the file's own statement", () => {
  const narrow = (size: number) => {
    const layout = [...file("clip-l")].map(
      ([key, shape]) => [key, shape.map((side) => (side / 24 === 32 ? 32 : side))] as const,
    );
    return verdict(made(layout, size === 0 ? {} : { "fairlead.config": `{"clip_l.num_heads":${size}}` }));
  };
  expect(narrow(0)).toMatch(/size of attention heads does not divide its widths/);
  expect(narrow(5)).toMatch(/size of attention heads/);
  expect(narrow(4)).toBe("accepted as the text encoder CLIP-L");
  const stated = { "fairlead.config": '{"clip_g.num_heads":12}' };
  expect(verdict(made(file("clip-l"), stated))).toBe("accepted as the text encoder OpenCLIP-G");
  expect(verdict(made(file("clip-l"), { "fairlead.config": "{" }))).toMatch(
    /“fairlead\.config” in its metadata, which is no JSON/,
  );
});

test("diffusers' names of a UNet, and distilled ones, are accepted", () => {
  expect(verdict(made(diffusersUnetShapes("unet.sdxl")))).toBe("accepted as SDXL base");
  expect(verdict(made(diffusersUnetShapes("unet.sd1")))).toBe("accepted as Stable Diffusion 1.x");
  const without = (dropped: RegExp) => [...file("sdxl")].filter(([key]) => !dropped.test(key));
  expect(verdict(made(without(/middle_block\.[12]\./)))).toBe("accepted as SDXL base");
  expect(verdict(made(without(/middle_block\./)))).toBe("accepted as SDXL base");
});

test("embeddings and LoRAs are told apart from models", () => {
  expect(verdict(made([["emb_params", [3, 768]]]))).toMatch(/embedding/);
  expect(
    verdict(
      made([
        ["clip_l", [4, 768]],
        ["clip_g", [4, 1280]],
      ]),
    ),
  ).toMatch(/embedding/);
  const lora = (key: string) => verdict(made(keys(`${key}.alpha`, `${key}.lora_down.weight`, `${key}.lora_up.weight`)));
  expect(lora("lora_unet_double_blocks_0_img_attn_qkv")).toBe("accepted as a LoRA for FLUX.1");
  expect(lora("lora_te2_text_model_encoder_layers_0_mlp_fc1")).toBe("accepted as a LoRA for SDXL");
  expect(verdict(made(keys("x.hada_w1_a")))).toBe("accepted as a LoRA");
  const reading = (width: number) =>
    verdict(made([["unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight", [4, width]]]));
  expect([768, 1024, 2048].map(reading)).toEqual(
    ["SD 1", "SD 2", "SDXL"].map((name) => `accepted as a LoRA for ${name}`),
  );
  expect(reading(32)).toBe("accepted as a LoRA for SD 1, SD 2 or SDXL");
});

/** Networks small enough for thousands of copies, under the prefixes of whole files. */
function smallFiles(): Map<string, readonly number[]>[] {
  const plan = { channels: 64, contextWidth: 64, vectorWidth: 0, isLinear: false, middleDepth: 1 };
  const levels = [
    [1, 1],
    [2, 0],
  ] as const;
  const clip = {
    names: "hugging-face",
    width: 64,
    layers: 2,
    positions: 77,
    vocabulary: 100,
    inner: 128,
    projected: 0,
  } as const;
  const open = { ...clip, names: "open-clip", projected: 64 } as const;
  const vae = { latentChannels: 4, widths: [32, 64], blocks: 1, hasQuantisation: true };
  const transformer = { channels: 4, contextWidth: 96, pooledWidth: 64, inner: 256 };
  return [
    shapesOf({
      [unet]: unetLayout(unetSizes({ ...plan, levels })),
      "cond_stage_model.transformer.text_model.": clipLayout(clip),
      "first_stage_model.": vaeLayout(vae),
    }),
    shapesOf({
      [unet]: unetLayout(
        unetSizes({
          ...plan,
          isLinear: true,
          levels: [
            [2, 1],
            [4, 0],
          ],
        }),
      ),
      "cond_stage_model.model.": clipLayout(open),
    }),
    shapesOf({
      "": mmditLayout({
        ...transformer,
        width: 64,
        blocks: 2,
        positions: 8,
        patch: 2,
        hasNorms: true,
        secondBlocks: [0],
      }),
    }),
    shapesOf({
      "": fluxLayout({
        ...{ ...transformer, width: 128, heads: { count: 2, size: 64 }, doubleBlocks: 1, singleBlocks: 1 },
        ...{ axes: [8, 28, 28], hasGuidance: true },
      }),
    }),
  ];
}

const tries = 2000;
test(`${tries} files with changed keys and shapes are refused with a sentence, or all that is left fits`, () => {
  const files = smallFiles();
  for (const shapes of files) expect(verdict(made(shapes))).toMatch(/^accepted as/);
  let state = 3;
  const draw = (end: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
  const verdicts = { accepted: 0, refused: 0 };
  for (let n = 0; n < tries; n++) {
    const entries = [...files[n % files.length]];
    for (let changes = draw(3); changes >= 0; changes--) {
      const at = draw(entries.length);
      const [key, shape] = entries[at];
      const other = entries[draw(entries.length)];
      const changed: (() => void)[] = [
        () => entries.splice(at, 1),
        () => entries.splice(at, 1, [key, shape.map((side, i) => (i === draw(4) ? draw(70) : side))]),
        () => entries.splice(at, 1, [key, other[1]]),
        () => entries.splice(at, 1, [key, []]),
        () => entries.splice(at, 1, [`${key}x`, shape]),
        () => entries.splice(at, 1, [key.replace(/\d+/, String(draw(12))), shape]),
      ];
      changed[draw(changed.length)]();
    }
    const checkpoint = made(new Map(entries));
    const found = verdict(checkpoint);
    if (!found.startsWith("accepted")) {
      verdicts.refused++;
      expect(found).toMatch(/^a\.safetensors .*\.$/);
      continue;
    }
    verdicts.accepted++;
    const { keys: all } = inspect(checkpoint, () => null);
    expect(all.some(({ use }) => use === "used")).toBe(true);
  }
  expect(verdicts.accepted + verdicts.refused).toBe(tries);
  expect(verdicts.refused).toBeGreaterThan(verdicts.accepted);
});
