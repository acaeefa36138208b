import { basename } from "node:path";
import { CheckpointError } from "./error.ts";
import type { Checkpoint, StoredTensor } from "./safetensors.ts";
import { readNumbers } from "./tensorBytes.ts";

/** Low-rank change of one layer: W + strength · scale · up · (mid ·) down. */
export interface LoraModule {
  /** [r, in] or [r, in, kh, kw]; with `mid` [r, in, 1, 1]. */
  readonly down: StoredTensor;
  /** [out, r] or [out, r, 1, 1]. */
  readonly up: StoredTensor;
  /** [r, r, kh, kw] of LyCORIS' CP form. */
  readonly mid: StoredTensor | null;
  /** alpha / rank; 1 where the file states no alpha. */
  readonly scale: number;
}

/** A LoRA file: its layers by the names that the file gives them. */
export interface Lora {
  readonly path: string;
  readonly modules: ReadonlyMap<string, LoraModule>;
}

/** Endings of the two matrices of a layer, in every naming scheme. */
const endings: readonly (readonly [down: string, up: string])[] = [
  [".lora_down.weight", ".lora_up.weight"],
  [".lora_A.weight", ".lora_B.weight"],
  [".lora.down.weight", ".lora.up.weight"],
  ["_lora.down.weight", "_lora.up.weight"],
  [".lora_A.default.weight", ".lora_B.default.weight"],
];

const otherKinds: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\.hada_w1_a$/, "LoHa"],
  [/\.lokr_w1/, "LoKr"],
  [/\.dora_scale$|\.lora_magnitude_vector$/, "DoRA"],
];

/**
 * The low-rank layers of a LoRA file (kohya's, LoCon's, PEFT's and diffusers' names). Reads the small alphas. Throws a
 * CheckpointError for files of another kind, or with matrices that do not fit each other.
 */
export function readLora({ path, tensors }: Checkpoint): Lora {
  const file = basename(path);
  for (const [pattern, name] of otherKinds) {
    if ([...tensors.keys()].some((key) => pattern.test(key))) {
      throw new CheckpointError(`${file} is a ${name}, which is not supported. Take a plain LoRA.`);
    }
  }
  const modules = new Map<string, LoraModule>();
  for (const [key, down] of tensors) {
    const ending = endings.find(([one]) => key.endsWith(one));
    if (!ending) continue;
    const name = key.slice(0, -ending[0].length).replace(/\.processor\.(to_\w+)$/, ".$1");
    const base = key.slice(0, -ending[0].length);
    const up = tensors.get(base + ending[1]);
    if (!up) throw new CheckpointError(`${file} has “${key}”, but not its partner “${base + ending[1]}”.`);
    const rank = down.shape[0];
    if (up.shape[1] !== rank) throw new CheckpointError(`${file}: the matrices of “${name}” do not fit each other.`);
    const alpha = tensors.get(`${base}.alpha`);
    const scale = alpha ? readNumbers(path, alpha)[0] / rank : 1;
    modules.set(name, { down, up, mid: tensors.get(`${base}.lora_mid.weight`) ?? null, scale });
  }
  if (modules.size === 0) throw new CheckpointError(`${file} has no low-rank layers: it is no LoRA.`);
  return { path, modules };
}

/** One LoRA at work in a network: its layers by the network's own keys, and the graph input that sets its strength. */
export interface Adapter {
  readonly lora: Lora;
  /** Name of a scalar graph input. */
  readonly strength: string;
  /** Layer for a module of the network, by its key without ".weight". */
  readonly find: (key: string) => LoraModule | undefined;
}
