import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import { readNpy } from "../files/npy.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import { encodeModel } from "../onnx/write.ts";
import { openGraph } from "../runtime/session.ts";
import { clipTextGraph, clipTextSpecOf } from "./clipText.ts";
import { controlnetGraph } from "./controlnet.ts";
import { fluxGraph, fluxSpecOf } from "./flux.ts";
import { type Adapter, readLora } from "./lora.ts";
import { networkLayers, towerLayers } from "./loraNames.ts";
import { mmditGraph, mmditSpecOf } from "./mmdit.ts";
import { readCheckpoint } from "./safetensors.ts";
import { t5Graph } from "./t5.ts";
import { unetGraph } from "./unet.ts";
import { type HeadRule, unetSpecOf } from "./unetSpec.ts";
import { vaeDecoderGraph, vaeEncoderGraph } from "./vae.ts";
import { underPrefix } from "./weightTable.ts";

/** Tiny checkpoints with real key names, and what other programs compute with them in float32 (see README.md there). */
const fixtures = join(__dirname, "fixtures");

const open = (name: string) => readCheckpoint(join(fixtures, `${name}.safetensors`));

function golden(path: string): Tensor {
  const tensor = readNpy(readFileSync(join(fixtures, "golden", `${path}.npy`)));
  return isFloatTensor(tensor) ? tensor : { data: Float32Array.from(tensor.data, Number), shape: tensor.shape };
}

const ids = (path: string) => readNpy(readFileSync(join(fixtures, "golden", `${path}.npy`)));
const scalar = (value: number): Tensor => ({ data: Float32Array.of(value), shape: [] });

const sessions = new Map<OnnxGraph, ReturnType<typeof openGraph>>();
afterEach(async () => {
  for (const session of sessions.values()) await (await session).release();
  sessions.clear();
});

async function run(path: string, graph: OnnxGraph, feeds: Parameters<Awaited<ReturnType<typeof openGraph>>["run"]>[0]) {
  if (!sessions.has(graph)) sessions.set(graph, openGraph(path, encodeModel(graph), { provider: "cpu", threads: 1 }));
  return (await (await sessions.get(graph)!).run(feeds)) as Record<string, Tensor>;
}

/** ‖a − b‖ / ‖b‖, below the tolerance of two independent float32 programs. */
function expectClose(got: ArrayLike<number>, wanted: Tensor): void {
  expect(got.length).toBe(wanted.data.length);
  let [difference, size] = [0, 0];
  for (let i = 0; i < got.length; i++) {
    difference += (got[i] - wanted.data[i]) ** 2;
    size += wanted.data[i] ** 2;
  }
  expect(Math.sqrt(difference / size)).toBeLessThan(2e-5);
}

const unets: readonly (readonly [string, HeadRule])[] = [
  ["sd15-tiny", { count: 8 }],
  ["sdxl-tiny", { size: 16 }],
  ["sd21v-tiny", { size: 16 }],
];
const headsOf = (name: string) => unets.find(([one]) => one === name)![1];

function unetOf(name: string) {
  const checkpoint = open(name);
  const weights = underPrefix(checkpoint, "model.diffusion_model.");
  return { path: checkpoint.path, weights, spec: unetSpecOf(weights, headsOf(name))! };
}

function unetFeeds(name: string, set = "unet"): Record<string, Tensor> {
  const at = (what: string) => golden(`${name}/${set}_${what}`);
  return {
    sample: at("x"),
    timestep: at("t"),
    encoder_hidden_states: at("context"),
    ...(name === "sdxl-tiny" ? { y: at("y") } : {}),
  };
}

test.each([
  ["sd15-tiny", "unet"],
  ["sd15-tiny", "unet_b"],
  ["sd15-tiny", "unet_odd"],
  ["sdxl-tiny", "unet"],
  ["sdxl-tiny", "unet_b"],
  ["sd21v-tiny", "unet"],
  ["sd21v-tiny", "unet_b"],
])("%s: %s", async (name, set) => {
  const { path, weights, spec } = unetOf(name);
  const graph = unetGraph(weights, spec, { isEven: set !== "unet_odd", hasControl: false });
  expectClose((await run(path, graph, unetFeeds(name, set))).out_sample.data, golden(`${name}/${set}_out`));
});

test.each([
  ["sd15-tiny", "first_stage_model."],
  ["vae-tiny", ""],
  ["vae16-tiny", ""],
])("the VAE of %s decodes and encodes", async (name, prefix) => {
  const checkpoint = open(name);
  const weights = underPrefix(checkpoint, prefix);
  const feeds = { latent_sample: golden(`${name}/vae_latent`) };
  const decoded = await run(checkpoint.path, vaeDecoderGraph(weights), feeds);
  expectClose(decoded.sample.data, golden(`${name}/vae_decoded`));
  const encoded = await run(checkpoint.path, vaeEncoderGraph(weights), { sample: golden(`${name}/vae_image`) });
  const mean = golden(`${name}/vae_mean`);
  const row = mean.data.length / mean.shape[0];
  const means = Array.from({ length: mean.shape[0] }, (_, b) =>
    Array.from(encoded.latent_parameters.data.subarray(2 * b * row, (2 * b + 1) * row)),
  );
  expectClose(means.flat(), mean);
});

test.each([
  ["sd15-tiny", "cond_stage_model.transformer.text_model.", "clip_l", 4],
  ["sdxl-tiny", "conditioner.embedders.1.model.", "clip_g", undefined],
  ["sd21v-tiny", "cond_stage_model.model.", "clip_h", undefined],
])("the text tower of %s", async (name, prefix, tower, heads) => {
  const checkpoint = open(name);
  const stated = JSON.parse(checkpoint.metadata["fairlead.config"] ?? "{}")[`${tower}.num_heads`];
  const weights = underPrefix(checkpoint, prefix);
  const spec = clipTextSpecOf(weights, stated ?? heads)!;
  const states = await run(checkpoint.path, clipTextGraph(weights, spec), {
    input_ids: ids(`${name}/${tower}_input_ids`),
  });
  expectClose(states.last_hidden_state.data, golden(`${name}/${tower}_last_hidden`));
  expectClose(states.penultimate.data, golden(`${name}/${tower}_penultimate`));
  expectClose(states.pooler_output.data, golden(`${name}/${tower}_pooled`));
  if (tower === "clip_g") expectClose(states.text_embeds.data, golden(`${name}/${tower}_pooled_projected`));
});

test("T5", async () => {
  const checkpoint = open("t5-tiny");
  const input = ids("t5-tiny/input_ids");
  const graph = t5Graph(underPrefix(checkpoint, ""), input.shape[1]);
  const states = await run(checkpoint.path, graph, { input_ids: input });
  expectClose(states.last_hidden_state.data, golden("t5-tiny/last_hidden"));
});

test.each(["sd3-tiny", "sd35-tiny"])("the transformer of %s", async (name) => {
  const checkpoint = open(name);
  const weights = underPrefix(checkpoint, "model.diffusion_model.");
  const at = (what: string) => golden(`${name}/mmdit_${what}`);
  const feeds = {
    hidden_states: at("x"),
    timestep: at("t"),
    encoder_hidden_states: at("context"),
    pooled_projections: at("y"),
  };
  const out = await run(checkpoint.path, mmditGraph(weights, mmditSpecOf(weights)!), feeds);
  expectClose(out.out_sample.data, at("out"));
});

test.each(["flux-tiny", "flux-schnell-fp8-tiny"])("the transformer of %s", async (name) => {
  const checkpoint = open(name);
  const weights = underPrefix(checkpoint, "");
  const axes = JSON.parse(checkpoint.metadata["fairlead.config"])["flux.axes"];
  const spec = fluxSpecOf(weights, axes)!;
  const at = (what: string) => golden(`${name}/flux_${what}`);
  const t = at("t");
  const feeds = {
    hidden_states: at("x"),
    timestep: { data: Float32Array.from(t.data, (value) => 1000 * value), shape: t.shape },
    encoder_hidden_states: at("context"),
    pooled_projections: at("y"),
    ...(spec.hasGuidance ? { guidance: at("guidance") } : {}),
  };
  expectClose((await run(checkpoint.path, fluxGraph(weights, spec), feeds)).out_sample.data, at("out"));
});

test("a ControlNet's residuals, and the UNet with them", async () => {
  const name = "controlnet-sd15-tiny";
  const checkpoint = open(name);
  const weights = underPrefix(checkpoint, "control_model.");
  const feeds = unetFeeds("sd15-tiny");
  const graph = controlnetGraph(weights, unetSpecOf(weights, { count: 8 })!);
  const full = await run(checkpoint.path, graph, { ...feeds, hint: golden(`${name}/hint`), strength: scalar(1) });
  for (let i = 0; i < 12; i++) {
    expectClose(full[`residual.${i}`].data, golden(`${name}/residual_${String(i).padStart(2, "0")}`));
  }
  expectClose(full["residual.middle"].data, golden(`${name}/residual_mid`));
  const weak = await run(checkpoint.path, graph, { ...feeds, hint: golden(`${name}/hint`), strength: scalar(0.6) });
  const unet = unetOf("sd15-tiny");
  const controlled = unetGraph(unet.weights, unet.spec, { isEven: true, hasControl: true });
  const whole = await run(unet.path, controlled, { ...feeds, ...full });
  expectClose(whole.out_sample.data, golden(`${name}/unet_out_100`));
  expectClose(
    (await run(unet.path, controlled, { ...feeds, ...weak })).out_sample.data,
    golden(`${name}/unet_out_060`),
  );
});

test.each([
  ["lora-kohya-sd15-tiny", "sd15-tiny"],
  ["lora-peft-sd15-tiny", "sd15-tiny"],
  ["lora-kohya-sdxl-tiny", "sdxl-tiny"],
])("%s on the UNet, as branches beside the layers", async (file, base) => {
  const lora = readLora(open(file));
  const { path, weights, spec } = unetOf(base);
  const find = networkLayers(lora, { kind: "unet", weights, spec });
  const adapters: Adapter[] = [{ lora, strength: "lora.0", find }];
  const graph = unetGraph(weights, spec, { isEven: true, hasControl: false, adapters });
  const feeds = unetFeeds(base);
  const changed = await run(path, graph, { ...feeds, "lora.0": scalar(0.7) });
  expectClose(changed.out_sample.data, golden(`${file}/unet_out`));
  expectClose((await run(path, graph, { ...feeds, "lora.0": scalar(0) })).out_sample.data, golden(`${base}/unet_out`));
});

test("a LoRA on text towers", async () => {
  const lora = readLora(open("lora-kohya-sd15-tiny"));
  const checkpoint = open("sd15-tiny");
  const weights = underPrefix(checkpoint, "cond_stage_model.transformer.text_model.");
  const adapters = [{ lora, strength: "lora.0", find: towerLayers(lora, "L", weights) }];
  const graph = clipTextGraph(weights, clipTextSpecOf(weights, 4)!, { adapters });
  const feeds = { input_ids: ids("sd15-tiny/clip_l_input_ids"), "lora.0": scalar(0.7) };
  const states = await run(checkpoint.path, graph, feeds);
  expectClose(states.last_hidden_state.data, golden("lora-kohya-sd15-tiny/clip_l_last_hidden"));
});
