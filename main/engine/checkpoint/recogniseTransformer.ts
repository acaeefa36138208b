import { basename } from "node:path";
import { CheckpointError } from "./error.ts";
import { fluxSpecOf } from "./flux.ts";
import { fluxLayout, fluxSizesOf, mmditLayout, mmditSizesOf } from "./layout/transformerLayout.ts";
import { mmditSpecOf } from "./mmdit.ts";
import { diffusersTransformer } from "./namesTransformer.ts";
import { checkHeads, checkWeights } from "./recogniseChecks.ts";
import type { StatedConfig } from "./recogniseConfig.ts";
import type { Marked } from "./recogniseMarkers.ts";
import type { Part } from "./recogniseTypes.ts";
import type { Checkpoint } from "./safetensors.ts";
import { underPrefix, type WeightTable } from "./weightTable.ts";

/** A transformer with its name for people and what told it. */
export interface FoundTransformer {
  readonly part: Part & { readonly kind: "mmdit" | "flux" };
  readonly title: string;
  readonly reason: string;
}

function weightsOf(checkpoint: Checkpoint, { prefix, isDiffusers }: Marked, kind: "mmdit" | "flux"): WeightTable {
  return isDiffusers ? diffusersTransformer(checkpoint, prefix, kind) : underPrefix(checkpoint, prefix);
}

/** The SD3 transformer that a key marks. Throws a sentence where its weights are incomplete or contradict each other. */
export function findMmdit(checkpoint: Checkpoint, marked: Marked): FoundTransformer {
  const { prefix } = marked;
  const weights = weightsOf(checkpoint, marked, "mmdit");
  const spec = mmditSpecOf(weights);
  if (!spec) throw incomplete(checkpoint, "an SD3 transformer");
  const sizes = mmditSizesOf(weights, spec);
  const version = sizes.hasNorms ? (sizes.secondBlocks.length > 0 ? "3.5 medium" : "3.5 large") : "3 medium";
  const title = `Stable Diffusion ${version}`;
  const place = { weights, prefix, title };
  checkWeights(place, mmditLayout(sizes));
  checkHeads(place, spec.width % 64 === 0);
  const norms = sizes.hasNorms ? "normed queries and keys" : "no norms of queries and keys";
  const second = sizes.secondBlocks.length > 0 ? `, a second attention in ${sizes.secondBlocks.length} of them` : "";
  const facts = `${spec.blocks} joint blocks of ${spec.width} channels, ${norms}${second}`;
  return { part: { kind: "mmdit", prefix, weights, spec }, title, reason: `It is a transformer with ${facts}` };
}

/** The FLUX.1 transformer that a key marks. Throws a sentence for its relatives and for contradicting weights. */
export function findFlux(checkpoint: Checkpoint, marked: Marked, config: StatedConfig): FoundTransformer {
  const { prefix } = marked;
  const file = basename(checkpoint.path);
  const weights = weightsOf(checkpoint, marked, "flux");
  const spec = fluxSpecOf(weights, config.fluxAxes());
  if (!spec) throw incomplete(checkpoint, "a FLUX transformer");
  const latent = weights.get("final_layer.linear.weight")?.shape[0];
  if (latent !== undefined && latent < 4 * spec.channels) {
    throw new CheckpointError(
      `${file} is a FLUX model that takes a picture beside the latent (${4 * spec.channels} input channels instead of ${latent}), which is not supported. Take FLUX.1 dev or schnell.`,
    );
  }
  const title = `FLUX.1 ${spec.hasGuidance ? "dev" : "schnell"}`;
  const place = { weights, prefix, title };
  checkWeights(place, fluxLayout(fluxSizesOf(weights, spec)));
  const turned = spec.axes.reduce((sum, width) => sum + width, 0);
  checkHeads(place, Number.isInteger(spec.heads.count) && turned === spec.heads.size);
  const guidance = spec.hasGuidance ? "“guidance_in”, as dev has" : "no “guidance_in”, as schnell";
  const facts = `${spec.doubleBlocks} double and ${spec.singleBlocks} single blocks of ${spec.width} channels and ${guidance}`;
  return { part: { kind: "flux", prefix, weights, spec }, title, reason: `It is a transformer with ${facts}` };
}

function incomplete({ path }: Checkpoint, title: string): CheckpointError {
  return new CheckpointError(
    `${basename(path)} looks like ${title}, but lacks its first or last layers. Download it again.`,
  );
}
