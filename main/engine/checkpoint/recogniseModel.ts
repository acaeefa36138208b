import { basename } from "node:path";
import { CheckpointError } from "./error.ts";
import { diffusersUnet } from "./namesUnet.ts";
import type { DenoisingPart, Family } from "./parts.ts";
import type { StatedConfig } from "./recogniseConfig.ts";
import { type Marked, markedControl } from "./recogniseMarkers.ts";
import { predictionOf, type ReadFloats } from "./recognisePrediction.ts";
import { clipPart, t5Part, vaePart } from "./recogniseText.ts";
import { findFlux, findMmdit } from "./recogniseTransformer.ts";
import type { ClipKind, LatentFormat, LatentInputs, Part, Recognised } from "./recogniseTypes.ts";
import { type FoundUnet, findUnet } from "./recogniseUnet.ts";
import type { Checkpoint } from "./safetensors.ts";
import { underPrefix } from "./weightTable.ts";

/** Where single files of a family have its other parts. */
const slots: Readonly<Record<Family, readonly (readonly [kind: ClipKind | "t5", ...prefixes: string[]])[]>> = {
  sd1: [["clip-l", "cond_stage_model.transformer."]],
  sd2: [["clip-h", "cond_stage_model.model.", "conditioner.embedders.0.model."]],
  sdxl: [
    ["clip-l", "conditioner.embedders.0.transformer."],
    ["clip-g", "conditioner.embedders.1.model."],
  ],
  "sdxl-refiner": [["clip-g", "conditioner.embedders.0.model."]],
  sd3: [
    ["clip-l", "text_encoders.clip_l.transformer."],
    ["clip-g", "text_encoders.clip_g.transformer."],
    ["t5", "text_encoders.t5xxl.transformer."],
  ],
  flux: [
    ["clip-l", "text_encoders.clip_l.transformer."],
    ["t5", "text_encoders.t5xxl.transformer."],
  ],
};
const vaePrefixes = ["first_stage_model.", "vae."];

const formats: Readonly<Record<Family, LatentFormat>> = {
  sd1: { channels: 4, factor: 0.18215, shift: 0 },
  sd2: { channels: 4, factor: 0.18215, shift: 0 },
  sdxl: { channels: 4, factor: 0.13025, shift: 0 },
  "sdxl-refiner": { channels: 4, factor: 0.13025, shift: 0 },
  sd3: { channels: 16, factor: 1.5305, shift: 0.0609 },
  flux: { channels: 16, factor: 0.3611, shift: 0.1159 },
};

interface Denoising {
  readonly family: Family;
  readonly part: Part & DenoisingPart;
  readonly title: string;
  readonly reason: string;
  readonly inputs: LatentInputs;
}

/** The UNet or ControlNet that a key marks. */
export function unetOf(checkpoint: Checkpoint, { kind, prefix, isDiffusers }: Marked, config: StatedConfig): FoundUnet {
  const weights = isDiffusers ? diffusersUnet(checkpoint, prefix) : underPrefix(checkpoint, prefix);
  return findUnet(weights, prefix, kind === "controlnet" ? "controlnet" : "unet", config);
}

function denoisingOf(checkpoint: Checkpoint, marked: Marked, config: StatedConfig): Denoising {
  if (marked.kind === "mmdit") {
    return { family: "sd3", inputs: "plain", ...findMmdit(checkpoint, marked) };
  }
  if (marked.kind === "flux") {
    return { family: "flux", inputs: "plain", ...findFlux(checkpoint, marked, config) };
  }
  const { part, ...found } = unetOf(checkpoint, marked, config);
  return { ...found, part: { ...part, kind: "unet" } };
}

function firstOf(prefixes: readonly string[], find: (prefix: string) => Part | null): Part | null {
  for (const prefix of prefixes) {
    const part = find(prefix);
    if (part) return part;
  }
  return null;
}

/** Numbers a token that text encoders give together; 0 where one is missing or they are fitted in any case. */
function contextOf(family: Family, parts: readonly Part[]): number {
  if (family === "sd3") return 0;
  const width = (kind: Part["kind"]) => {
    const part = parts.find((one) => one.kind === kind);
    return part && "width" in part.spec ? part.spec.width : Number.NaN;
  };
  const total = { sd1: "clip-l", sd2: "clip-h", "sdxl-refiner": "clip-g", flux: "t5" } as const;
  const sum = family === "sdxl" ? width("clip-l") + width("clip-g") : width(total[family]);
  return Number.isNaN(sum) ? 0 : sum;
}

/** Refuses parts that do not fit each other. */
function checkTogether(file: string, { family, part, title }: Denoising, others: readonly Part[]): void {
  const context = contextOf(family, others);
  if (context !== 0 && context !== part.spec.contextWidth) {
    throw new CheckpointError(
      `${file} looks like ${title}, but its text encoders give ${context} numbers a token where its network takes ${part.spec.contextWidth}. Take another version.`,
    );
  }
  const channels = part.kind === "unet" ? part.spec.outChannels : part.spec.channels;
  const vae = others.find((one) => one.kind === "vae");
  if (vae && vae.spec.latentChannels !== channels) {
    throw new CheckpointError(
      `${file} looks like ${title}, but its VAE has ${vae.spec.latentChannels} channels where its network has ${channels}. Take another version.`,
    );
  }
}

/** A whole model, or its denoising network alone. */
export function recogniseModel(
  checkpoint: Checkpoint,
  marked: Marked,
  config: StatedConfig,
  read: ReadFloats,
): Recognised {
  const found = denoisingOf(checkpoint, marked, config);
  const { family, part, title, reason, inputs } = found;
  const wanted = [
    ...slots[family].map(([kind, ...prefixes]) => ({
      kind,
      part: firstOf(prefixes, (prefix) =>
        kind === "t5" ? t5Part(checkpoint, prefix) : clipPart(checkpoint, prefix, kind, config),
      ),
    })),
    { kind: "vae" as const, part: firstOf(vaePrefixes, (prefix) => vaePart(checkpoint, prefix)) },
  ];
  const others = wanted.flatMap((one) => (one.part ? [one.part] : []));
  checkTogether(basename(checkpoint.path), found, others);
  const beside = markedControl(checkpoint);
  const control = beside && unetOf(checkpoint, beside, config).part;
  const inChannels = part.kind === "unet" ? part.spec.inChannels : part.spec.channels;
  return {
    ...{ architecture: family, title: control ? `${title} with a ControlNet` : title, inputs },
    reason: `“${marked.key}” marks it. ${reason}.`,
    parts: [part, ...others, ...(control ? [control] : [])],
    missing: wanted.filter((one) => !one.part).map(({ kind }) => kind),
    prediction: predictionOf(checkpoint, family, { weights: part.weights, inChannels }, read),
    latent: { ...formats[family], channels: part.kind === "unet" ? part.spec.outChannels : part.spec.channels },
  };
}
