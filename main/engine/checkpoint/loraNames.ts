import { sizeOf } from "../../../shared/tensor/tensor.ts";
import type { Lora, LoraChange, LoraFactor, LoraLayer, LoraPiece } from "./lora.ts";
import { diffusersModules } from "./namesTransformer.ts";
import { renamed, unetModuleNames } from "./namesUnet.ts";
import type { DenoisingPart } from "./parts.ts";
import type { WeightTable } from "./weightTable.ts";

const underscored = (key: string) => key.replaceAll(".", "_");

/** Prefixes of a denoising network's layers: kohya's, diffusers', PEFT's and other trainers'. */
const networkPrefixes = [
  "lora_unet_",
  "unet.",
  "transformer.",
  "diffusion_model.",
  "lycoris_",
  "lora_transformer_",
  "base_model.model.",
  "model.diffusion_model.",
  "",
];

type Find = (key: string) => readonly LoraPiece[];

/**
 * Finds the layers of a LoRA for a module of a denoising network: by the original programs' name and by diffusers', each
 * as it is and with underscores. Where diffusers has several modules for one, each works on its own rows.
 */
export function networkLayers(lora: Lora, part: DenoisingPart): Find {
  const others = part.kind === "unet" ? unetModuleNames(part.spec) : new Map<string, string>();
  return (key) => {
    const shape = shapeOf(part.weights, key);
    if (!shape) return [];
    const diffusers = others.get(key) ?? renamed(key, others);
    const own = firstOf(lora, networkPrefixes, [key, ...(diffusers ? [diffusers] : [])]);
    if (own) return fits(own, shape) ? [{ layer: own, rows: null }] : [];
    if (part.kind === "unet") return [];
    const rows = diffusersModules(part.kind, key, shape).filter(({ isTurned }) => !isTurned);
    return piecesOf(lora, networkPrefixes, rows, shape);
  };
}

/** The shape of a module's weight; OpenCLIP writes that of its fused projection with a dash. */
function shapeOf(weights: WeightTable, key: string): readonly number[] | undefined {
  return (weights.get(`${key}.weight`) ?? weights.get(`${key}_weight`))?.shape;
}

interface NamedRows {
  readonly name: string;
  readonly rows: readonly [number, number];
}

/** Layers for rows of a module of a shape, by each part's own name. */
function piecesOf(
  lora: Lora,
  prefixes: readonly string[],
  parts: readonly NamedRows[],
  shape: readonly number[],
): readonly LoraPiece[] {
  return parts.flatMap(({ name, rows }) => {
    const layer = firstOf(lora, prefixes, [name]);
    const isWhole = rows[1] - rows[0] === shape[0];
    if (!layer || !fits(layer, [rows[1] - rows[0], ...shape.slice(1)])) return [];
    return [{ layer, rows: isWhole ? null : rows }];
  });
}

/** Whether a layer changes a weight of this shape: other models have layers of the same names. */
function fits({ change, bias }: LoraLayer, [out, ...rest]: readonly number[]): boolean {
  if (!change) return bias !== null && bias.shape[0] === out;
  const [rows, columns] = sizesOf(change);
  if (change.kind === "low-rank" && rest.length > 1) {
    const inner = (change.mid ?? change.down).shape.slice(2);
    if (inner.length > 0 && !inner.every((side, i) => side === rest[i + 1])) return false;
  }
  return rows === out && columns === sizeOf(rest);
}

/** Rows and numbers a row of what a layer adds. */
function sizesOf(change: LoraChange): readonly [number, number] {
  switch (change.kind) {
    case "low-rank":
      return [change.up.shape[0], sizeOf(change.down.shape.slice(1)) * sizeOf(change.mid?.shape.slice(2) ?? [])];
    case "hadamard":
      return factorSizes(change.first);
    case "kronecker": {
      const [first, second] = [factorSizes(change.first), factorSizes(change.second)];
      return [first[0] * second[0], first[1] * second[1]];
    }
    case "whole":
      return [change.matrix.shape[0], sizeOf(change.matrix.shape.slice(1))];
  }
}

function factorSizes(factor: LoraFactor): readonly [number, number] {
  if ("whole" in factor) return [factor.whole.shape[0], sizeOf(factor.whole.shape.slice(1))];
  const { a, b, mid } = factor;
  if (mid) return [a.shape[1], b.shape[1] * sizeOf(mid.shape.slice(2))];
  return [a.shape[0], sizeOf(b.shape.slice(1))];
}

type Tower = "L" | "G" | "H" | "T5";

/** Prefixes of the text towers' layers, first tower L, second G. */
const towerPrefixes: Readonly<Record<Tower, readonly string[]>> = {
  L: ["lora_te1_text_model_", "lora_te_text_model_", "text_encoder.text_model.", "lora_te1_", "lora_te_"],
  G: ["lora_te2_text_model_", "text_encoder_2.text_model.", "lora_te2_"],
  H: ["lora_te_text_model_", "text_encoder.text_model.", "lora_te_"],
  T5: ["lora_te3_", "lora_te2_", "text_encoder_3.", "text_encoder_2."],
};

/** Finds the layers of a LoRA for a module of a text tower, by Hugging Face's name of the module. */
export function towerLayers(lora: Lora, tower: Tower, weights: WeightTable): Find {
  const prefixes = towerPrefixes[tower];
  return (key) => {
    const shape = shapeOf(weights, key);
    if (!shape) return [];
    const name = huggingFaceName(key);
    const fused = /^(.*)\.self_attn\.in_proj$/.exec(name);
    const width = shape[0] / 3;
    const parts = fused
      ? ["q", "k", "v"].map((part, i) => ({
          name: `${fused[1]}.self_attn.${part}_proj`,
          rows: [i * width, (i + 1) * width] as const,
        }))
      : [{ name, rows: [0, shape[0]] as const }];
    return piecesOf(lora, prefixes, parts, shape);
  };
}

/** OpenCLIP's layers under Hugging Face's names; those are kept. */
function huggingFaceName(key: string): string {
  return key
    .replace(/^transformer\.resblocks\./, "encoder.layers.")
    .replace(/\.attn\.(in_proj|out_proj)$/, ".self_attn.$1")
    .replace(/\.mlp\.c_fc$/, ".mlp.fc1")
    .replace(/\.mlp\.c_proj$/, ".mlp.fc2")
    .replace(/\.ln_(\d)$/, ".layer_norm$1");
}

function firstOf(lora: Lora, prefixes: readonly string[], names: readonly string[]): LoraLayer | undefined {
  for (const name of names) {
    for (const prefix of prefixes) {
      const found = lora.layers.get(prefix + name) ?? lora.layers.get(prefix + underscored(name));
      if (found) return found;
    }
  }
  return undefined;
}
