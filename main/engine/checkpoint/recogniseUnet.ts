import { basename } from "node:path";
import { CheckpointError } from "./error.ts";
import { controlnetLayout, type UnetSizes, unetLayout, unetSizesOf } from "./layout/unetLayout.ts";
import type { Family } from "./parts.ts";
import { checkGroups, checkHeads, checkWeights } from "./recogniseChecks.ts";
import type { StatedConfig } from "./recogniseConfig.ts";
import type { LatentInputs, Part } from "./recogniseTypes.ts";
import { type HeadRule, unetSpecOf } from "./unetSpec.ts";
import type { WeightTable } from "./weightTable.ts";

type UnetFamily = Extract<Family, "sd1" | "sd2" | "sdxl" | "sdxl-refiner">;

/** Published sizes of each family's UNet: first channels, width of the context. */
const published: Readonly<Record<UnetFamily, { title: string; channels: number; context: number }>> = {
  sd1: { title: "Stable Diffusion 1.x", channels: 320, context: 768 },
  sd2: { title: "Stable Diffusion 2.x", channels: 320, context: 1024 },
  sdxl: { title: "SDXL base", channels: 320, context: 2048 },
  "sdxl-refiner": { title: "the SDXL refiner", channels: 384, context: 1280 },
};

/** A UNet, or the copy of its first half in a ControlNet, with the family that its structure is of. */
export interface FoundUnet {
  readonly part: Part & { readonly kind: "unet" | "controlnet" };
  readonly family: UnetFamily;
  readonly title: string;
  readonly reason: string;
  readonly inputs: LatentInputs;
}

/** Channels that enter the network by what lies beside the latent. */
const inputsOf: ReadonlyMap<number, LatentInputs> = new Map([
  [4, "plain"],
  [8, "instruct-pix2pix"],
  [9, "inpainting"],
]);

/** Decides by structure, not by widths, so that pruned and odd-sized networks are found too; or says why it is none. */
function familyOf(
  { isLinear, vectorWidth, down, contextWidth }: UnetSizes,
  kind: "unet" | "controlnet",
): UnetFamily | string {
  const levels = 1 + down.filter(({ resampler }) => resampler !== null).length;
  // Small ControlNets of SDXL have no transformers.
  if (contextWidth === 0) {
    return kind === "controlnet" && vectorWidth > 0 && levels === 3 ? "sdxl" : "it takes no text";
  }
  if (!isLinear) return vectorWidth === 0 ? "sd1" : "it has convolutions around its transformers and an added vector";
  if (vectorWidth === 0) return "sd2";
  if ((down[0]?.depth ?? 0) > 0) return "it is an unCLIP model, which takes the embedding of a picture";
  if (levels === 3) return "sdxl";
  return levels === 4 ? "sdxl-refiner" : `it has ${levels} levels`;
}

function reasonOf(sizes: UnetSizes, family: UnetFamily): string {
  const { channels, contextWidth, vectorWidth, isLinear, down } = sizes;
  const levels = 1 + down.filter(({ resampler }) => resampler !== null).length;
  const known = published[family];
  const isPublished = known.channels === channels && known.context === contextWidth;
  const facts = [
    isLinear ? "linear projections" : "convolutional projections",
    vectorWidth > 0 ? `it takes an added vector of ${vectorWidth}` : "it takes no added vector",
    vectorWidth > 0 ? `${levels} levels, none of attention at the first` : `${levels} levels`,
    `${channels} channels and a context of ${contextWidth}${isPublished ? "" : `, not the published ${known.channels} and ${known.context}`}`,
  ];
  return `It is a UNet whose transformers have ${facts.join("; ")}`;
}

/** Whether the heads of a rule divide every width that has attention. */
function doHeadsDivide({ down, up }: UnetSizes, rule: HeadRule): boolean {
  const unit = "count" in rule ? rule.count : rule.size;
  return [...down, ...up].every(({ depth, width }) => depth === 0 || width % unit === 0);
}

/**
 * The UNet of a table, or the ControlNet. Throws a sentence for one of a kind that is not supported, and for weights that
 * contradict each other.
 */
export function findUnet(
  weights: WeightTable,
  prefix: string,
  kind: "unet" | "controlnet",
  config: StatedConfig,
): FoundUnet {
  const file = basename(weights.path);
  const plain = unetSpecOf(weights, { size: 64 });
  if (!plain) throw new CheckpointError(`${file} lacks the first layer of its UNet. Download it again.`);
  const sizes = unetSizesOf(weights, plain);
  const family = familyOf(sizes, kind);
  if (!Object.hasOwn(published, family)) {
    throw new CheckpointError(
      `${file} is a UNet that is not supported: ${family}. Take a model of SD 1, SD 2 or SDXL.`,
    );
  }
  const of = family as UnetFamily;
  const inputs = inputsOf.get(sizes.inChannels);
  const title = kind === "unet" ? published[of].title : `a ControlNet for ${published[of].title.replace(" base", "")}`;
  const place = { weights, prefix, title };
  if (!inputs) {
    throw new CheckpointError(
      `${file} is a UNet with ${sizes.inChannels} input channels, which is not supported. Take one with 4, 8 or 9.`,
    );
  }
  checkWeights(place, kind === "unet" ? unetLayout(sizes) : controlnetLayout(sizes));
  checkGroups(place, [sizes.channels, ...[...sizes.down, ...sizes.up].map(({ width }) => width)]);
  const heads = config.unetHeads(of === "sd1" ? { count: 8 } : { size: 64 });
  checkHeads(place, doHeadsDivide(sizes, heads));
  const suffix = inputs === "plain" ? "" : `, ${inputs === "inpainting" ? "inpainting" : "InstructPix2Pix"}`;
  return {
    part: { kind, prefix, weights, spec: { ...plain, heads } },
    family: of,
    title: title + suffix,
    reason: reasonOf(sizes, of),
    inputs,
  };
}
