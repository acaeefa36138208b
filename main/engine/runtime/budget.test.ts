import { statSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { testCall as call } from "../compile/testing.ts";
import { createRuntime } from "./runtime.ts";

const embeddedModel = resolve(__dirname, "../../../assets/models/emoji-scenes");
const sizeOf = (network: string) => statSync(`${embeddedModel}/${network}/model.onnx`).size;

const opened: ReturnType<typeof createRuntime>[] = [];
afterAll(async () => {
  for (const runtime of opened) await runtime.close();
});

/** Text, three steps and the picture; what was opened and released on the way. */
async function picture(memoryBytes: number) {
  const runtime = createRuntime({ device: "cpu", embeddedModel, threads: 1, memoryBytes });
  opened.push(runtime);
  const meter = runtime.beginRun(new AbortController().signal);
  await runtime.modelInfo("", "", null);
  const model = runtime.model("", "");
  const denoiser = model.denoiser(await model.encodeText("a cat"));
  let x = { data: Float32Array.from({ length: 1024 }, (_, i) => 3 * Math.sin(i * 1.7)), shape: [1, 4, 16, 16] };
  for (const sigma of [3, 2, 1]) x = { ...(await denoiser(x, sigma, call)) } as typeof x;
  return { image: await model.decode(x), meter, left: runtime.openNetworks().map((path) => path.split("/").at(-2)) };
}

test("a small budget keeps one network open at a time, and every byte of the picture", async () => {
  const plenty = await picture(4e9);
  expect(plenty.meter).toMatchObject({ opened: 3, released: 0 });
  const tight = await picture(1.1 * Math.max(...["text_encoder", "unet", "vae_decoder"].map(sizeOf)));
  expect(tight.meter).toMatchObject({ opened: 3, released: 2 });
  expect(tight.left).toEqual(["vae_decoder"]);
  expect(tight.image.data).toEqual(plenty.image.data);
});
