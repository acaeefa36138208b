import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import { readNpy } from "../files/npy.ts";
import { inspect } from "./inspect.ts";
import { readLora } from "./lora.ts";
import { networkLayers } from "./loraNames.ts";
import { distance, drawn, runOnce, times, type Values, valuesOf, writeValues } from "./loraTesting.ts";
import { denoisingGraph } from "./networks.ts";
import type { DenoisingPart } from "./parts.ts";
import { recognise } from "./recognise.ts";
import { type Checkpoint, readCheckpoint } from "./safetensors.ts";

const fixtures = join(__dirname, "fixtures");
const folder = mkdtempSync(join(tmpdir(), "fairlead-transformer-"));
afterAll(() => rmSync(folder, { recursive: true }));

const open = (name: string) => readCheckpoint(join(fixtures, `${name}.safetensors`));
const denoiserOf = (checkpoint: Checkpoint) => recognise(checkpoint).parts[0] as DenoisingPart;
const prefixes: Readonly<Record<string, string>> = {
  "flux-tiny": "",
  "sd3-tiny": "model.diffusion_model.",
  "sd35-tiny": "model.diffusion_model.",
};

/** How diffusers' own conversion scripts name what they make of a key: the names share its rows in equal parts. */
function converted(key: string): readonly string[] {
  const block = /^(?:joint|double)_blocks\.(\d+)\.(?:(x_block|img)|context_block|txt)[._](.*)$/.exec(key);
  const lone = /^single_blocks\.(\d+)\.(.*)\.(weight|bias|scale)$/.exec(key);
  if (lone) {
    const to = (name: string) => `single_transformer_blocks.${lone[1]}.${name}.${lone[3].replace("scale", "weight")}`;
    const plain = {
      linear2: "proj_out",
      "modulation.lin": "norm.linear",
      "norm.query_norm": "attn.norm_q",
      "norm.key_norm": "attn.norm_k",
    };
    if (lone[2] === "linear1") return ["attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"].map(to);
    return [to(plain[lone[2] as keyof typeof plain])];
  }
  if (block) {
    const [, n, picture, rest] = block;
    const isSecond = rest.startsWith("attn2");
    const names = picture ? ["to_q", "to_k", "to_v"] : ["add_q_proj", "add_k_proj", "add_v_proj"];
    const to = (name: string) => `transformer_blocks.${n}.${name}`;
    if (/qkv\.\w+$/.test(rest)) {
      return names.map((name) => to(`${isSecond ? "attn2" : "attn"}.${name}.${rest.split(".").at(-1)}`));
    }
    const norm = picture ? "norm_" : "norm_added_";
    const out = picture ? "to_out.0" : "to_add_out";
    const feed = picture ? "ff" : "ff_context";
    return [
      to(
        rest
          .replace(
            /^attn(2?)\.(?:norm\.)?(?:ln_)?(q|k)(?:uery_norm|ey_norm)?\.(?:weight|scale)$/,
            `attn$1.${norm}$2.weight`,
          )
          .replace(/^attn(2?)\.proj/, `attn$1.${out}`)
          .replace(/^mlp\.(fc1|0)\./, `${feed}.net.0.proj.`)
          .replace(/^mlp\.(fc2|2)\./, `${feed}.net.2.`)
          .replace(/^(adaLN_modulation\.1|mod\.lin)\./, `${picture ? "norm1" : "norm1_context"}.linear.`),
      ),
    ];
  }
  const time = "time_text_embed.";
  const ends = (from: string, name: string) =>
    key
      .replace(new RegExp(`^${from}\\.(mlp\\.0|in_layer)`), `${time}${name}.linear_1`)
      .replace(new RegExp(`^${from}\\.(mlp\\.2|out_layer)`), `${time}${name}.linear_2`);
  if (/^(t_embedder|time_in)\./.test(key))
    return [ends("(?:t_embedder|time_in)", "timestep_embedder")].map((one) => one);
  if (/^(y_embedder|vector_in)\./.test(key)) return [ends("(?:y_embedder|vector_in)", "text_embedder")];
  if (/^guidance_in\./.test(key)) return [ends("guidance_in", "guidance_embedder")];
  return [
    key
      .replace(/^pos_embed$/, "pos_embed.pos_embed")
      .replace(/^x_embedder\.proj/, "pos_embed.proj")
      .replace(/^img_in/, "x_embedder")
      .replace(/^txt_in/, "context_embedder")
      .replace(/^final_layer\.linear/, "proj_out")
      .replace(/^final_layer\.adaLN_modulation\.1/, "norm_out.linear"),
  ];
}

const rowsOf = ({ shape, data }: Values, start: number, end: number): Values => {
  const row = data.length / shape[0];
  return { shape: [end - start, ...shape.slice(1)], data: data.slice(start * row, end * row) };
};
const stacked = (parts: readonly Values[]): Values => ({
  shape: [parts.reduce((sum, { shape }) => sum + shape[0], 0), ...parts[0].shape.slice(1)],
  data: Float64Array.from(parts.flatMap(({ data }) => [...data])),
});

/** A fixture's transformer as diffusers saves it, in float32. */
function diffusersFile(name: string): Checkpoint {
  const checkpoint = open(name);
  const prefix = prefixes[name];
  const made: Record<string, Values> = {};
  for (const full of checkpoint.tensors.keys()) {
    if (!full.startsWith(prefix) || /^(first_stage_model|text_encoders)\./.test(full)) continue;
    const key = full.slice(prefix.length);
    const values = valuesOf(checkpoint, full);
    const names = converted(key);
    const [out] = values.shape;
    const width = name === "sd35-tiny" ? 128 : 64;
    const isLast = /^joint_blocks\.1\.context_block\.adaLN/.test(key) || /^final_layer\.adaLN/.test(key);
    names.forEach((one, i) => {
      const end = i === names.length - 1 ? out : (i + 1) * width;
      const rows = names.length === 1 ? values : rowsOf(values, i * width, end);
      made[one] = isLast ? stacked([rowsOf(values, width, out), rowsOf(values, 0, width)]) : rows;
    });
  }
  const path = join(folder, `${name}-diffusers.safetensors`);
  writeValues(path, made, checkpoint.metadata);
  return readCheckpoint(path);
}

function golden(path: string): Tensor {
  const tensor = readNpy(readFileSync(join(fixtures, "golden", `${path}.npy`)));
  return isFloatTensor(tensor) ? tensor : { data: Float32Array.from(tensor.data, Number), shape: tensor.shape };
}

function feedsOf(name: string): Record<string, Tensor> {
  const isFlux = name === "flux-tiny";
  const at = (what: string) => golden(`${name}/${isFlux ? "flux" : "mmdit"}_${what}`);
  const t = at("t");
  return {
    hidden_states: at("x"),
    timestep: isFlux ? { data: t.data.map((value) => 1000 * value), shape: t.shape } : t,
    encoder_hidden_states: at("context"),
    pooled_projections: at("y"),
    ...(isFlux ? { guidance: at("guidance") } : {}),
  };
}
const outOf = (name: string) => golden(`${name}/${name === "flux-tiny" ? "flux" : "mmdit"}_out`);
const plain = { isEven: true, hasControl: false };

test.each(["flux-tiny", "sd3-tiny", "sd35-tiny"])("%s in diffusers' names answers as it did", async (name) => {
  const checkpoint = diffusersFile(name);
  const { keys, architecture } = inspect(checkpoint);
  expect(architecture).toBe(name === "flux-tiny" ? "flux" : "sd3");
  expect(keys.filter(({ use }) => use !== "used")).toEqual([]);
  const graph = denoisingGraph(denoiserOf(checkpoint), plain, []);
  const { out_sample } = await runOnce(checkpoint.path, graph, feedsOf(name));
  expect(distance(out_sample.data, outOf(name).data)).toBeLessThan(2e-5);
});

/** Where layers of diffusers' names act on the original program's modules. */
const targets: Readonly<Record<string, readonly (readonly [name: string, key: string, start: number, end: number])[]>> =
  {
    "flux-tiny": [
      ["transformer_blocks.0.attn.to_q", "double_blocks.0.img_attn.qkv", 0, 64],
      ["transformer_blocks.0.attn.to_v", "double_blocks.0.img_attn.qkv", 128, 192],
      ["transformer_blocks.1.attn.add_k_proj", "double_blocks.1.txt_attn.qkv", 64, 128],
      ["transformer_blocks.1.ff.net.2", "double_blocks.1.img_mlp.2", 0, 64],
      ["single_transformer_blocks.0.attn.to_k", "single_blocks.0.linear1", 64, 128],
      ["single_transformer_blocks.0.proj_mlp", "single_blocks.0.linear1", 192, 448],
      ["single_transformer_blocks.1.proj_out", "single_blocks.1.linear2", 0, 64],
    ],
    "sd3-tiny": [
      ["transformer_blocks.0.attn.to_q", "joint_blocks.0.x_block.attn.qkv", 0, 64],
      ["transformer_blocks.1.attn.add_v_proj", "joint_blocks.1.context_block.attn.qkv", 128, 192],
      ["transformer_blocks.0.ff_context.net.0.proj", "joint_blocks.0.context_block.mlp.fc1", 0, 256],
      ["transformer_blocks.0.attn.to_add_out", "joint_blocks.0.context_block.attn.proj", 0, 64],
    ],
  };

type Naming = readonly [name: string, key: (module: string) => string, form: "low-rank" | "kronecker"];
const namings: readonly Naming[] = [
  ["diffusers'", (module) => `transformer.${module}`, "low-rank"],
  ["LyCORIS'", (module) => `lycoris_${module.replaceAll(".", "_")}`, "kronecker"],
];

test.each([...namings.map((naming) => ["flux-tiny", ...naming] as const), ["sd3-tiny", ...namings[0]] as const])(
  "%s takes %s layers on parts of its fused modules",
  async (name, _, keyOf, form) => {
    const checkpoint = open(name);
    const isLow = form === "low-rank";
    const made: Record<string, Values> = {};
    const changed: Record<string, Values> = {};
    targets[name].forEach(([module, key, start, end], seed) => {
      const full = `${prefixes[name]}${key}.weight`;
      const weight = changed[full] ?? valuesOf(checkpoint, full);
      const into = weight.shape[1];
      const [a, b] = isLow
        ? [drawn(seed, [2, into]), drawn(seed + 50, [end - start, 2])]
        : [drawn(seed, [2, 2]), drawn(seed + 50, [(end - start) / 2, into / 2])];
      const tensors = isLow ? { "lora_A.weight": a, "lora_B.weight": b } : { lokr_w1: a, lokr_w2: b };
      for (const [ending, values] of Object.entries(tensors)) made[`${keyOf(module)}.${ending}`] = values;
      const [p, q] = b.shape;
      const kron = (row: number, column: number) =>
        a.data[Math.floor(row / p) * 2 + Math.floor(column / q)] * b.data[(row % p) * q + (column % q)];
      const low = isLow ? times(b, a) : null;
      const data = weight.data.map((w, i) => {
        const [row, column] = [Math.floor(i / into) - start, i % into];
        if (row < 0 || row >= end - start) return w;
        return w + 0.6 * (low ? low.data[row * into + column] : kron(row, column));
      });
      changed[full] = { shape: weight.shape, data };
    });
    const path = join(folder, "layers.safetensors");
    writeValues(path, made);
    const lora = readLora(readCheckpoint(path));
    const merged = join(folder, "merged.safetensors");
    const all = [...checkpoint.tensors.keys()].map((key) => [key, changed[key] ?? valuesOf(checkpoint, key)] as const);
    writeValues(merged, Object.fromEntries(all), checkpoint.metadata);
    const wanted = await runOnce(merged, denoisingGraph(denoiserOf(readCheckpoint(merged)), plain, []), feedsOf(name));
    const strength = { data: Float32Array.of(0.6), shape: [] };
    for (const base of [checkpoint, diffusersFile(name)]) {
      const part = denoiserOf(base);
      const graph = denoisingGraph(part, plain, [{ lora, strength: "strength", find: networkLayers(lora, part) }]);
      const got = await runOnce(base.path, graph, { ...feedsOf(name), strength });
      expect(distance(got.out_sample.data, wanted.out_sample.data)).toBeLessThan(2e-5);
      expect(distance(got.out_sample.data, outOf(name).data)).toBeGreaterThan(1e-3);
    }
  },
);
