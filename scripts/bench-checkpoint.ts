import { readFileSync, statSync } from "node:fs";
import { publishedFiles, shapesOf } from "../main/engine/checkpoint/publishedTesting.ts";
import { writeCheckpoint } from "../main/engine/checkpoint/testing.ts";
import { testCall } from "../main/engine/compile/testing.ts";
import { createRuntime } from "../main/engine/runtime/runtime.ts";
import { philoxNormal } from "../shared/random/philox.ts";
import { sizeOf, type Tensor } from "../shared/tensor/tensor.ts";

const sigma = 3;
const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(2);
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString("en")} MB`;

/** Bytes of memory of this process that are no mapped file, and the most it has held of any kind. Linux only. */
function memory(): { readonly anonymous: number; readonly peak: number } {
  const status = readFileSync("/proc/self/status", "utf8");
  const of = (name: string) => 1024 * Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
  return { anonymous: of("RssAnon"), peak: of("VmHWM") };
}

/** A float32 checkpoint of Stable Diffusion 1.5's shapes: matrices random with deviation 0.02, norms one, biases zero. */
export function makeUp(path: string): void {
  const shapes = [...shapesOf(publishedFiles.sd15)];
  const largest = Math.max(...shapes.map(([, shape]) => sizeOf(shape)));
  const random = floats(largest, () => 0.04 * Math.sqrt(3) * (Math.random() - 0.5));
  const ones = floats(largest, () => 1);
  const tensors = shapes.map(([key, shape]) => {
    const bytes = (shape.length === 1 ? ones : random).subarray(0, 4 * sizeOf(shape));
    return [key, { dtype: "F32", shape, ...(key.endsWith(".bias") ? {} : { bytes }) }] as const;
  });
  writeCheckpoint(path, Object.fromEntries(tensors));
}

function floats(count: number, value: () => number): Uint8Array {
  return new Uint8Array(Float32Array.from({ length: count }, value).buffer);
}

/** Prints what opening the file, one denoising step and one decoded picture take. */
export async function bench(path: string, embeddedModel: string, print: (line: string) => void): Promise<void> {
  const runtime = createRuntime({ device: "cpu", embeddedModel });
  await runtime.beginRun(new AbortController().signal);
  const idle = memory().anonymous;
  let start = performance.now();
  const model = runtime.checkpoint(path);
  print(`${path}: ${megabytes(statSync(path).size)}, ${model.info.network}`);
  print(`recognised in ${seconds(start)} s`);
  start = performance.now();
  const text = await model.encodeText("a photo of a cat");
  print(`text encoders opened and run in ${seconds(start)} s`);
  const { width, height, channels, factor } = model.info.latent;
  const shape = [1, channels, height / factor, width / factor];
  const noise = philoxNormal(1n, 0, sizeOf(shape));
  const x: Tensor = { data: Float32Array.from(noise, (value) => sigma * value), shape };
  const denoiser = model.denoiser(text);
  const steps: number[] = [];
  for (let i = 0; i < 3; i++) {
    start = performance.now();
    await denoiser(x, sigma, testCall);
    steps.push((performance.now() - start) / 1000);
  }
  const step = Math.min(...steps.slice(1));
  print(
    `one step at ${width} × ${height}: ${step.toFixed(2)} s (best of two); the first, with opening: ${steps[0].toFixed(2)} s`,
  );
  start = performance.now();
  await model.decode(x);
  print(`decoder opened and run in ${seconds(start)} s`);
  const { anonymous, peak } = memory();
  print(
    `memory beside the mapped file: ${megabytes(anonymous - idle)} now; peak of the process with it: ${megabytes(peak)}`,
  );
  await runtime.close();
}
