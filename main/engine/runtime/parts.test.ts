import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pullback, track } from "../../../shared/tensor/index.ts";
import { isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import { testCall as call } from "../compile/testing.ts";
import { readNpy } from "../files/npy.ts";
import { createRuntime } from "./runtime.ts";

const fixtures = join(__dirname, "../checkpoint/fixtures");
const embeddedModel = resolve(__dirname, "../../../assets/models/emoji-scenes");

const opened: ReturnType<typeof createRuntime>[] = [];
afterAll(async () => {
  for (const runtime of opened) await runtime.close();
});

/** A checkpoint's denoiser and decoder under a budget. */
function under(memoryBytes: number, name: string) {
  const runtime = createRuntime({ device: "cpu", embeddedModel, threads: 1, memoryBytes });
  opened.push(runtime);
  const meter = runtime.beginRun(new AbortController().signal);
  const path = join(fixtures, `${name}.safetensors`);
  const found = runtime.planned.checkpoint(path);
  if ("problem" in found) throw new Error(found.problem);
  return { model: runtime.checkpoint(path), meter, runtime };
}

function golden(path: string): Tensor {
  const tensor = readNpy(readFileSync(join(fixtures, "golden", `${path}.npy`)));
  if (!isFloatTensor(tensor)) throw new Error(`${path} holds no floats.`);
  return tensor;
}

function relative(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  let [off, size] = [0, 0];
  a.data.forEach((value, i) => {
    off += (value - b.data[i]) ** 2;
    size += b.data[i] ** 2;
  });
  return Math.sqrt(off / size);
}

test("a network with more weights than memory runs in parts, one open at a time", async () => {
  const step = async (memoryBytes: number) => {
    const { model, meter, runtime } = under(memoryBytes, "sd15-tiny");
    const denoiser = model.denoiser({ context: golden("sd15-tiny/unet_context") });
    const out = await denoiser(golden("sd15-tiny/unet_x"), 3, call);
    return { out, meter: { ...meter }, open: runtime.openNetworks().length };
  };
  const whole = await step(4e9);
  expect(whole.meter).toMatchObject({ opened: 1, released: 0, nfe: 1, runs: 1 });
  const split = await step(6e6);
  expect(split.meter.opened).toBeGreaterThan(2);
  expect(split.meter.released).toBeGreaterThan(1);
  expect(split.meter).toMatchObject({ nfe: 1, runs: 1 });
  expect(split.open).toBeLessThan(split.meter.opened);
  expect(relative(split.out, whole.out)).toBeLessThan(1e-6);
}, 60_000);

test("a gradient that would keep too much is computed in segments, and is the same", async () => {
  const gradient = async (memoryBytes: number) => {
    const { model, meter } = under(memoryBytes, "sd15-tiny");
    const z = golden("sd15-tiny/vae_latent");
    const x = track({ data: Float32Array.from(z.data), shape: z.shape });
    const image = await model.decode(x, { tile: 4096 });
    const ones = { data: new Float32Array(image.data.length).map((_, i) => Math.sin(i)), shape: image.shape };
    const [own] = await pullback(image, ones, [x]);
    return { own, opened: meter.opened };
  };
  const whole = await gradient(4e9);
  expect(whole.opened).toBe(2);
  const segments = await gradient(12e6);
  expect(segments.opened).toBeGreaterThan(4);
  expect(relative(segments.own, whole.own)).toBeLessThan(1e-5);
}, 60_000);
