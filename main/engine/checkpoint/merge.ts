import type { MergeWeights } from "../../../shared/model.ts";
import { CheckpointError } from "./error.ts";
import type { ClipPart, DenoisingPart, ModelParts } from "./parts.ts";
import type { StoredTensor } from "./safetensors.ts";
import { termsOf, type WeightTable } from "./weightTable.ts";

/** Models to merge: W = A + w · (B − A), or W = A + w · (B − C) with a third. */
export interface Merged {
  readonly other: ModelParts;
  readonly base: ModelParts | null;
  readonly weights: MergeWeights;
}

/** The table of positions is the same in every model, and read in place. */
const kept = "pos_embed";

/**
 * A model whose denoising network and text encoders are weighted sums of those of several. The sums are part of the graphs:
 * each is computed once, when its network is opened, and takes the merged layers in float32; a layer of weight 0 stays in
 * its file. Throws a CheckpointError for models of different architectures.
 */
export function mergedParts(model: ModelParts, merged: Merged): ModelParts {
  const { other, base, weights } = merged;
  for (const one of [other, ...(base ? [base] : [])]) checkAlike(model, one);
  const share = (key: string) => weights[sectionOf(key, model.denoiser)];
  const sumOf = (pick: (parts: ModelParts) => WeightTable, weightOf: (key: string) => number): WeightTable => ({
    ...mergedTable(pick(model), pick(other), base && pick(base), weightOf),
    mergedWith: nameOf(model, merged, pick),
  });
  const text = (name: "clipL" | "clipG" | "clipH"): Partial<Record<typeof name, ClipPart>> => {
    const own = model[name];
    const all = [model, other, ...(base ? [base] : [])];
    if (!own || weights.text === 0 || !all.every((one) => one[name])) return {};
    return {
      [name]: {
        ...own,
        weights: sumOf(
          (parts) => (parts[name] as ClipPart).weights,
          () => weights.text,
        ),
      },
    };
  };
  const denoiser = { ...model.denoiser, weights: sumOf((parts) => parts.denoiser.weights, share) } as DenoisingPart;
  return { ...model, denoiser, ...text("clipL"), ...text("clipG"), ...text("clipH") };
}

function checkAlike(model: ModelParts, other: ModelParts): void {
  if (other.loras.length > 0) {
    throw new CheckpointError(
      `${other.info.name} has a LoRA at work, which cannot be merged. Add the LoRA after merging.`,
    );
  }
  // Inpainting and editing models differ in what enters, so in one layer only.
  const structure = ({ denoiser: { kind, spec } }: ModelParts) => JSON.stringify([kind, { ...spec, inChannels: 0 }]);
  if (structure(model) === structure(other)) return;
  const why = model.family === other.family ? "but their networks have different sizes" : "which is another family";
  throw new CheckpointError(
    `${model.info.name} cannot be merged with ${other.info.name}, ${why}. Take models of one architecture.`,
  );
}

/**
 * Where a weight of a denoising network counts to. UNets say it; of transformers the blocks are cut in thirds. What stands
 * before all blocks counts to the input, what stands behind them to the output.
 */
function sectionOf(key: string, { kind, spec }: DenoisingPart): "input" | "middle" | "output" {
  if (kind === "unet") return key.startsWith("middle_block.") ? "middle" : /^out/.test(key) ? "output" : "input";
  const [, family, n] = /^(joint|double|single)_blocks\.(\d+)\./.exec(key) ?? [];
  if (family === undefined) return key.startsWith("final_layer.") ? "output" : "input";
  const double = kind === "flux" ? spec.doubleBlocks : 0;
  const count = kind === "flux" ? spec.doubleBlocks + spec.singleBlocks : spec.blocks;
  const at = (Number(n) + (family === "single" ? double : 0)) / count;
  return at < 1 / 3 ? "input" : at < 2 / 3 ? "middle" : "output";
}

/** What tells a merged table from others: its files and the weights. */
function nameOf(model: ModelParts, { other, base, weights }: Merged, part: (parts: ModelParts) => WeightTable): string {
  const files = [model, other, ...(base ? [base] : [])].map((one) => {
    const { path, mergedWith = "" } = part(one);
    return `${path}${mergedWith}`;
  });
  return ` merged of ${files.join(" and ")} (${Object.values(weights).join()})`;
}

const sameShape = (one: StoredTensor | undefined, other: StoredTensor | undefined): boolean =>
  one?.shape.join() === other?.shape.join();

/** Weights of which one model has none, or in another shape, stay the first model's. */
function mergedTable(
  first: WeightTable,
  second: WeightTable,
  third: WeightTable | null,
  weightOf: (key: string) => number,
): WeightTable {
  const files = [first, second, ...(third ? [third] : [])].flatMap(({ path, files: own }) => own ?? [path]);
  return {
    path: first.path,
    get: (key) => first.get(key),
    files,
    terms: (key) => {
      const isShared = [second, third].every((table) => table === null || sameShape(table.get(key), first.get(key)));
      const weight = key === kept || !isShared ? 0 : weightOf(key);
      const of = (table: WeightTable, factor: number) => termsOf(table, key, factor);
      if (weight === 0) return of(first, 1);
      return [...of(first, third ? 1 : 1 - weight), ...of(second, weight), ...(third ? of(third, -weight) : [])];
    },
  };
}
