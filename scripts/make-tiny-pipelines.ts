// Writes pipelines with random weights in exactly the layout of Optimum's exports of Stable Diffusion: file and folder
// names, input and output names, dtypes and ranks are those of the real ones, sizes are tiny. `node
// scripts/make-tiny-pipelines.mjs FOLDER` writes all of them.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeTextEncoder, writeUnet, writeVaeDecoder, writeVaeEncoder } from "./tiny/networks.ts";
import type { PipelineShape } from "./tiny/shape.ts";
import { vocabulary, writeTokenizer } from "./tiny/tokenizer.ts";

interface Pipeline extends PipelineShape {
  readonly pipelineClass: string;
  readonly scheduler: Readonly<Record<string, unknown>>;
  /** Of the VAE's configuration. */
  readonly scaling: Readonly<Record<string, number>>;
  /** Latent side. */
  readonly sampleSize: number;
  /** Element type of the token ids. */
  readonly idType: "int64" | "int32";
}

const betas = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: "scaled_linear", num_train_timesteps: 1000 };
const pndm = {
  _class_name: "PNDMScheduler",
  ...betas,
  set_alpha_to_one: false,
  skip_prk_steps: true,
  steps_offset: 1,
  trained_betas: null,
};

const sd15: Pipeline = {
  pipelineClass: "StableDiffusionPipeline",
  dtype: "float32",
  channels: 4,
  factor: 8,
  contextWidth: 24,
  pooledWidth: 0,
  batch: "batch_size",
  timestep: { dtype: "int64", shape: [] },
  external: false,
  scheduler: pndm,
  scaling: { scaling_factor: 0.18215 },
  sampleSize: 8,
  idType: "int64",
};

const sdxl: Pipeline = {
  ...sd15,
  pipelineClass: "StableDiffusionXLPipeline",
  contextWidth: 56,
  pooledWidth: 40,
  timestep: { dtype: "float32", shape: [] },
  scheduler: {
    ...betas,
    _class_name: "EulerDiscreteScheduler",
    prediction_type: "epsilon",
    timestep_spacing: "leading",
  },
  scaling: { scaling_factor: 0.13025 },
};

const pipelines = {
  sd15,
  /** Weights, inputs and outputs in half precision. */
  "sd15-fp16": { ...sd15, dtype: "float16", timestep: { dtype: "float16", shape: [] } },
  "sd15-external": { ...sd15, external: true },
  /** A timestep for each sample. */
  "sd15-rows": { ...sd15, timestep: { dtype: "float32", shape: ["steps"] } },
  /** Older exports and web demonstrations: one timestep of shape [1], int32 ids. */
  "sd15-web": { ...sd15, timestep: { dtype: "int64", shape: [1] }, idType: "int32" },
  "sd15-fixed": { ...sd15, batch: 1, timestep: { dtype: "float32", shape: [1] } },
  "sd21-v": {
    ...sd15,
    timestep: { dtype: "float32", shape: ["steps"] },
    scheduler: { ...betas, _class_name: "DDIMScheduler", prediction_type: "v_prediction", steps_offset: 1 },
  },
  flow: {
    ...sd15,
    timestep: { dtype: "float32", shape: ["steps"] },
    scheduler: { _class_name: "FlowMatchEulerDiscreteScheduler", num_train_timesteps: 1000, shift: 3 },
    scaling: { scaling_factor: 1.5305, shift_factor: 0.0609 },
  },
  sdxl,
  "sdxl-fp16": { ...sdxl, dtype: "float16", timestep: { dtype: "float16", shape: [] }, external: true },
} as const satisfies Record<string, Pipeline>;

export type TinyPipeline = keyof typeof pipelines;
export const tinyPipelines = Object.keys(pipelines) as TinyPipeline[];

/** Longest prompt in tokens, start and end included, as CLIP has it. */
const maxLength = 77;

/** Writes one pipeline into a folder of its name. Returns the folder. */
export function makeTinyPipeline(parent: string, name: TinyPipeline): string {
  const pipeline: Pipeline = pipelines[name];
  const folder = join(parent, name);
  const part = (part: string, config: object, write: (folder: string) => void) => {
    mkdirSync(join(folder, part), { recursive: true });
    writeJson(join(folder, part, "config.json"), config);
    write(join(folder, part));
  };
  part("unet", unetConfig(pipeline), (path) => writeUnet(path, pipeline));
  part("vae_encoder", vaeConfig(pipeline), (path) => writeVaeEncoder(path, pipeline));
  part("vae_decoder", vaeConfig(pipeline), (path) => writeVaeDecoder(path, pipeline));
  for (const { name: encoderName, ...encoder } of encodersOf(pipeline)) {
    const config = { architectures: [encoder.projection ? "CLIPTextModelWithProjection" : "CLIPTextModel"] };
    part(encoderName, { ...config, hidden_size: encoder.width, num_hidden_layers: encoder.layers }, (path) =>
      writeTextEncoder(path, encoder, pipeline),
    );
    const pad = encoderName === "text_encoder_2" ? "!" : "<|endoftext|>";
    writeTokenizer(join(folder, encoderName.replace("text_encoder", "tokenizer")), maxLength, pad);
  }
  mkdirSync(join(folder, "scheduler"), { recursive: true });
  writeJson(join(folder, "scheduler/scheduler_config.json"), pipeline.scheduler);
  writeJson(join(folder, "model_index.json"), modelIndex(pipeline));
  return folder;
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

function encodersOf({ pooledWidth, contextWidth, idType }: Pipeline) {
  const isPair = pooledWidth > 0;
  const common = { vocabulary: vocabulary().length, length: maxLength, idType };
  const first = isPair ? 24 : contextWidth;
  return [
    { ...common, name: "text_encoder", width: first, layers: 2, states: isPair, projection: 0, seed: 2 },
    ...(isPair
      ? [
          {
            ...common,
            name: "text_encoder_2",
            width: contextWidth - first,
            layers: 3,
            states: true,
            projection: pooledWidth,
            seed: 3,
          },
        ]
      : []),
  ];
}

function unetConfig({ channels, contextWidth, sampleSize }: Pipeline): object {
  return {
    _class_name: "UNet2DConditionModel",
    in_channels: channels,
    out_channels: channels,
    cross_attention_dim: contextWidth,
    sample_size: sampleSize,
  };
}

function vaeConfig({ channels, factor, scaling }: Pipeline): object {
  const blocks = Array.from({ length: Math.log2(factor) + 1 }, () => 8);
  return { _class_name: "AutoencoderKL", latent_channels: channels, block_out_channels: blocks, ...scaling };
}

function modelIndex({ pipelineClass, scheduler, pooledWidth }: Pipeline): object {
  const onnx = ["diffusers", "OnnxRuntimeModel"];
  const tokenizer = ["transformers", "CLIPTokenizer"];
  return {
    _class_name: pipelineClass,
    _diffusers_version: "0.31.0",
    scheduler: ["diffusers", scheduler._class_name],
    text_encoder: onnx,
    tokenizer,
    ...(pooledWidth > 0 ? { text_encoder_2: onnx, tokenizer_2: tokenizer } : {}),
    unet: onnx,
    vae_decoder: onnx,
    vae_encoder: onnx,
  };
}
