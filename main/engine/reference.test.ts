import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunEvent } from "../../shared/events.ts";
import { norm, reshape, scale, sliceRows, sub } from "../../shared/tensor/index.ts";
import type { AnyTensor, Tensor } from "../../shared/tensor/tensor.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { readNpy, writeNpy } from "./files/npy.ts";
import { createRuntime } from "./runtime/runtime.ts";
import type { Runtime } from "./runtime/types.ts";
import { Workspace } from "./workspace.ts";

const embeddedModel = resolve(__dirname, "../../assets/models/emoji-scenes");
const golden = resolve(__dirname, "fixtures/golden");
const index = JSON.parse(readFileSync(join(golden, "index.json"), "utf8")) as {
  prompts: string[];
  unet_timesteps: number[];
  trajectories: Record<string, { sigmas: number[] | null }>;
};
const stored = (name: string) => readNpy(readFileSync(join(golden, `${name}.npy`))) as Tensor;
const relative = (a: Tensor, b: Tensor) => Math.hypot(...norm(sub(a, b)).data) / Math.hypot(...norm(b).data);
const furthest = (a: Tensor, b: Tensor) =>
  Array.from(a.data).reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i])), 0);

let folder = "";
let runtime: Runtime;
let workspace: Workspace;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-reference-"));
  runtime = createRuntime({ device: "cpu", embeddedModel });
  workspace = new Workspace({ embeddedModel, cacheFolder: null });
  await runtime.modelInfo("", "", null);
  await runtime.modelInfo("", "unet_weak", null);
});

afterAll(async () => {
  await runtime.close();
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(workflow: Workflow) {
  const events: RunEvent[] = [];
  const out = mkdtempSync(join(folder, "out-"));
  const done = await workspace.run(workflow, {
    baseFolder: folder,
    device: "cpu",
    outputFolder: out,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    previews: false,
  });
  return { done, events, out };
}

const node = (id: string, type: string, params: Workflow["nodes"][number]["params"] = {}) => ({ id, type, params });
const edge = (text: string) => {
  const [from, to] = text.split(" ").map((end) => end.split("."));
  return { from: [from[0], from[1]] as const, to: [to[0], to[1]] as const };
};

/** Text to image as the reference program ran it: stored noise, CFG 4, the prompt of one row. */
function trajectory(row: number, sampler: string, schedule: string): Workflow {
  writeFileSync(join(folder, `noise-${row}.npy`), writeNpy(sliceRows(stored("noise"), row, row + 1)));
  return {
    fairlead: 1,
    nodes: [
      node("model", "model/load"),
      node("prompt", "text/encode", { text: index.prompts[row] }),
      node("empty", "text/encode"),
      node("positive", "denoiser/condition"),
      node("negative", "denoiser/condition"),
      node("guide", "guidance/cfg", { scale: 4 }),
      node("schedule", "sigmas/schedule", { schedule, steps: 20 }),
      node("noise", "noise/tensor", { path: `noise-${row}.npy` }),
      node("latent", "latent/empty"),
      node("sample", "sampler/sample", { sampler }),
      node("out", "tensor/save", { name: "latent" }),
      node("path", "tensor/save", { name: "path" }),
      node("decode", "latent/decode"),
      node("pixels", "tensor/save", { name: "image" }),
    ],
    edges: [
      "model.model prompt.model",
      "model.model empty.model",
      "model.model positive.model",
      "model.model negative.model",
      "prompt.conditioning positive.conditioning",
      "empty.conditioning negative.conditioning",
      "positive.denoiser guide.strong",
      "negative.denoiser guide.weak",
      "model.model schedule.model",
      "model.model latent.model",
      "guide.denoiser sample.denoiser",
      "schedule.sigmas sample.sigmas",
      "noise.noise sample.noise",
      "latent.latent sample.latent",
      "sample.latent out.tensor",
      "sample.path path.tensor",
      "model.model decode.model",
      "sample.latent decode.latent",
      "decode.image pixels.tensor",
    ].map(edge),
  };
}

const result = (out: string, name: string) => readNpy(readFileSync(join(out, `${name}.npy`))) as Tensor;
const row = (tensor: Tensor, i: number) => sliceRows(tensor, i, i + 1);

test("the Euler trajectories are those of the reference program, step by step", async () => {
  for (let prompt = 0; prompt < index.prompts.length; prompt++) {
    const { done, out } = await run(trajectory(prompt, "euler", "linspace"));
    expect(done).toMatchObject({ nfe: 40, runs: 20 });
    expect(relative(result(out, "latent"), row(stored("euler_latent"), prompt))).toBeLessThan(1e-3);
    if (prompt > 0) continue;
    const path = result(out, "path");
    expect(path.shape).toEqual([21, 1, 4, 16, 16]);
    const steps = stored("euler_latent_prompt0_steps");
    for (let step = 0; step < 20; step++) {
      const own = reshape(sliceRows(path, step + 1, step + 2), [1, 4, 16, 16]);
      expect(relative(own, reshape(row(steps, step), [1, 4, 16, 16]))).toBeLessThan(1e-3);
    }
    expect(furthest(scale(result(out, "image"), 2), shiftOne(stored("euler_image_prompt0")))).toBeLessThan(2e-2);
  }
});

/** Pictures of the reference are in −1..1. */
function shiftOne(image: Tensor): Tensor {
  return { data: image.data.map((value) => value + 1) as Float32Array, shape: image.shape };
}

test("the DDIM trajectories are those of the reference program", async () => {
  for (let prompt = 0; prompt < index.prompts.length; prompt++) {
    const { out } = await run(trajectory(prompt, "ddim", "leading"));
    // Noise of the smallest level is left; the reference stores its latent with unit variance.
    const last = 0.029167158151720367;
    const own = scale(result(out, "latent"), 1 / Math.sqrt(1 + last ** 2));
    expect(relative(own, row(stored("ddim_latent"), prompt))).toBeLessThan(1e-3);
  }
});

test("every network gives the reference's numbers", async () => {
  const model = runtime.model("", "");
  runtime.beginRun(new AbortController().signal);
  for (let prompt = 0; prompt < index.prompts.length; prompt++) {
    const ids = await model.tokenize(index.prompts[prompt], 16);
    expect(ids.data).toEqual((stored("input_ids") as unknown as AnyTensor).data.slice(prompt * 16, prompt * 16 + 16));
    const { context } = await model.encodeText(index.prompts[prompt]);
    expect(furthest(context, row(stored("text_last_hidden_state"), prompt))).toBeLessThan(1e-4);
  }
  const decoded = await model.decode(scale(sliceChannels(stored("vae_latent_parameters")), 0.9123679103829906));
  expect(furthest(scale(decoded, 2), shiftOne(stored("vae_decoded")))).toBeLessThan(1e-4);
  const picture = {
    data: stored("vae_image").data.map((value) => (value + 1) / 2) as Float32Array,
    shape: [1, 3, 64, 64],
  };
  const encoded = await model.encode(picture);
  expect(furthest(scale(encoded, 1 / 0.9123679103829906), sliceChannels(stored("vae_latent_parameters")))).toBeLessThan(
    1e-4,
  );
});

/** The mean among mean and log variance. */
function sliceChannels(parameters: Tensor): Tensor {
  return { data: parameters.data.slice(0, 4 * 16 * 16), shape: [1, 4, 16, 16] };
}

test.each(["unet", "unet_weak"])("%s predicts what the reference's does at three timesteps", async (name) => {
  const network = await runtime.model("", "").network(`${name}/model.onnx`);
  const context = row(stored("text_last_hidden_state"), 0);
  for (let i = 0; i < 3; i++) {
    const timestep = { data: Float32Array.of(index.unet_timesteps[i]), shape: [1] };
    const { out_sample } = await network.run({
      sample: stored("unet_sample"),
      timestep,
      encoder_hidden_states: context,
    });
    const expected = row(stored(name === "unet" ? "unet_out" : "unet_weak_out"), i);
    expect(furthest(out_sample, expected)).toBeLessThan(1e-4);
  }
});

test("the embedded CLIP and classifier score as the reference's do", async () => {
  const model = runtime.model("", "");
  const vision = await model.network("clip/image_encoder.onnx");
  const { image_embeds } = await vision.run({ pixel_values: stored("vae_image") });
  expect(furthest(image_embeds, stored("clip_image_embeds"))).toBeLessThan(1e-4);
  const classifier = await model.network("classifiers/classifier_image.onnx");
  const { logits } = await classifier.run({ pixel_values: stored("vae_image") });
  expect(furthest(logits, stored("classifier_image_logits"))).toBeLessThan(1e-3);
});

test("the fixtures belong to the embedded model", () => {
  expect(readdirSync(golden)).toContain("index.json");
  expect(index.prompts).toHaveLength(6);
});
