import { basename } from "node:path";
import { CheckpointError } from "./error.ts";
import { knownNetworks } from "./layout/known.ts";
import { firstDifference, type Layout } from "./layout/layout.ts";
import { describeDifference } from "./recogniseChecks.ts";
import type { Checkpoint } from "./safetensors.ts";
import { underPrefix } from "./weightTable.ts";

/** What may stand before the keys of a network. */
const prefixes = [
  "",
  "model.diffusion_model.",
  "diffusion_model.",
  "model.",
  "module.",
  "unet.",
  "transformer.",
  "control_model.",
  "first_stage_model.",
  "vae.",
  "text_model.",
  "cond_stage_model.transformer.text_model.",
  "cond_stage_model.model.",
];

/** Share of keys that must agree before a likeness is spoken of. */
const leastLikeness = 0.05;

interface Likeness {
  readonly title: string;
  readonly prefix: string;
  readonly layout: Layout;
  /** Keys that both have. */
  readonly common: number;
  /** Of all keys that either has, the share that both have. */
  readonly share: number;
}

/** Published networks, written out when the first unknown file is met. */
let published: readonly { readonly title: string; readonly layout: Layout }[] | null = null;

function nearest({ tensors }: Checkpoint): Likeness | null {
  published ??= Object.values(knownNetworks).map(({ title, layout }) => ({ title, layout: layout() }));
  let best: Likeness | null = null;
  for (const { title, layout } of published) {
    for (const prefix of prefixes) {
      let common = 0;
      for (const key of layout.keys()) if (tensors.has(prefix + key)) common++;
      const share = common / (layout.size + tensors.size - common);
      if (!best || share > best.share) best = { title, prefix, layout, common, share };
    }
  }
  return best && best.share >= leastLikeness ? best : null;
}

/** The sentence about a file of no known kind: what it is nearest to, and the first difference from that. */
export function unknownArchitecture(checkpoint: Checkpoint): CheckpointError {
  const file = basename(checkpoint.path);
  const found = nearest(checkpoint);
  if (!found) {
    const [first] = checkpoint.tensors.keys();
    return new CheckpointError(
      `${file} is of an architecture that is not known, and resembles none that is: its first key is “${first}”. Take a model of SD, SDXL, SD3 or FLUX.1.`,
    );
  }
  const { title, prefix, layout, common } = found;
  const weights = underPrefix(checkpoint, prefix);
  const missing = new Map([...layout].filter(([key]) => !weights.get(key)));
  const difference = firstDifference(weights, missing) ?? firstDifference(weights, layout);
  const foreign = [...checkpoint.tensors.keys()].find((key) => !layout.has(key.slice(prefix.length)));
  const first = difference
    ? describeDifference({ weights, prefix, title }, difference)
    : `“${foreign}” is a key that it does not have`;
  return new CheckpointError(
    `${file} is of an architecture that is not known. The nearest is ${title}, of whose ${layout.size} keys it has ${common}; the first difference: ${first}. Take another version of this model.`,
  );
}
