import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { MergeWeights, Model } from "../../../shared/model.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { testCall as call } from "../compile/testing.ts";
import { readNpy } from "../files/npy.ts";
import { createRuntime } from "../runtime/runtime.ts";
import { distance, drawn, type Values, valuesOf, writeValues } from "./loraTesting.ts";
import { mergedParts } from "./merge.ts";
import { modelPartsOf } from "./modelParts.ts";
import { denoisingGraph } from "./networks.ts";
import { recognise } from "./recognise.ts";
import { readCheckpoint } from "./safetensors.ts";

const fixtures = join(__dirname, "fixtures");
const folder = mkdtempSync(join(tmpdir(), "fairlead-merge-"));
mkdirSync(join(folder, "others"));
const embeddedModel = resolve(__dirname, "../../../assets/models/emoji-scenes");
const runtime = createRuntime({ device: "cpu", embeddedModel, threads: 1 });
beforeEach(() => void runtime.beginRun(new AbortController().signal));
afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true });
});

const golden = (path: string) => readNpy(readFileSync(join(fixtures, "golden", `${path}.npy`))) as Tensor;

type Weights = ReadonlyMap<string, Values>;

/** A fixture and two fine-tunes of it, in other folders and types. */
function family(name: string, section: (key: string) => keyof MergeWeights) {
  const first = readCheckpoint(join(fixtures, `${name}.safetensors`));
  const isOurs = (key: string) => name === "flux-tiny" || /^(model\.diffusion_model|cond_stage_model)\./.test(key);
  const isHalf = (key: string) => /^(b?float16)$/.test(first.tensors.get(key)?.dtype ?? "");
  const keys = [...first.tensors.keys()].filter((key) => isOurs(key) && isHalf(key));
  const own: Weights = new Map(keys.map((key) => [key, valuesOf(first, key)]));
  const tuned = (seed: number): Weights =>
    new Map(
      [...own].map(([key, one], i) => {
        const noise = drawn(seed + i, one.shape, 0.05).data;
        return [key, { shape: one.shape, data: one.data.map((value, k) => Math.fround(value * (1 + noise[k]))) }];
      }),
    );
  const written = (file: string, weights: Weights): string => {
    const path = join(folder, `${file}-${name}.safetensors`);
    writeValues(path, Object.fromEntries(weights), first.metadata);
    return path;
  };
  const [second, third] = [tuned(1000), tuned(5000)];
  /** The sums in float64, as a file of its own. */
  const summed = (shares: MergeWeights, hasBase: boolean): Model => {
    const sums = [...own].map(([key, a]) => {
      const [b, c] = [second.get(key)!.data, (hasBase ? third : own).get(key)!.data];
      const w = shares[section(key)];
      return [key, { shape: a.shape, data: a.data.map((value, i) => value + w * (b[i] - c[i])) }] as const;
    });
    return runtime.checkpoint(written(`sum-${hasBase}-${Object.values(shares)}`, new Map(sums)));
  };
  const paths = { a: first.path, b: written("others/b", second), c: written("c", third) };
  const [model, other, base] = Object.values(paths).map((path) => runtime.checkpoint(path));
  return { model, other, base, paths, summed };
}

const sd15 = family("sd15-tiny", (key) => {
  const name = /^model\.diffusion_model\.(.*)/.exec(key)?.[1];
  if (name === undefined) return "text";
  return name.startsWith("middle_block") ? "middle" : name.startsWith("out") ? "output" : "input";
});
// Two double and two single blocks: the third is in the middle, the fourth in the last part.
const flux = family("flux-tiny", (key) =>
  key.startsWith("single_blocks.0") ? "middle" : /^(single_blocks|final_layer)/.test(key) ? "output" : "input",
);
const all = (weight: number, text = 0): MergeWeights => ({ input: weight, middle: weight, output: weight, text });

function answer(model: Model): Promise<Tensor> {
  const [context, pooled] = [golden("flux-tiny/flux_context"), golden("flux-tiny/flux_y")];
  return model.denoiser({ context, pooled })(golden("flux-tiny/flux_x"), 1, call);
}

test.each([
  ["one weight for all", all(0.3), false],
  ["weights by part", { input: 0, middle: 1, output: 0.6, text: 0 }, false],
  ["the difference of two", all(0.8), true],
] as const)("%s: the network is that of the summed weights", async (_, weights, hasBase) => {
  const { model, other, base, summed } = flux;
  const merged = runtime.merge(model, { other, base: hasBase ? base : null, weights });
  const [got, wanted] = await Promise.all([merged, summed(weights, hasBase)].map(answer));
  expect(distance(got.data, wanted.data)).toBeLessThan(2e-5);
  expect(distance((await answer(model)).data, wanted.data)).toBeGreaterThan(1e-4);
});

test("text encoders have a weight of their own", async () => {
  const { model, other, summed } = sd15;
  const merged = runtime.merge(model, { other, base: null, weights: all(0, 0.4) });
  const states = async (one: Model) => (await one.encodeText("a photo of a cat")).context.data;
  expect(distance(await states(merged), await states(summed(all(0, 0.4), false)))).toBeLessThan(2e-5);
  expect(distance(await states(merged), await states(model))).toBeGreaterThan(1e-5);
});

test("a part of weight 0 stays in its file, and of the others every file is named from a folder they share", () => {
  const parts = (path: string) => modelPartsOf(path, recognise(readCheckpoint(path)));
  const weights = { input: 0, middle: 1, output: 0.5, text: 0 };
  const { denoiser } = mergedParts(parts(sd15.paths.c), { other: parts(sd15.paths.b), base: null, weights });
  const graph = denoisingGraph(denoiser, { isEven: true, hasControl: false }, []);
  const places = (pattern: RegExp) =>
    new Set(
      graph.weights.flatMap(({ name, data }) => (pattern.test(name) && "location" in data ? [data.location] : [])),
    );
  expect(places(/^input_blocks/)).toEqual(new Set(["c-sd15-tiny.safetensors"]));
  expect(places(/^middle_block/)).toEqual(new Set(["others/b-sd15-tiny.safetensors"]));
  expect(places(/^output_blocks/)).toEqual(new Set(["c-sd15-tiny.safetensors", "others/b-sd15-tiny.safetensors"]));
});

test("an inpainting model takes what two ordinary ones differ in, and keeps its own first layer", () => {
  const parts = (path: string) => modelPartsOf(path, recognise(readCheckpoint(path)));
  const first = readCheckpoint(sd15.paths.c);
  const key = "model.diffusion_model.input_blocks.0.0.weight";
  const made = [...first.tensors.keys()].map((name) => {
    return [name, name === key ? drawn(1, [32, 9, 3, 3]) : valuesOf(first, name)] as const;
  });
  const path = join(folder, "inpaint.safetensors");
  writeValues(path, Object.fromEntries(made), first.metadata);
  const others = { other: parts(sd15.paths.b), base: parts(sd15.paths.a) };
  const { denoiser } = mergedParts(parts(path), { ...others, weights: all(0.5) });
  const files = (name: string) => denoiser.weights.terms!(name).map(({ path: file }) => basename(file, ".safetensors"));
  expect(files("input_blocks.0.0.weight")).toEqual(["inpaint"]);
  expect(files("out.2.weight")).toEqual(["inpaint", "b-sd15-tiny", "sd15-tiny"]);
});

test("models of two architectures, and one with a LoRA, are refused in a sentence", () => {
  const merge = (other: Model) => runtime.merge(sd15.model, { other, base: null, weights: all(0.5) });
  const file = (name: string) => join(fixtures, `${name}.safetensors`);
  expect(() => merge(runtime.checkpoint(file("sdxl-tiny")))).toThrow(
    "sd15-tiny cannot be merged with sdxl-tiny, which is another family. Take models of one architecture.",
  );
  const use = { path: file("lora-kohya-sd15-tiny"), strength: () => 1, textStrength: 1 };
  const changed = runtime.withLora(sd15.other, use, () => {});
  expect(() => merge(changed)).toThrow(
    "b-sd15-tiny has a LoRA at work, which cannot be merged. Add the LoRA after merging.",
  );
});
