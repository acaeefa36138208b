import { basename, extname } from "node:path";
import type { ModelInfo, NoiseSchedule } from "../../../shared/model.ts";
import { discreteSchedule, flowSchedule } from "../../../shared/sampling/noiseSchedule.ts";
import { CheckpointError } from "./error.ts";
import type { DenoisingPart, Family, ModelParts } from "./parts.ts";
import type { Part, PartKind, Recognised } from "./recogniseTypes.ts";

/** Sides in pixels that the families were trained at. */
const nativeSides: Readonly<Record<Family, number>> = {
  sd1: 512,
  sd2: 512,
  sdxl: 1024,
  "sdxl-refiner": 1024,
  sd3: 1024,
  flux: 1024,
};

/** FLUX.1 dev's time shift at a million pixels, where no resolution is told (its own program's e^1.15). */
const fluxShift = Math.exp(1.15);

const isDenoiser = (part: Part): part is Part & DenoisingPart =>
  part.kind === "unet" || part.kind === "mmdit" || part.kind === "flux";

const families: readonly string[] = Object.keys(nativeSides);

/** A whole model of what was recognised in its file. Throws a CheckpointError for a file that holds no denoising network. */
export function modelPartsOf(path: string, found: Recognised): ModelParts {
  const denoiser = found.parts.find(isDenoiser);
  const { architecture, prediction, latent } = found;
  if (!denoiser || !prediction || !latent || !families.includes(architecture)) {
    throw new CheckpointError(
      `${basename(path)} is ${found.title}, not a model that makes images. Use it in a Model parts node or where it belongs.`,
    );
  }
  const family = architecture as Family;
  return {
    family,
    denoiser,
    latentScale: { factor: latent.factor, shift: latent.shift },
    missing: found.missing,
    loras: [],
    clipSkip: 0,
    info: infoOf(path, family, found, denoiser),
    ...partsByName(found.parts),
  };
}

/** The parts of a file that a model may take from it, by the model's own names. */
function partsByName(parts: readonly Part[]): Partial<Pick<ModelParts, "clipL" | "clipG" | "clipH" | "t5" | "vae">> {
  const result: Record<string, unknown> = {};
  const names: Partial<Record<PartKind, string>> = {
    "clip-l": "clipL",
    "clip-g": "clipG",
    "clip-h": "clipH",
    t5: "t5",
    vae: "vae",
  };
  for (const part of parts) {
    const name = names[part.kind];
    if (name) result[name] = part;
  }
  return result;
}

function infoOf(path: string, family: Family, found: Recognised, denoiser: DenoisingPart): ModelInfo {
  const side = family === "sd2" && found.prediction?.space === "v" ? 768 : nativeSides[family];
  return {
    name: basename(path, extname(path)),
    network: denoiser.kind === "unet" ? "unet" : "transformer",
    prediction: found.prediction!.space,
    schedule: scheduleOf(family, found, denoiser),
    latent: {
      ...{ channels: found.latent!.channels, factor: 8, width: side, height: side, dtype: "float32" },
      scale: found.latent!.factor,
    },
    ...(found.inputs && found.inputs !== "plain" ? { beside: found.inputs } : {}),
    bytes: { network: 0, parts: {} },
    networks: [],
    batching: { fixedBatch: null, scalarTimestep: false },
  };
}

function scheduleOf(family: Family, { prediction }: Recognised, denoiser: DenoisingPart): NoiseSchedule {
  if (family === "sd3") return flowSchedule({ trainSteps: 1000, shift: 3 });
  if (denoiser.kind === "flux")
    return flowSchedule({ trainSteps: 1000, shift: denoiser.spec.hasGuidance ? fluxShift : 1 });
  return discreteSchedule({
    trainSteps: 1000,
    betaStart: 0.00085,
    betaEnd: 0.012,
    betaSchedule: "scaled_linear",
    trainedBetas: null,
    rescaleZeroSnr: prediction?.isZeroTerminal ?? false,
    stepsOffset: 1,
    finalSigma: "zero",
    spacing: "leading",
  });
}

/** Names under which files complete or replace parts of a model. */
export type PartName = "unet" | "clipL" | "clipG" | "clipH" | "t5" | "vae";

const kindsOf: Readonly<Record<PartName, readonly PartKind[]>> = {
  unet: ["unet", "mmdit", "flux"],
  clipL: ["clip-l"],
  clipG: ["clip-g"],
  clipH: ["clip-h"],
  t5: ["t5"],
  vae: ["vae"],
};

/** A model with one of its parts taken from another file. Throws a CheckpointError if that file has no such part. */
export function withPart(model: ModelParts, name: PartName, path: string, found: Recognised): ModelParts {
  const part = found.parts.find((one) => kindsOf[name].includes(one.kind));
  if (!part)
    throw new CheckpointError(`${basename(path)} is ${found.title} and has no ${titleOf(name)}. Choose another file.`);
  if (part.kind === "vae" && part.spec.latentChannels !== model.info.latent.channels) {
    throw new CheckpointError(
      `${basename(path)} has latents of ${part.spec.latentChannels} channels where ${model.info.name} has ${model.info.latent.channels}. Choose a VAE of its family.`,
    );
  }
  const missing = model.missing.filter((kind) => !kindsOf[name].includes(kind as PartKind));
  if (name !== "unet") return { ...model, missing, [name]: part };
  const other = modelPartsOf(path, found);
  if (other.family !== model.family) {
    throw new CheckpointError(
      `${basename(path)} is ${found.title}, another family than ${model.info.name}. Choose one of the same.`,
    );
  }
  return { ...model, missing, denoiser: other.denoiser, info: { ...other.info, name: model.info.name } };
}

function titleOf(name: PartName): string {
  const titles: Readonly<Record<PartName, string>> = {
    unet: "denoising network",
    clipL: "text encoder CLIP-L",
    clipG: "text encoder CLIP-G",
    clipH: "text encoder CLIP-H",
    t5: "text encoder T5",
    vae: "VAE",
  };
  return titles[name];
}
