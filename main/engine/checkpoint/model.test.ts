import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { Conditioning, Model } from "../../../shared/model.ts";
import type { ModelSettings } from "../../../shared/modelSettings.ts";
import { flowSigma } from "../../../shared/sampling/noiseSchedule.ts";
import { combine, extrapolate, fromNumbers, pullback, scale, sliceRows, track } from "../../../shared/tensor/index.ts";
import { isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import { testCall as call } from "../compile/testing.ts";
import { readNpy } from "../files/npy.ts";
import { createRuntime } from "../runtime/runtime.ts";

const fixtures = join(__dirname, "fixtures");
const file = (name: string) => join(fixtures, `${name}.safetensors`);
const embeddedModel = resolve(__dirname, "../../../assets/models/emoji-scenes");
const runtime = createRuntime({ device: "cpu", embeddedModel, threads: 1 });

beforeEach(() => void runtime.beginRun(new AbortController().signal));
afterAll(() => runtime.close());

function golden(path: string): Tensor {
  const tensor = readNpy(readFileSync(join(fixtures, "golden", `${path}.npy`)));
  return isFloatTensor(tensor) ? tensor : { data: Float32Array.from(tensor.data, Number), shape: tensor.shape };
}
const row = (path: string, i: number) => sliceRows(golden(path), i, i + 1);

function distance(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    difference += (got[i] - wanted[i]) ** 2;
    size += wanted[i] ** 2;
  }
  return got.length === wanted.length ? Math.sqrt(difference / size) : Number.POSITIVE_INFINITY;
}

/** Four Euler steps from the fixture's noise, as the reference program made them: x after each step, and the picture. */
async function walk(model: Model, name: string, texts: readonly Conditioning[], guidance: number) {
  const isFlow = model.info.schedule.kind === "flow";
  const levels = Array.from(golden(`${name}/pipe_sigmas`).data);
  const sigmas = isFlow ? levels.map(flowSigma) : levels;
  const denoisers = texts.map((text) => model.denoiser(text));
  let x = scale(golden(`${name}/pipe_noise`), sigmas[0]);
  const path: Tensor[] = [];
  for (let i = 0; i < 4; i++) {
    const [strong, weak] = await Promise.all(denoisers.map((denoiser) => denoiser(x, sigmas[i], call)));
    const clean = weak ? extrapolate(weak, strong, guidance) : strong;
    const ratio = sigmas[i + 1] / sigmas[i];
    x = combine(clean, 1 - ratio, x, ratio);
    path.push(isFlow ? scale(x, 1 / (1 + sigmas[i + 1])) : x);
  }
  return { path, picture: await model.decode(x) };
}

const sizes = fromNumbers(Array.from(golden("sdxl-tiny/adm_sizes").data), [1, 6]);
const pairs: Readonly<Record<string, (i: number) => Conditioning>> = {
  "sd15-tiny": (i) => ({ context: row("sd15-tiny/clip_l_last_hidden", i) }),
  "sd21v-tiny": (i) => ({ context: row("sd21v-tiny/clip_h_penultimate_ln", i) }),
  "sdxl-tiny": (i) => ({
    context: row("sdxl-tiny/context", i),
    pooled: row("sdxl-tiny/clip_g_pooled_projected", i),
    extra: { time_ids: sizes },
  }),
  "sd3-tiny": (i) => ({ context: row("sd3-tiny/context_clips", i), pooled: row("sd3-tiny/pooled", i) }),
  "flux-tiny": (i) => ({ context: row("t5-tiny/last_hidden", i), pooled: row("clip_l-tiny/clip_l_pooled", i) }),
};

test.each([
  ["sd15-tiny", 5],
  ["sd21v-tiny", 5],
  ["sdxl-tiny", 5],
  ["sd3-tiny", 4],
  ["flux-tiny", 1],
])("four steps of %s are those of the reference program", async (name, guidance) => {
  const base = runtime.checkpoint(file(name));
  const model = name === "flux-tiny" ? runtime.withParts(base, { vae: file("vae16-tiny") }) : base;
  const texts = (guidance === 1 ? [0] : [0, 1]).map(pairs[name]);
  const { path, picture } = await walk(model, name, texts, guidance);
  const latents = golden(`${name}/pipe_latents`);
  path.forEach((x, i) => {
    const wanted = sliceRows(latents, i + 1, i + 2).data;
    expect(distance(x.data, wanted)).toBeLessThan(2e-5);
  });
  // Decoding magnifies what the latents are off.
  const seen = picture.data.map((value) => 2 * value - 1);
  expect(distance(seen, golden(`${name}/pipe_image`).data)).toBeLessThan(5e-5);
});

test.each([
  ["a photo of a cat", "320 1125 539 320 2368"],
  ["A PHOTO of a cat, 4k!!", "320 1125 539 320 2368 267 275 330 748"],
  ["it's the cat's 2nd birthday", "585 568 518 2368 568 273 1764 1166"],
  ["café naïve", "15304 1097 35689 563"],
  ["日本", "39121 19277 361"],
  ["🙂", "14860"],
  ["don't   stop\nnow", "847 713 1691 692"],
  ["hello_world", "3306 318 1002"],
  ["3.14159", "274 269 272 275 272 276 280"],
])("the tokens of “%s” are CLIP's", async (text, wanted) => {
  const { data } = await runtime.checkpoint(file("sd15-tiny")).tokenize(text, 77);
  expect(
    Array.from(data, Number)
      .filter((id) => id < 49406)
      .join(" "),
  ).toBe(wanted);
  expect([Number(data[0]), Number(data[76])]).toEqual([49406, 49407]);
});

test("a prompt is embedded as the reference program embeds it", async () => {
  const { context } = await runtime.checkpoint(file("sd15-tiny")).encodeText("a photo of a cat", "none");
  expect(distance(context.data, row("sd15-tiny/prompt_last_hidden", 0).data)).toBeLessThan(2e-5);
});

test("a LoRA works in network and text, and another strength opens nothing", async () => {
  const base = runtime.checkpoint(file("sd15-tiny"));
  const warnings: string[] = [];
  let strength = 0.7;
  const use = { path: file("lora-kohya-sd15-tiny"), strength: () => strength, textStrength: 0.7 };
  const model = runtime.withLora(base, use, (message) => warnings.push(message));
  expect(warnings).toEqual([]);
  const [plain, changed] = [await base.encodeText("a cat"), await model.encodeText("a cat")];
  expect(distance(changed.context.data, plain.context.data)).toBeGreaterThan(1e-3);
  const x = golden("sd15-tiny/unet_x");
  const denoiser = model.denoiser({ context: golden("sd15-tiny/unet_context") });
  const first = await denoiser(x, 3, call);
  const open = runtime.openNetworks().length;
  strength = 0.2;
  const second = await denoiser(x, 3, call);
  expect(distance(second.data, first.data)).toBeGreaterThan(1e-3);
  expect(runtime.openNetworks()).toHaveLength(open);
  const other = { ...use, path: file("lora-kohya-sdxl-tiny") };
  expect(() => runtime.withLora(base, other, () => {})).toThrow(/does not fit sd15-tiny: \d+ of its \d+ layers/);
});

test("a LoRA whose file gets other weights works as in a fresh process, and so does the model without it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-lora-"));
  const path = join(folder, "style.safetensors");
  copyFileSync(file("lora-kohya-sd15-tiny"), path);
  const x = golden("sd15-tiny/unet_x");
  const context = { context: golden("sd15-tiny/unet_context") };
  const asked = async (engine: typeof runtime) => {
    void engine.beginRun(new AbortController().signal);
    const base = engine.checkpoint(file("sd15-tiny"));
    const model = engine.withLora(base, { path, strength: () => 1, textStrength: 1 }, () => {});
    const text = await model.encodeText("a cat");
    const values = await Promise.all([model, base].map((one) => one.denoiser(context)(x, 3, call)));
    return [...values, text.context].map(({ data }) => data);
  };
  const before = await asked(runtime);
  const { atime, mtime } = statSync(path);
  const bytes = readFileSync(path);
  // As many bytes, other weights: finite ones, without the highest bit of their exponents.
  bytes.set(bytes.subarray(bytes.length >> 1).reverse(), bytes.length >> 1);
  for (let i = bytes.length >> 1; i < bytes.length; i++) bytes[i] &= 0xbf;
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
  const fresh = createRuntime({ device: "cpu", embeddedModel, threads: 1 });
  const [after, wanted] = [await asked(runtime), await asked(fresh)];
  await fresh.close();
  rmSync(folder, { recursive: true });
  expect(after).toEqual(wanted);
  expect(after[0]).not.toEqual(before[0]);
  expect(after[1]).toEqual(before[1]);
});

test("ControlNets steer a UNet, and two of half strength are one of full", async () => {
  const model = runtime.checkpoint(file("sd15-tiny"));
  const network = runtime.control(file("controlnet-sd15-tiny"));
  const picture = golden("controlnet-sd15-tiny/hint");
  const text = { context: golden("sd15-tiny/unet_context") };
  const x = golden("sd15-tiny/unet_x");
  const under = (...strengths: number[]) =>
    model.denoiser(
      text,
      strengths.map((strength) => ({ network, picture, strength: () => strength })),
    )(x, 3, call);
  const full = await under(1);
  expect(distance(full.data, (await under(0)).data)).toBeGreaterThan(1e-3);
  expect(distance((await under(0.5, 0.5)).data, full.data)).toBeLessThan(1e-5);
  expect(() => runtime.control(file("sd15-tiny"))).toThrow(/not a ControlNet/);
});

test("the gradient of a picture flows through a checkpoint's VAE and transformer", async () => {
  const model = runtime.checkpoint(file("sd3-tiny"));
  const denoiser = model.denoiser(pairs["sd3-tiny"](0));
  const start = row("sd3-tiny/mmdit_x", 0);
  const brightness = async (x: Tensor) => model.decode(await denoiser(x, 1.5, call));
  const x = track(start);
  const picture = await brightness(x);
  const weights = { data: picture.data.map((_, i) => Math.sin(i)), shape: picture.shape };
  const [gradient] = await pullback(picture, weights, [x]);
  const length = Math.hypot(...gradient.data);
  const dot = (image: Tensor) => Array.from(image.data).reduce((sum, value, i) => sum + value * weights.data[i], 0);
  const moved = async (h: number) =>
    dot(
      await brightness({
        data: start.data.map((value, i) => value + (h * gradient.data[i]) / length),
        shape: start.shape,
      }),
    );
  const slopes = await Promise.all([0.02, 0.05].map(async (h) => ((await moved(h)) - (await moved(-h))) / (2 * h)));
  expect(Math.min(...slopes.map((slope) => Math.abs(slope / length - 1)))).toBeLessThan(0.01);
});

test("SDXL is told the picture's own size where nothing else is said", async () => {
  const model = runtime.checkpoint(file("sdxl-tiny"));
  const text = pairs["sdxl-tiny"](0);
  const x = row("sdxl-tiny/unet_x", 0);
  const told = (...sizes: number[]) =>
    model.denoiser({ ...text, extra: sizes.length > 0 ? { time_ids: fromNumbers(sizes, [1, 6]) } : {} })(x, 3, call);
  const own = await told();
  const [height, width] = [8 * x.shape[2], 8 * x.shape[3]];
  expect(await told(0, 0, 0, 0, 0, 0)).toEqual(own);
  expect(await told(height, width, 0, 0, height, width)).toEqual(own);
  expect(distance((await told(64, 0, 0, 0, 0, 0)).data, own.data)).toBeGreaterThan(1e-4);
});

test("settings say what a file does not: prediction, pure noise, clip skip", async () => {
  const base = runtime.checkpoint(file("sd15-tiny"));
  const as = (settings: Partial<ModelSettings>) =>
    runtime.withSettings(base, { prediction: "own", zeroTerminal: false, clipSkip: 0, ...settings });
  const velocity = as({ prediction: "v", zeroTerminal: true }).info;
  expect(velocity.prediction).toBe("v");
  expect(velocity.schedule.sigmas.at(-1)).toBeGreaterThan(4000);
  expect(velocity.schedule.sigmas[0]).toBeCloseTo(base.info.schedule.sigmas[0], 12);
  const states = async (clipSkip: number) => (await as({ clipSkip }).encodeText("a cat")).context.data;
  expect(await states(1)).toEqual(await states(0));
  expect(distance(await states(2), await states(1))).toBeGreaterThan(1e-3);
  expect(() => as({ zeroTerminal: true })).toThrow(/predicts noise cannot start from pure noise/);
  expect(() => as({ clipSkip: 13 })).toThrow(/has only 12 layers/);
  const flux = runtime.checkpoint(file("flux-tiny"));
  expect(() => runtime.withSettings(flux, { prediction: "v", zeroTerminal: false, clipSkip: 0 })).toThrow(/flow model/);
});

test("a transformer refuses sides that it cannot cut into patches or has no positions for", async () => {
  const asked = (name: string, ...sides: readonly [number, number]) => {
    const x = { data: new Float32Array(16 * sides[0] * sides[1]), shape: [1, 16, ...sides] };
    return runtime.checkpoint(file(name)).denoiser(pairs[name](0))(x, 1, call);
  };
  await expect(asked("flux-tiny", 4, 7)).rejects.toThrow(
    "flux-tiny makes pictures whose sides are multiples of 16 px, not 56 × 32. Choose another size.",
  );
  await expect(asked("sd3-tiny", 34, 4)).rejects.toThrow("multiples of 16 px up to 256, not 32 × 272");
  expect((await asked("sd3-tiny", 32, 4)).shape).toEqual([1, 16, 32, 4]);
});

test("what is missing or wrong is said in one sentence", async () => {
  expect(runtime.planned.checkpoint(file("vae-tiny"))).toEqual({
    problem: expect.stringContaining("not a model that makes images"),
  });
  const flux = runtime.checkpoint(file("flux-tiny"));
  await expect(flux.decode(golden("flux-tiny/pipe_noise"))).rejects.toThrow(
    "has no VAE. Add one with a Model parts node.",
  );
  expect(() => runtime.withParts(flux, { vae: file("t5-tiny") })).toThrow(/has no VAE. Choose another file/);
});
