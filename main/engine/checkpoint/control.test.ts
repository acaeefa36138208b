import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { Model } from "../../../shared/model.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { testCall as call } from "../compile/testing.ts";
import { readNpy } from "../files/npy.ts";
import { createRuntime } from "../runtime/runtime.ts";
import { controlnetGraph } from "./controlnet.ts";
import { inspect } from "./inspect.ts";
import { unetSizes } from "./layout/known.ts";
import { controlnetLayout } from "./layout/unetLayout.ts";
import { distance, type Values, valuesOf, writeValues } from "./loraTesting.ts";
import { shapedCheckpoint } from "./manifest.ts";
import { renamed, unetModuleNames } from "./namesUnet.ts";
import { readCheckpoint } from "./safetensors.ts";
import { unetSpecOf } from "./unetSpec.ts";
import { underPrefix } from "./weightTable.ts";

const fixtures = join(__dirname, "fixtures");
const folder = mkdtempSync(join(tmpdir(), "fairlead-control-"));
const embeddedModel = resolve(__dirname, "../../../assets/models/emoji-scenes");
const runtime = createRuntime({ device: "cpu", embeddedModel, threads: 1 });
beforeEach(() => void runtime.beginRun(new AbortController().signal));
afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true });
});

const golden = (name: string) => readNpy(readFileSync(join(fixtures, "golden", `${name}.npy`))) as Tensor;
const open = (name: string) => readCheckpoint(join(fixtures, `${name}.safetensors`));
const [base, control] = [open("sd15-tiny"), open("controlnet-sd15-tiny")];

/** The model's answer under a control network, both of some files. */
async function answer(model: Model, network: Model): Promise<Tensor> {
  const picture = golden("controlnet-sd15-tiny/hint");
  const text = { context: golden("sd15-tiny/unet_context") };
  return model.denoiser(text, [{ network, picture, strength: () => 1 }])(golden("sd15-tiny/unet_x"), 3, call);
}
const plain = () => answer(runtime.checkpoint(base.path), runtime.control(control.path));

test("a file with a model and its ControlNet is both", async () => {
  const path = join(folder, "both.safetensors");
  const made: Record<string, Values> = {};
  for (const key of base.tensors.keys()) if (/^model\./.test(key)) made[key] = valuesOf(base, key);
  for (const key of control.tensors.keys()) made[key] = valuesOf(control, key);
  writeValues(path, made);
  const { title, parts, keys } = inspect(readCheckpoint(path));
  expect(title).toBe("Stable Diffusion 1.x with a ControlNet");
  expect(parts.map(({ kind }) => kind)).toEqual(["unet", "controlnet"]);
  expect(keys.filter(({ use }) => use !== "used")).toEqual([]);
  const got = await answer(runtime.checkpoint(path), runtime.control(path));
  expect(distance(got.data, (await plain()).data)).toBeLessThan(1e-6);
});

test("a ControlNet in diffusers' names steers as the same in the original ones", async () => {
  const prefix = "control_model.";
  const spec = unetSpecOf(underPrefix(control, prefix), { count: 8 })!;
  const names = unetModuleNames(spec);
  const made = [...control.tensors.keys()].map((key) => {
    return [renamed(key.slice(prefix.length), names) ?? key, valuesOf(control, key)] as const;
  });
  const path = join(folder, "diffusers.safetensors");
  writeValues(path, Object.fromEntries(made));
  expect(inspect(readCheckpoint(path)).keys.filter(({ use }) => use !== "used")).toEqual([]);
  const got = await answer(runtime.checkpoint(base.path), runtime.control(path));
  expect(distance(got.data, (await plain()).data)).toBeLessThan(1e-6);
});

test("a small ControlNet of SDXL has no transformers and reads no text", () => {
  const levels = [
    [1, 0],
    [2, 0],
    [4, 0],
  ] as const;
  const sizes = { channels: 320, contextWidth: 0, vectorWidth: 2816, isLinear: false, levels, middleDepth: 0 };
  const found = inspect(shapedCheckpoint("small.safetensors", controlnetLayout(unetSizes(sizes))));
  expect(found).toMatchObject({ architecture: "controlnet", title: "a ControlNet for SDXL" });
  expect(found.keys.filter(({ use }) => use !== "used")).toEqual([]);
  const weights = underPrefix(shapedCheckpoint("small.safetensors", controlnetLayout(unetSizes(sizes))), "");
  const { inputs } = controlnetGraph(weights, unetSpecOf(weights, { size: 64 })!);
  expect(inputs.map(({ name }) => name)).toEqual(["sample", "timestep", "y", "hint", "strength"]);
});
