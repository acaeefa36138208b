import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CheckpointError } from "./error.ts";
import { inspect } from "./inspect.ts";
import { shapedCheckpoint } from "./manifest.ts";
import { publishedFiles, shapesOf } from "./publishedTesting.ts";
import { recognise } from "./recognise.ts";
import { type Checkpoint, readCheckpoint } from "./safetensors.ts";
import { writeCheckpoint } from "./testing.ts";

const nothing = () => null;
const made = (shapes: Iterable<readonly [string, readonly number[]]>, metadata = {}): Checkpoint => ({
  ...shapedCheckpoint("/models/a.safetensors", shapes),
  metadata,
});
const file = (name: keyof typeof publishedFiles) => shapesOf(publishedFiles[name]);

/** The sentence that a checkpoint is refused with. */
function refusal(checkpoint: Checkpoint): string {
  try {
    return `accepted as ${recognise(checkpoint, nothing).title}`;
  } catch (error) {
    if (error instanceof CheckpointError) return error.message;
    throw error;
  }
}

test.each([
  ["sd15", "sd1", "Stable Diffusion 1.x", ["unet 859.52", "clip-l 123.06", "vae 83.65"], []],
  ["sd21", "sd2", "Stable Diffusion 2.x", ["unet 865.91", "clip-h 354.03", "vae 83.65"], []],
  ["sdxl", "sdxl", "SDXL base", ["unet 2567.46", "clip-l 123.06", "clip-g 694.66", "vae 83.65"], []],
  ["sdxl-refiner", "sdxl-refiner", "the SDXL refiner", ["unet 2259.53", "clip-g 694.66", "vae 83.65"], []],
  ["sd3-medium", "sd3", "Stable Diffusion 3 medium", ["mmdit 2084.95"], ["clip-l", "clip-g", "t5", "vae"]],
  ["sd3.5-medium", "sd3", "Stable Diffusion 3.5 medium", ["mmdit 2469.66"], ["clip-l", "clip-g", "t5", "vae"]],
  ["sd3.5-large", "sd3", "Stable Diffusion 3.5 large", ["mmdit 8146.28"], ["clip-l", "clip-g", "t5", "vae"]],
  ["flux-dev", "flux", "FLUX.1 dev", ["flux 11901.41"], ["clip-l", "t5", "vae"]],
  ["flux-schnell", "flux", "FLUX.1 schnell", ["flux 11891.18"], ["clip-l", "t5", "vae"]],
  ["vae16", "vae", "a VAE of 16 channels", ["vae 83.82"], []],
  ["clip-l", "clip", "the text encoder CLIP-L", ["clip-l 123.06"], []],
  ["clip-g", "clip", "the text encoder OpenCLIP-G", ["clip-g 694.66"], []],
  ["t5", "t5", "the text encoder T5-XXL", ["t5 4762.31"], []],
  ["controlnet-sd15", "controlnet", "a ControlNet for Stable Diffusion 1.x", ["controlnet 361.28"], []],
] as const)(
  "%s is recognised, and its graphs take every one of its weights",
  (name, architecture, title, parts, missing) => {
    const found = inspect(made(file(name)), nothing);
    expect([found.architecture, found.title]).toEqual([architecture, title]);
    expect(found.parts.map(({ kind, parameters }) => `${kind} ${(parameters / 1e6).toFixed(2)}`)).toEqual(parts);
    expect(found.missing).toEqual(missing);
    expect(found.keys.filter(({ use }) => use !== "used")).toEqual([]);
    expect(found.reason).toMatch(/^“.*” marks it\..*\.?$/);
  },
);

test("keys that are of no use are told from keys that nothing is known of", () => {
  const strays = ["betas", "alphas_cumprod", "sqrt_recipm1_alphas_cumprod", "model_ema.decay", "posterior_mean_coef1"];
  const text = "cond_stage_model.transformer.text_model.embeddings.position_ids";
  const shapes = [...[...strays, text, "something.else"].map((key) => [key, [77]] as const), ...file("sd15")];
  const { keys } = inspect(made(shapes), nothing);
  expect(keys.filter(({ use }) => use === "ignored").map(({ key }) => key)).toEqual([...strays, text]);
  expect(keys.filter(({ use }) => use === "unknown").map(({ key }) => key)).toEqual(["something.else"]);
});

test("T5's embedding may stand under either name or both", () => {
  const both = file("t5").set("encoder.embed_tokens.weight", [32128, 4096]);
  expect(
    inspect(made(both), nothing)
      .keys.filter(({ use }) => use === "ignored")
      .map(({ key }) => key),
  ).toEqual(["encoder.embed_tokens.weight"]);
  both.delete("shared.weight");
  expect(inspect(made(both), nothing).parameters).toBe(4762310656);
});

test("inpainting and edited pictures are told by the channels that enter", () => {
  const first = "model.diffusion_model.input_blocks.0.0.weight";
  const inputsOf = (channels: number) => recognise(made(file("sd15").set(first, [320, channels, 3, 3])), nothing);
  expect(inputsOf(9)).toMatchObject({ inputs: "inpainting", title: "Stable Diffusion 1.x, inpainting" });
  expect(inputsOf(8)).toMatchObject({ inputs: "instruct-pix2pix", latent: { channels: 4 } });
  expect(refusal(made(file("sd15").set(first, [320, 5, 3, 3])))).toMatch(/5 input channels/);
});

test("latents are scaled as each family's VAE needs it", () => {
  const latent = (name: keyof typeof publishedFiles) => recognise(made(file(name)), nothing).latent;
  expect(latent("sd15")).toEqual({ channels: 4, factor: 0.18215, shift: 0 });
  expect(latent("sdxl")).toEqual({ channels: 4, factor: 0.13025, shift: 0 });
  expect(latent("sd3.5-large")).toEqual({ channels: 16, factor: 1.5305, shift: 0.0609 });
  expect(latent("flux-dev")).toEqual({ channels: 16, factor: 0.3611, shift: 0.1159 });
});

test("what is predicted follows from markers, metadata and the family", () => {
  const of = (name: keyof typeof publishedFiles, keys: string[] = [], metadata = {}) => {
    const shapes = [...file(name), ...keys.map((key) => [key, [0]] as const)];
    const { prediction } = recognise(made(shapes, metadata), nothing);
    return [prediction?.space, prediction?.isZeroTerminal];
  };
  expect(of("sd15")).toEqual(["eps", false]);
  expect(of("sdxl", ["v_pred"])).toEqual(["v", false]);
  expect(of("sdxl", ["v_pred", "ztsnr"])).toEqual(["v", true]);
  expect(of("sdxl", [], { "modelspec.prediction_type": "v" })).toEqual(["v", false]);
  expect(of("sdxl", [], { "modelspec.prediction_type": "epsilon" })).toEqual(["eps", false]);
  expect(of("flux-dev")).toEqual(["flow", false]);
  expect(of("sd3-medium")).toEqual(["flow", false]);
});

test("an SD 2 network predicts v where its last bias is spread wide", () => {
  const bias = (size: number) => recognise(made(file("sd21")), () => Float32Array.of(-size, size)).prediction?.space;
  expect([bias(0.08), bias(0.1)]).toEqual(["eps", "v"]);
});

const folder = mkdtempSync(join(tmpdir(), "fairlead-recognise-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(["F32", "F16", "BF16"] as const)("the telltale bias is read from a file in %s", (dtype) => {
  const words = { F32: [0x3f000000, 0xbf000000], F16: [0x3800, 0xb800], BF16: [0x3f00, 0xbf00] }[dtype];
  const pair = dtype === "F32" ? Uint32Array.from(words) : Uint16Array.from(words);
  const bytes = new Uint8Array(pair.buffer);
  const name = "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias";
  const path = join(folder, `${dtype}.safetensors`);
  const all = Buffer.concat(Array.from({ length: 160 }, () => bytes));
  const tensors = [...shapesOf({ "model.diffusion_model.": "unet.sd2" })].map(([key, shape]) => {
    return [key, key === name ? { dtype, shape, bytes: all } : { dtype, shape }] as const;
  });
  writeCheckpoint(path, Object.fromEntries(tensors));
  const { prediction, missing } = recognise(readCheckpoint(path));
  expect(prediction).toMatchObject({ space: "v", reason: expect.stringContaining("spreads by 0.500") });
  expect(missing).toEqual(["clip-h", "vae"]);
});

test("one table of numbers holds words of a person's own, unless it is named like a layer", () => {
  expect(inspect(made(new Map([["*", [2, 768]]])), nothing).title).toBe("an embedding (textual inversion)");
  const layer = "model.layers.0.self_attn.q_proj.weight";
  expect(() => inspect(made(new Map([[layer, [4, 4]]])), nothing)).toThrow(layer);
});
