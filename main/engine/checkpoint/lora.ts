import { basename } from "node:path";
import { CheckpointError } from "./error.ts";
import { type LoraKey, type LoraRole, loraKeyOf } from "./loraKeys.ts";
import { statedScale } from "./loraMetadata.ts";
import type { Checkpoint, StoredTensor } from "./safetensors.ts";
import { readNumbers } from "./tensorBytes.ts";

/** A matrix of a layer: as it is, or a · b; with `mid` [r, r, kh, kw] between them a is [r, out] and b [r, in]. */
export type LoraFactor =
  | { readonly whole: StoredTensor }
  | { readonly a: StoredTensor; readonly b: StoredTensor; readonly mid: StoredTensor | null };

/** What a layer adds to a weight, times `scale`: each form by its publication. */
export type LoraChange =
  | {
      /** up · (mid ·) down: LoRA (arXiv:2106.09685) and LoCon, with `mid` in its CP form. */
      readonly kind: "low-rank";
      /** [r, in] or [r, in, kh, kw]; with `mid` [r, in, 1, 1]. */
      readonly down: StoredTensor;
      /** [out, r] or [out, r, 1, 1]. */
      readonly up: StoredTensor;
      readonly mid: StoredTensor | null;
      readonly scale: number;
    }
  | {
      /** The product of both, element by element (LoHa) or Kronecker's (LoKr): arXiv:2309.14859. */
      readonly kind: "hadamard" | "kronecker";
      readonly first: LoraFactor;
      readonly second: LoraFactor;
      readonly scale: number;
    }
  | { readonly kind: "whole"; readonly matrix: StoredTensor; readonly scale: 1 };

export interface LoraLayer {
  readonly change: LoraChange | null;
  /** DoRA (arXiv:2402.09353): norms that the rows or columns of the changed weight are given. */
  readonly magnitude: { readonly norms: StoredTensor; readonly of: "rows" | "columns" } | null;
  /** Added to the bias, times `biasScale`. */
  readonly bias: StoredTensor | null;
  readonly biasScale: number;
}

/** A LoRA file: its layers by the names that the file gives them. */
export interface Lora {
  readonly path: string;
  readonly layers: ReadonlyMap<string, LoraLayer>;
  /** Keys that nothing is known of. */
  readonly strays: readonly string[];
}

type Tensors = Partial<Record<LoraRole, StoredTensor>>;

/**
 * The layers of a LoRA file: LoRA, LoCon, LoHa, LoKr, DoRA and whole differences, in kohya's, LyCORIS', PEFT's and
 * diffusers' names. Reads the small alphas. Throws a CheckpointError for a file with nothing of these, or with matrices that
 * do not fit each other.
 */
export function readLora(checkpoint: Checkpoint): Lora {
  const { path, tensors } = checkpoint;
  const file = basename(path);
  const groups = new Map<string, Tensors>();
  const strays: string[] = [];
  for (const [key, tensor] of tensors) {
    const found: LoraKey | null = loraKeyOf(key);
    if (!found) strays.push(key);
    else if (found.role !== "unused") groups.set(found.module, { ...groups.get(found.module), [found.role]: tensor });
  }
  const layers = new Map<string, LoraLayer>();
  for (const [name, group] of groups) {
    const layer = layerOf(checkpoint, name, group, file);
    if (layer) layers.set(name, layer);
    else strays.push(name);
  }
  if (layers.size === 0) throw new CheckpointError(`${file} has no low-rank layers: it is no LoRA.`);
  return { path, layers, strays };
}

function layerOf(checkpoint: Checkpoint, name: string, group: Tensors, file: string): LoraLayer | null {
  const alpha = group.alpha ? readNumbers(checkpoint.path, group.alpha)[0] : null;
  const rank = (of: number) => (alpha === null ? statedScale(checkpoint.metadata, name, of) : alpha / of);
  const change = changeOf(group, rank, (what) => new CheckpointError(`${file}: ${what} of “${name}”.`));
  const bias = group.bias ?? group.upBias ?? null;
  if (!change && !bias) return null;
  return {
    change,
    magnitude: change ? magnitudeOf(group) : null,
    bias,
    biasScale: group.bias || !change ? 1 : change.scale,
  };
}

function magnitudeOf({ magnitude, peftMagnitude }: Tensors): LoraLayer["magnitude"] {
  if (peftMagnitude) return { norms: peftMagnitude, of: "rows" };
  if (!magnitude) return null;
  return { norms: magnitude, of: magnitude.shape.length > 1 && magnitude.shape[0] === 1 ? "columns" : "rows" };
}

function changeOf(
  group: Tensors,
  scaleOf: (rank: number) => number,
  damaged: (what: string) => CheckpointError,
): LoraChange | null {
  const { down, up, mid } = group;
  if (down || up) {
    if (!down || !up) throw damaged(`there is only one of the two matrices`);
    if (up.shape[1] !== down.shape[0]) throw damaged("the matrices do not fit each other, those");
    return { kind: "low-rank", down, up, mid: mid ?? null, scale: scaleOf(down.shape[0]) };
  }
  const factor = (whole?: StoredTensor, a?: StoredTensor, b?: StoredTensor, middle?: StoredTensor): LoraFactor => {
    if (whole) return { whole };
    if (!a || !b) throw damaged("a matrix is missing, one");
    if ((middle ? a.shape[0] : a.shape[1]) !== b.shape[0]) throw damaged("the matrices do not fit each other, those");
    return { a, b, mid: middle ?? null };
  };
  if (group.hada1a || group.hada1b) {
    const first = factor(undefined, group.hada1a, group.hada1b, group.hadaMid1);
    const second = factor(undefined, group.hada2a, group.hada2b, group.hadaMid2);
    return { kind: "hadamard", first, second, scale: scaleOf(group.hada1b?.shape[0] ?? 1) };
  }
  if (group.lokr1 || group.lokr1a || group.lokr2 || group.lokr2a) {
    const first = factor(group.lokr1, group.lokr1a, group.lokr1b);
    const second = factor(group.lokr2, group.lokr2a, group.lokr2b, group.lokrMid2);
    // Two whole matrices have no rank: LyCORIS then takes no scale, whatever alpha says.
    const inner = group.lokr2b ?? group.lokr1b;
    return { kind: "kronecker", first, second, scale: inner ? scaleOf(inner.shape[0]) : 1 };
  }
  return group.whole ? { kind: "whole", matrix: group.whole, scale: 1 } : null;
}

/** A layer at work on some rows of a module's weight; `rows` is null where it is on all. */
export interface LoraPiece {
  readonly layer: LoraLayer;
  readonly rows: readonly [start: number, end: number] | null;
}

/** One LoRA at work in a network: its layers by the network's own keys, and the graph input that sets its strength. */
export interface Adapter {
  readonly lora: Lora;
  /** Name of a scalar graph input. */
  readonly strength: string;
  /** Layers for a module of the network, by its key without ".weight". */
  readonly find: (key: string) => readonly LoraPiece[];
}
