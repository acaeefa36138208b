import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeNpy } from "../files/npy.ts";
import { Workspace } from "../workspace.ts";
import { readCheckpoint } from "./safetensors.ts";
import { writeCheckpoint } from "./testing.ts";

const fixtures = join(__dirname, "fixtures");
const folder = mkdtempSync(join(tmpdir(), "fairlead-misfits-"));
const embeddedModel = resolve(__dirname, "../../../assets/models/emoji-scenes");
const workspace = new Workspace({ embeddedModel, cacheFolder: null });
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true });
});

const file = (name: string) => join(fixtures, `${name}.safetensors`);
type Nodes = Readonly<Record<string, readonly [type: string, params?: Readonly<Record<string, unknown>>]>>;

/** A whole walk from text to picture of the model that node `model` gives, with further nodes and links. */
async function problemsOf(nodes: Nodes, links: readonly string[] = [], without: readonly string[] = []) {
  const all: Nodes = {
    text: ["text/encode"],
    ask: ["denoiser/condition"],
    empty: ["latent/empty", { width: 64, height: 64 }],
    sigmas: ["sigmas/schedule", { steps: 2 }],
    noise: ["noise/gaussian", { seed: 1 }],
    walk: ["sampler/sample"],
    decode: ["latent/decode"],
    save: ["image/save"],
    ...nodes,
  };
  const plain = [
    ...["text", "ask", "empty", "sigmas", "decode"].map((id) => `model.model ${id}.model`),
    ...["text.conditioning ask.conditioning", "ask.denoiser walk.denoiser", "sigmas.sigmas walk.sigmas"],
    ...["noise.noise walk.noise", "empty.latent walk.latent", "walk.latent decode.latent", "decode.image save.image"],
  ].filter((link) => !without.some((end) => link.endsWith(` ${end}`)));
  const edges = [...plain, ...links].map((link) => {
    const [from, to] = link.split(" ").map((end) => end.split(".") as [string, string]);
    return { from, to };
  });
  const document = {
    fairlead: 1,
    nodes: Object.entries(all).map(([id, [type, params]]) => ({ id, type, params: params ?? {} })),
    edges,
  } as never;
  const { diagnostics } = await workspace.compile(document, { baseFolder: folder, device: "cpu" });
  return diagnostics.map(({ node, port, message, severity }) => `${severity} ${node}.${port}: ${message}`);
}

const checkpoint = (name: string) => ["model/checkpoint", { path: file(name) }] as const;

/** A file's shapes with some of them changed: nothing but its header is read while planning. */
function reshaped(name: string, from: string, change: (shape: readonly number[], key: string) => readonly number[]) {
  const path = join(folder, `${name}.safetensors`);
  const { tensors, metadata } = readCheckpoint(file(from));
  const shapes = [...tensors].map(([key, { shape }]) => [key, { dtype: "F32" as const, shape: change(shape, key) }]);
  writeCheckpoint(path, Object.fromEntries(shapes), metadata);
  return path;
}

const withInputs = (name: string, channels: number) =>
  reshaped(name, "sd15-tiny", (shape, key) =>
    key.endsWith("input_blocks.0.0.weight") ? [shape[0], channels, 3, 3] : shape,
  );

test("what fits is not refused", async () => {
  expect(await problemsOf({ model: checkpoint("sd15-tiny") })).toEqual([]);
  const path = withInputs("inpainting", 9);
  const image = ["image/load", { path: resolve(__dirname, "../../../assets/workflows/none.png") }] as const;
  const told = await problemsOf(
    { model: ["model/checkpoint", { path }], image, mask: ["mask/rectangle"], hole: ["conditioning/inpaint"] },
    [
      ...["model.model hole.model", "text.conditioning hole.conditioning", "image.image hole.image"],
      ...["mask.mask hole.mask", "hole.conditioning ask.conditioning"],
    ],
    ["ask.conditioning"],
  );
  // Nothing but the picture that is not there.
  expect(told).toEqual([expect.stringMatching(/^error image\.path: There is no file/)]);
});

test.each([
  [
    9,
    "inpainting model, whose network reads 9 channels: latent, mask and masked picture. Send the conditioning through an Inpaint",
  ],
  [
    8,
    "InstructPix2Pix model, whose network reads 8 channels: latent and picture. Send the conditioning through an Edit",
  ],
])("a network of %i channels needs more than a text", async (channels, sentence) => {
  const path = withInputs(`beside-${channels}`, channels);
  const [first, ...others] = await problemsOf({ model: ["model/checkpoint", { path }] });
  expect(first).toMatch(/^error ask\.conditioning: beside-/);
  expect(first).toContain(sentence);
  expect(others).toEqual([]);
});

test("a text of another architecture", async () => {
  const text = { other: checkpoint("sdxl-tiny") };
  const found = await problemsOf(
    { model: checkpoint("sd15-tiny"), ...text },
    ["other.model text.model"],
    ["text.model"],
  );
  expect(found).toEqual([
    expect.stringMatching(
      /^error ask\.conditioning: The text encoders of sdxl-tiny give \d+ numbers a token, but sd15-tiny attends to \d+\./,
    ),
  ]);
});

test("a conditioning of files with another width", async () => {
  writeFileSync(join(folder, "context.npy"), writeNpy({ data: new Float32Array(77 * 5), shape: [1, 77, 5] }));
  const nodes: Nodes = {
    model: checkpoint("sd15-tiny"),
    context: ["tensor/load", { path: "context.npy" }],
    text: ["conditioning/tensor"],
  };
  expect(await problemsOf(nodes, ["context.tensor text.context"])).toEqual([
    expect.stringMatching(
      /^error ask\.conditioning: This conditioning has 5 numbers a token, but sd15-tiny attends to/,
    ),
  ]);
});

test("a latent of another number of channels", async () => {
  const found = await problemsOf(
    { model: checkpoint("sd15-tiny"), other: checkpoint("sd3-tiny") },
    ["other.model empty.model"],
    ["empty.model"],
  );
  expect(found[0]).toMatch(/^error walk\.latent: Latent has 16 channels, but this model takes 4\./);
});

test("a VAE of other channels", async () => {
  const nodes: Nodes = { base: checkpoint("sd15-tiny"), model: ["model/vae", { path: file("vae16-tiny") }] };
  expect(await problemsOf(nodes, ["base.model model.model"])).toEqual([
    "error model.path: vae16-tiny.safetensors has latents of 16 channels where sd15-tiny has 4. Choose a VAE of its family.",
  ]);
});

test.each([
  ["sd15-tiny", "lora-kohya-sd15-tiny", ""],
  ["sd3-tiny", "lora-kohya-sd15-tiny", "lora-kohya-sd15-tiny.safetensors does not fit sd3-tiny: "],
  ["sd15-tiny", "lora-kohya-sdxl-tiny", "lora-kohya-sdxl-tiny.safetensors does not fit sd15-tiny: "],
  ["sd15-tiny", "vae-tiny", "vae-tiny.safetensors has no low-rank layers"],
])("%s with the LoRA %s", async (model, lora, sentence) => {
  const nodes: Nodes = { base: checkpoint(model), model: ["model/lora", { path: file(lora) }] };
  const found = await problemsOf(nodes, ["base.model model.model"]);
  if (sentence === "") return expect(found).toEqual([]);
  expect(found).toHaveLength(1);
  expect(found[0].startsWith(`error model.path: ${sentence}`)).toBe(true);
});

test.each([
  ["sd15-tiny", /^$/],
  [
    "sdxl-tiny",
    /^error ask\.control: controlnet-sd15-tiny does not fit sdxl-tiny: the width of the text is \d+, but \d+ in the model\./,
  ],
  ["sd3-tiny", /^error ask\.control: controlnet-sd15-tiny is a ControlNet for UNets, but sd3-tiny is a transformer\./],
])("%s under a ControlNet of Stable Diffusion 1", async (model, sentence) => {
  const nodes: Nodes = {
    model: checkpoint(model),
    control: ["model/controlnet", { path: file("controlnet-sd15-tiny") }],
    pattern: ["mask/rectangle"],
    shown: ["mask/to-image"],
    ask: ["denoiser/control"],
  };
  const links = ["control.model ask.control", "pattern.mask shown.mask", "shown.image ask.image"];
  expect((await problemsOf(nodes, links)).join("\n")).toMatch(sentence);
});

test("a merge of two architectures, a folder's LoRA, and a model without a VAE", async () => {
  const two = { base: checkpoint("sd15-tiny"), other: checkpoint("sdxl-tiny"), model: ["model/merge"] as const };
  expect(await problemsOf(two, ["base.model model.model", "other.model model.other"])).toEqual([
    "error model.other: sd15-tiny cannot be merged with sdxl-tiny, which is another family. Take models of one architecture.",
  ]);
  const loaded: Nodes = { base: ["model/load"], model: ["model/lora", { path: file("lora-kohya-sd15-tiny") }] };
  expect(await problemsOf(loaded, ["base.model model.model"])).toEqual([
    "error model.path: emoji-scenes is a folder, which takes no LoRA. Take a checkpoint file.",
  ]);
  expect(await problemsOf({ model: checkpoint("flux-tiny") })).toEqual([
    "error text.model: flux-tiny has no text encoder CLIP-L. Add one with a Model parts node, or give the conditioning as tensors.",
    "error decode.model: flux-tiny has no VAE. Add one with a Model parts node.",
  ]);
});
