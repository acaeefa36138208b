import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { node as edit } from "../../../nodes/conditioning/edit-image.ts";
import { node as inpaint } from "../../../nodes/conditioning/inpaint.ts";
import { node as several } from "../../../nodes/guidance/multi-condition.ts";
import { callAt, guided } from "../../../nodes/lib/testing.ts";
import type { Conditioning } from "../../../shared/model.ts";
import { affine, scale, sliceRows } from "../../../shared/tensor/index.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { readNpy } from "../files/npy.ts";
import { createRuntime } from "../runtime/runtime.ts";
import { distance, type Values, valuesOf, writeValues } from "./loraTesting.ts";
import { readCheckpoint } from "./safetensors.ts";

const fixtures = join(__dirname, "fixtures");
const folder = mkdtempSync(join(tmpdir(), "fairlead-beside-"));
const embeddedModel = resolve(__dirname, "../../../assets/models/emoji-scenes");
const runtime = createRuntime({ device: "cpu", embeddedModel, threads: 1 });
beforeEach(() => void runtime.beginRun(new AbortController().signal));
afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true });
});

const golden = (name: string) => readNpy(readFileSync(join(fixtures, "golden/sd15-tiny", `${name}.npy`))) as Tensor;
const basePath = join(fixtures, "sd15-tiny.safetensors");
const base = readCheckpoint(basePath);
const first = "model.diffusion_model.input_blocks.0.0.weight";

/** The fixture with further input channels; `weightAt` says what of the four it has they get. */
function widened(
  name: string,
  channels: number,
  weightAt: (channel: number) => readonly [from: number, factor: number],
) {
  const old = valuesOf(base, first);
  const made: Record<string, Values> = {};
  for (const key of base.tensors.keys()) {
    if (/^(model\.diffusion_model|first_stage_model)\./.test(key)) made[key] = valuesOf(base, key);
  }
  const data = Float64Array.from({ length: 32 * channels * 9 }, (_, i) => {
    const [out, channel, place] = [Math.floor(i / (9 * channels)), Math.floor(i / 9) % channels, i % 9];
    const [from, factor] = weightAt(channel);
    return factor * old.data[(out * 4 + from) * 9 + place];
  });
  made[first] = { shape: [32, channels, 3, 3], data };
  const path = join(folder, `${name}.safetensors`);
  writeValues(path, made);
  return runtime.checkpoint(path);
}

const context = { warn: () => {} } as never;
const x = golden("unet_x");
const text: Conditioning = { context: golden("unet_context") };
const call = callAt();
const sigma = 3;
/** What the network is fed of x. */
const sample = scale(x, 1 / Math.sqrt(sigma ** 2 + 1));

test("channels beside the latent follow it, unscaled", async () => {
  const model = widened("edit", 8, (channel) => [channel % 4, channel < 4 ? 0.25 : 0.75]);
  expect(model.info).toMatchObject({ beside: "instruct-pix2pix", latent: { channels: 4 } });
  const told = model.denoiser({ ...text, extra: { beside: sample } });
  const plain = await runtime.checkpoint(basePath).denoiser(text)(x, sigma, call);
  expect(distance((await told(x, sigma, call)).data, plain.data)).toBeLessThan(2e-5);
  const quarter = await model.denoiser({ ...text, extra: { beside: scale(sample, 0) } })(x, sigma, call);
  expect(distance(quarter.data, plain.data)).toBeGreaterThan(1e-3);
});

test("an inpainting model is told the mask first, then the picture without the hole", async () => {
  // The mask's channel weighs nothing, then come the latent's: the network sees the masked picture's latent alone.
  const model = widened("inpaint", 9, (channel) => (channel < 5 ? [0, 0] : [channel - 5, 1]));
  const image = affine(golden("vae_image"), 0.5, 0.5);
  const [height, width] = image.shape.slice(2);
  const mask = { data: new Float32Array(height * width), shape: [1, 1, height, width] };
  for (let i = 0; i < height * width; i++) if (i % width >= width / 2) mask.data[i] = 0.6;
  const { conditioning } = await inpaint.run!({ model, conditioning: text, image, mask }, {}, context);
  const maps = conditioning.extra!.beside;
  const [rows, columns] = [height / 8, width / 8];
  expect(maps.shape).toEqual([image.shape[0], 5, rows, columns]);
  const own = Array.from(maps.data.subarray(0, rows * columns));
  expect(own).toEqual(own.map((_, i) => (i % columns >= columns / 2 ? 1 : 0)));
  const grey = image.data.map((value, i) => (i % width >= width / 2 ? 0.5 : value));
  const latent = await model.encode({ data: grey, shape: image.shape });
  expect(distance(maps.data.subarray(rows * columns, 5 * rows * columns), sliceRows(latent, 0, 1).data)).toBe(0);
  const start = { data: new Float32Array(latent.data.length), shape: latent.shape };
  const one = { context: sliceRows(text.context, 0, 1) };
  const told = await model.denoiser({ ...conditioning, ...one })(start, sigma, call);
  const seen = scale(latent, Math.sqrt(sigma ** 2 + 1));
  const eps = await runtime.checkpoint(basePath).denoiser(one)(seen, sigma, call);
  // x0 = x − σ·eps: both networks give the same eps.
  const wanted = eps.data.map((value, i) => value - seen.data[i]);
  expect(distance(told.data, wanted)).toBeLessThan(5e-5);
});

test("the picture to edit is in the autoencoder's own scale, and three predictions make one", async () => {
  const model = widened("edit", 8, (channel) => [channel % 4, channel < 4 ? 1 : 0.5]);
  const image = affine(golden("vae_image"), 0.5, 0.5);
  const shown = async (picture: string, conditioning: Conditioning) =>
    (await edit.run!({ model, conditioning, image }, { picture } as never, context)).conditioning;
  const [empty, told] = [0, 1].map((row) => ({ context: sliceRows(text.context, row, row + 1) }));
  const texts = await Promise.all([shown("hidden", empty), shown("shown", empty), shown("shown", told)]);
  expect(distance(texts[1].extra!.beside.data, golden("vae_mean").data)).toBeLessThan(2e-5);
  expect(texts[0].extra!.beside.data.every((value) => value === 0)).toBe(true);
  const latent = { data: golden("vae_mean").data as Float32Array, shape: golden("vae_mean").shape };
  const [none, picture, both] = texts.map((one) => model.denoiser(one));
  const settings = { scale: 1, weights: [1.5, 7.5], from: "previous" };
  const got = await guided(several, { strong: [picture, both], weak: none }, settings)(latent, sigma, call);
  const [a, b, c] = await Promise.all([none, picture, both].map((one) => one(latent, sigma, call)));
  const wanted = a.data.map((value, i) => value + 1.5 * (b.data[i] - value) + 7.5 * (c.data[i] - b.data[i]));
  expect(distance(got.data, wanted)).toBeLessThan(1e-5);
});

test("without what it needs the model names the node that gives it", async () => {
  const model = widened("inpaint", 9, () => [0, 1]);
  await expect(model.denoiser(text)(x, sigma, call)).rejects.toThrow(
    "inpaint is an inpainting model, which needs a mask and a picture: send the conditioning through the node “Inpaint conditioning” first.",
  );
  const small = { ...text, extra: { beside: { data: new Float32Array(5), shape: [1, 5, 1, 1] } } };
  await expect(model.denoiser(small)(x, sigma, call)).rejects.toThrow("is shown a picture of 1 × 1 latent places");
});
