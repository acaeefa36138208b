import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTinyPipeline, type TinyPipeline, tinyPipelines } from "../../../scripts/make-tiny-pipelines.ts";
import type { Conditioning, Model } from "../../../shared/model.ts";
import { sliceRows } from "../../../shared/tensor/index.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { testCall as call } from "../compile/testing.ts";
import { createRuntime } from "./runtime.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-pipelines-"));
const runtime = createRuntime({ device: "cpu", embeddedModel: folder, threads: 1 });

beforeAll(() => {
  for (const name of tinyPipelines) makeTinyPipeline(folder, name);
});

afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(name: string): Promise<Model> {
  const found = await runtime.modelInfo(join(folder, name), "", null);
  if ("problem" in found) throw new Error(found.problem);
  return runtime.model(join(folder, name), "");
}

/** Numbers that differ everywhere. */
function wave(shape: readonly number[], seed = 0): Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return { data: Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7 + seed)), shape };
}

function furthest(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  return Math.max(...Array.from(a.data, (value, i) => Math.abs(value - b.data[i])));
}

/** Half precision keeps about three digits. */
const toleranceOf = (name: TinyPipeline) => (name.endsWith("fp16") ? 2e-2 : 1e-5);

const rule = {
  eps: (x: number, out: number, sigma: number) => x - sigma * out,
  v: (x: number, out: number, sigma: number) => x / (1 + sigma ** 2) - (out * sigma) / Math.sqrt(1 + sigma ** 2),
  flow: (x: number, out: number, sigma: number) => (x - sigma * out) / (1 + sigma),
  x0: (_: number, out: number) => out,
};

/** The denoiser written out: what the exported graph is to be fed for one sample, and what is made of its answer. */
async function byHand(model: Model, x: Tensor, sigma: number, timestep: number, text: Conditioning): Promise<Tensor> {
  const { prediction } = model.info;
  const factor = prediction === "flow" ? 1 / (1 + sigma) : 1 / Math.sqrt(1 + sigma ** 2);
  const network = await model.network("unet/model.onnx");
  const { out_sample } = await network.run({
    sample: { data: x.data.map((value) => value * factor) as Float32Array, shape: x.shape },
    timestep: { data: Float32Array.of(timestep), shape: network.inputs.timestep.shape.length === 0 ? [] : [1] },
    encoder_hidden_states: text.context,
    ...(text.pooled
      ? {
          text_embeds: text.pooled,
          time_ids: { data: Float32Array.of(64, 96, 0, 0, 64, 96), shape: [1, 6] },
        }
      : {}),
  });
  return {
    data: x.data.map((value, i) => rule[prediction](value, out_sample.data[i], sigma)) as Float32Array,
    shape: x.shape,
  };
}

test.each(tinyPipelines)("%s: text, denoiser and VAE run as the export expects", async (name) => {
  const model = await open(name);
  const meter = runtime.beginRun(new AbortController().signal);
  const isPair = name.startsWith("sdxl");
  const text = await model.encodeText("A  cat");
  expect(text.context.shape).toEqual([1, 77, isPair ? 56 : 24]);
  expect(text.pooled?.shape).toEqual(isPair ? [1, 40] : undefined);

  const x = wave([1, 4, 8, 12]);
  const { schedule, prediction } = model.info;
  // A trained level, so that the timestep is a whole number: t = 500 of 1000.
  const sigma = prediction === "flow" ? 1 : schedule.sigmas[500];
  const denoised = await model.denoiser(text)(x, sigma, call);
  expect(furthest(denoised, await byHand(model, x, sigma, 500, text))).toBeLessThan(toleranceOf(name) * (1 + sigma));
  const other = await model.denoiser(await model.encodeText("the dog"))(x, sigma, call);
  expect(furthest(denoised, other)).toBeGreaterThan(1e-3);
  expect(meter).toMatchObject({ nfe: 2, runs: 2 });

  const image = await model.decode(x);
  expect(image.shape).toEqual([1, 3, 64, 96]);
  expect(Math.min(...image.data)).toBeGreaterThanOrEqual(-1e-3);
  expect(Math.max(...image.data)).toBeLessThanOrEqual(1 + 1e-3);
  expect((await model.encode(image)).shape).toEqual([1, 4, 8, 12]);
});

test("half precision gives nearly what single precision gives", async () => {
  const x = wave([1, 4, 8, 8]);
  const [single, half] = await Promise.all(
    (["sd15", "sd15-fp16"] as const).map(async (name) => {
      const model = await open(name);
      return model.denoiser(await model.encodeText("a dog"))(x, 1, call);
    }),
  );
  expect(furthest(single, half)).toBeGreaterThan(0);
  expect(furthest(single, half)).toBeLessThan(2e-2);
});

test("external weights give exactly what weights in the model give", async () => {
  const x = wave([1, 4, 8, 8]);
  const [inside, outside] = await Promise.all(
    (["sd15", "sd15-external"] as const).map(async (name) => {
      const model = await open(name);
      return model.denoiser(await model.encodeText("a dog"))(x, 2, call);
    }),
  );
  expect(outside.data).toEqual(inside.data);
});

test("a shifted timestep reaches the network", async () => {
  const model = await open("sd15-rows");
  const text = await model.encodeText("a cat");
  const x = wave([1, 4, 8, 8]);
  const sigma = model.info.schedule.sigmas[300];
  const shifted = await model.denoiser(text)(x, sigma, { ...call, switches: { timestepShift: 120 } });
  expect(furthest(shifted, await byHand(model, x, sigma, 420, text))).toBeLessThan(1e-5);
});

test("a prompt that is too long is cut before the end token, and says by how much", async () => {
  const model = await open("sd15");
  expect((await model.encodeText("cat ".repeat(75))).cutTokens).toBeUndefined();
  expect((await model.encodeText("cat ".repeat(80))).cutTokens).toBe(5);
  const { data } = await model.tokenize("cat ".repeat(80), 77);
  expect(data[76]).toBe((data[0] as bigint) + 1n);
});

test("SDXL's second tokenizer pads with its own token, and its states are the last but one", async () => {
  const model = await open("sdxl");
  const { context, pooled } = await model.encodeText("a cat");
  const second = await model.network("text_encoder_2/model.onnx");
  const vocabulary = (await model.readJson("tokenizer_2/vocab.json")) as Record<string, number>;
  const ids = [vocabulary["<|startoftext|>"], vocabulary["a</w>"], vocabulary["cat</w>"], vocabulary["<|endoftext|>"]];
  const padded = [...ids, ...Array.from({ length: 73 }, () => vocabulary["!"])];
  const found = await second.run({ input_ids: { data: BigInt64Array.from(padded.map(BigInt)), shape: [1, 77] } });
  expect(pooled?.data).toEqual(found.text_embeds.data);
  const last = context.data.slice(76 * 56 + 24, 77 * 56);
  expect(last).toEqual(found["hidden_states.2"].data.slice(76 * 32));
});

async function problemOf(name: string): Promise<string> {
  const found = await runtime.modelInfo(join(folder, name), "", null);
  return "problem" in found ? found.problem : "";
}

test("each missing part is one sentence that names it", async () => {
  const broken = join(folder, "broken");
  const without = async (part: string) => {
    cpSync(join(folder, "sd15"), broken, { recursive: true });
    rmSync(join(broken, part), { recursive: true });
    const problem = await problemOf("broken");
    rmSync(broken, { recursive: true });
    return problem;
  };
  expect(await problemOf("nowhere")).toMatch(/There is no folder .*nowhere/);
  expect(await without("model_index.json")).toBe(
    "No model_index.json in this folder. Choose a folder exported by Optimum.",
  );
  expect(await without("unet/model.onnx")).toContain("unet/model.onnx");
  expect(await without("unet/config.json")).toContain("unet/config.json is missing in broken");
  expect(await without("scheduler")).toContain("scheduler/scheduler_config.json is missing in broken");
  expect(await without("vae_decoder/config.json")).toContain("vae_decoder/config.json");
  cpSync(join(folder, "sd15"), broken, { recursive: true });
  writeFileSync(join(broken, "unet/config.json"), "{");
  expect(await problemOf("broken")).toContain("broken/unet/config.json is not JSON");
  rmSync(broken, { recursive: true });
});

test("a truncated network and a missing data file say so, naming the file", async () => {
  const attempt = async (name: string, harm: (folder: string) => void) => {
    cpSync(join(folder, "sd15-external"), join(folder, name), { recursive: true });
    harm(join(folder, name));
    const model = await open(name);
    const context = wave([1, 77, 24]);
    return model
      .denoiser({ context })(wave([1, 4, 8, 8]), 1, call)
      .then(
        () => "",
        (error: Error) => error.message,
      );
  };
  const cut = await attempt("cut", (path) => truncateSync(join(path, "unet/model.onnx"), 300));
  expect(cut).toMatch(/unet\/model\.onnx is damaged/);
  const lost = await attempt("lost", (path) => rmSync(join(path, "unet/model.onnx_data")));
  expect(lost).toMatch(/unet\/model\.onnx lacks its data file/);
  for (const message of [cut, lost]) expect(message).not.toContain("\n");
});

test("other weights in a data file are other weights, whether or not anything else of the folder changed", async () => {
  cpSync(join(folder, "sd15-external"), join(folder, "replaced"), { recursive: true });
  const asked = async () => {
    const model = await open("replaced");
    return (await model.denoiser({ context: wave([1, 77, 24]) })(wave([1, 4, 8, 8]), 1, call)).data;
  };
  const before = await asked();
  expect(await asked()).toEqual(before);
  const data = join(folder, "replaced/unet/model.onnx_data");
  const bytes = readFileSync(data);
  // The sign of every fourth number.
  for (let i = 3; i < bytes.length; i += 16) bytes[i] ^= 0x80;
  writeFileSync(data, bytes);
  expect(await asked()).not.toEqual(before);
});

test("a part that is missed only when used says so then", async () => {
  cpSync(join(folder, "sd15"), join(folder, "half"), { recursive: true });
  rmSync(join(folder, "half/vae_decoder/model.onnx"));
  const model = await open("half");
  await expect(model.decode(wave([1, 4, 8, 8]))).rejects.toThrow("vae_decoder/model.onnx is missing in half.");
});

test("a whole batch is one call, or one for each sample where the export fixed its batch", async () => {
  const x = wave([3, 4, 8, 8]);
  for (const [name, runs] of [
    ["sd15", 1],
    ["sd15-fixed", 3],
  ] as const) {
    const model = await open(name);
    const text = await model.encodeText("a cat");
    const meter = runtime.beginRun(new AbortController().signal);
    const together = await model.denoiser(text)(x, 1, call);
    expect(meter).toMatchObject({ nfe: 1, runs });
    for (let row = 0; row < 3; row++) {
      const alone = await model.denoiser(text)(sliceRows(x, row, row + 1), 1, call);
      expect(furthest(sliceRows(together, row, row + 1), alone)).toBeLessThan(1e-5);
    }
  }
});

test("networks of earlier runs are released beyond the budget, and open again when needed", async () => {
  const tight = createRuntime({ device: "cpu", embeddedModel: folder, threads: 1, memoryBytes: 1 });
  const encode = async (name: string) => {
    tight.beginRun(new AbortController().signal);
    const found = await tight.modelInfo(join(folder, name), "", name);
    if ("problem" in found) throw new Error(found.problem);
    const { context } = await tight.model(join(folder, name), "").encodeText("a cat");
    await tight.endRun();
    return context;
  };
  const first = await encode("sd15");
  expect(tight.openNetworks()).toEqual([join(folder, "sd15/text_encoder/model.onnx")]);
  await encode("sd21-v");
  expect(tight.openNetworks()).toEqual([join(folder, "sd21-v/text_encoder/model.onnx")]);
  expect(await encode("sd15")).toEqual(first);
  await tight.close();
  expect(tight.openNetworks()).toEqual([]);
});
