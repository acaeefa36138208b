import type { ModelInfo } from "../../../shared/model.ts";
import { type ModelSettings, settledInfo } from "../../../shared/modelSettings.ts";
import { CheckpointError } from "./error.ts";
import type { ModelParts } from "./parts.ts";
import type { Part } from "./recogniseTypes.ts";

/** A model under settings. Throws a CheckpointError for those that do not suit its family. */
export function settledParts(parts: ModelParts, settings: ModelSettings): ModelParts {
  const found = settledInfo(parts.info, settings);
  if ("problem" in found) throw new CheckpointError(found.problem);
  const { clipSkip } = settings;
  const { clipL, clipH, family } = parts;
  const layers = (clipL ?? clipH)?.spec.layers ?? Number.POSITIVE_INFINITY;
  if (clipSkip > 0 && family !== "sd1" && family !== "sd2") {
    throw new CheckpointError(`Clip skip is for Stable Diffusion 1 and 2; ${parts.info.name} is neither. Set it to 0.`);
  }
  if (clipSkip > layers) throw new CheckpointError(`CLIP of ${parts.info.name} has only ${layers} layers.`);
  return { ...parts, info: found.info, clipSkip };
}

/** The network that denoises, and the copy of its way down in a control network. */
type DownPart = Pick<Part & { readonly kind: "unet" | "controlnet" }, "weights" | "spec">;

/** Throws a CheckpointError if a control network was not made for the architecture of a model. */
export function refuseControl({ info, denoiser }: ModelParts, name: string, control: DownPart): void {
  if (denoiser.kind !== "unet") {
    throw new CheckpointError(
      `${name} is a ControlNet for UNets, but ${info.name} is a transformer. Take a model of Stable Diffusion 1, 2 or SDXL.`,
    );
  }
  const compare = (what: string, theirs: number | string, own: number | string) => {
    if (theirs === own) return;
    throw new CheckpointError(
      `${name} does not fit ${info.name}: ${what} is ${theirs}, but ${own} in the model. Take a ControlNet for this kind of model.`,
    );
  };
  const [theirs, own] = [control.spec, denoiser.spec];
  // Small ControlNets read neither text nor sizes.
  if (theirs.contextWidth > 0) compare("the width of the text", theirs.contextWidth, own.contextWidth);
  if (theirs.vectorWidth > 0) compare("the width of the sizes", theirs.vectorWidth, own.vectorWidth);
  compare("the width of its maps", widthsOf(control), widthsOf(denoiser));
}

/** Channels of the map after every block of the way down; a slash where it is halved. */
function widthsOf({ weights, spec }: DownPart): string {
  const maps = spec.down.map(({ key, resampler }) => {
    const own = resampler === null ? `${key}.0.out_layers.3.weight` : `${key}.0.op.weight`;
    return `${resampler === null ? "" : "/"}${weights.get(own)?.shape[0] ?? "?"}`;
  });
  return [spec.channels, ...maps].join(" ");
}

/** Numbers that the text encoders of a model give for each token; 0 where it lacks them. */
export function encodedWidth({ family, clipL, clipG, clipH, t5, denoiser }: ModelParts): number {
  const [l, g, h] = [clipL, clipG, clipH].map((part) => part?.spec.width ?? 0);
  switch (family) {
    case "sd1":
      return l;
    case "sd2":
      return h;
    case "sdxl-refiner":
      return g;
    case "sdxl":
      return l > 0 && g > 0 ? l + g : 0;
    case "sd3":
      // Both towers side by side are widened to what the network attends to.
      return l + g > denoiser.spec.contextWidth ? l + g : (t5?.spec.width ?? denoiser.spec.contextWidth);
    case "flux":
      return t5?.spec.width ?? 0;
  }
}

/** Parts that a model is missing for pictures or texts, with what to do about each. */
export function lackedParts(parts: ModelParts): Readonly<Record<string, string>> {
  const vae = parts.vae ? null : lacking(parts.info, "VAE");
  const text = lackedEncoder(parts);
  return {
    ...(vae ? { vae_decoder: vae, vae_encoder: vae } : {}),
    ...(text
      ? { text_encoder: `${lacking(parts.info, text).slice(0, -1)}, or give the conditioning as tensors.` }
      : {}),
  };
}

/** The first text encoder that a family needs and a model has not. */
function lackedEncoder({ family, clipL, clipG, clipH, t5 }: ModelParts): string | null {
  const needed = { sd1: "L", sd2: "H", sdxl: "LG", "sdxl-refiner": "G", sd3: "LG", flux: "L5" }[family];
  const has = { L: clipL, G: clipG, H: clipH, "5": t5 } as const;
  const first = [...needed].find((letter) => !has[letter as keyof typeof has]);
  return first === undefined ? null : first === "5" ? "text encoder T5" : `text encoder CLIP-${first}`;
}

/** Says what a model has not, and where to add it. */
export function lacking({ name }: ModelInfo, what: string): string {
  return `${name} has no ${what}. Add one with a Model parts node.`;
}
