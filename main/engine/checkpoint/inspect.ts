import { loraKeyOf } from "./loraKeys.ts";
import { namesUsed } from "./partGraphs.ts";
import { recognise } from "./recognise.ts";
import type { ReadFloats } from "./recognisePrediction.ts";
import type { PartKind, Recognised } from "./recogniseTypes.ts";
import type { Checkpoint, StoredTensor } from "./safetensors.ts";

/** What becomes of a tensor: a graph takes it, it is known to be of no use here, or nothing is known of it. */
export type KeyUse = "used" | "ignored" | "unknown";

export interface InspectedKey {
  readonly key: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly use: KeyUse;
  /** The part whose graph takes it; why it is ignored. Empty where it is unknown. */
  readonly note: string;
}

/** Everything that is known of a checkpoint by its header. */
export interface Inspection extends Omit<Recognised, "parts"> {
  /** Of all tensors that are used. */
  readonly parameters: number;
  readonly parts: readonly {
    readonly kind: PartKind;
    readonly prefix: string;
    readonly tensors: number;
    readonly parameters: number;
  }[];
  readonly keys: readonly InspectedKey[];
}

/** Keys that files have and images do not need, with the reason. */
const ignored: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^model_ema\./, "weights averaged over training"],
  [
    /^(betas|alphas_cumprod(_prev)?|(sqrt|log)_\w+|posterior_\w+|logvar|denoiser\.sigmas|loss\..+|global_step|cond_stage_model\.vocab.*)$/,
    "state of training and noise schedules",
  ],
  [/^(v_pred|ztsnr)$/, "marks the kind of prediction"],
  [/(^|\.)position_ids$/, "numbers of positions, always 0, 1, 2, …"],
  [/(^|\.)logit_scale$/, "temperature of CLIP's training"],
  [/(^|\.)attn_mask$/, "causal mask, always the same"],
  [/(^|\.)(visual|vision_model|visual_projection)\./, "CLIP's image tower"],
  [/(^|\.)embedder\./, "state of training"],
  [/(^|\.)scaled_fp8$/, "marks scaled 8-bit weights"],
  [/(^|\.)spiece_model$/, "T5's tokenizer"],
  [/\.scale_input$/, "scale of 8-bit activations"],
  [/(^|\.)(encoder\.embed_tokens|shared)\.weight$/, "the embedding once more"],
];

const parametersOf = ({ shape }: StoredTensor) => shape.reduce((product, side) => product * side, 1);

function sumOf(tensors: Iterable<StoredTensor | undefined>): number {
  let sum = 0;
  for (const tensor of tensors) if (tensor) sum += parametersOf(tensor);
  return sum;
}

/**
 * Recognises a checkpoint and says of each of its keys what becomes of it. A key is used if the graph of one of the parts
 * takes it. Throws a CheckpointError as recognition does.
 */
export function inspect(checkpoint: Checkpoint, read?: ReadFloats): Inspection {
  const { parts, ...found } = recognise(checkpoint, read);
  const { tensors } = checkpoint;
  const users = new Map<string, string>();
  const counted = parts.map((part) => {
    const names = namesUsed(part);
    for (const name of names) users.set(name, part.kind);
    const parameters = sumOf([...names].map((name) => tensors.get(name)));
    return { kind: part.kind, prefix: part.prefix, tensors: names.size, parameters };
  });
  const keys = [...tensors.values()].map((tensor) => keyOf(tensor, found.architecture, users));
  const used = keys.filter(({ use }) => use === "used").map(({ key }) => tensors.get(key));
  return { ...found, parameters: sumOf(used), parts: counted, keys };
}

function keyOf(
  { name, shape, dtype }: StoredTensor,
  architecture: Recognised["architecture"],
  users: ReadonlyMap<string, string>,
): InspectedKey {
  const known = (use: KeyUse, note: string): InspectedKey => ({ key: name, shape, dtype, use, note });
  const user = users.get(name);
  if (user !== undefined) return known("used", user);
  const ofLora = architecture === "lora" ? loraKeyOf(name) : null;
  if (ofLora) return ofLora.role === "unused" ? known("ignored", "a number of training") : known("used", "lora");
  if (architecture === "embedding") return known("used", "embedding");
  const reason = ignored.find(([pattern]) => pattern.test(name));
  return reason ? known("ignored", reason[1]) : known("unknown", "");
}
