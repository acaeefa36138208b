import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { LibraryEntry, ModelKind } from "../../../shared/library.ts";
import { CheckpointError } from "../checkpoint/error.ts";
import { recognise } from "../checkpoint/recognise.ts";
import type { Architecture, PartKind, Recognised } from "../checkpoint/recogniseTypes.ts";
import { type Checkpoint, readCheckpoint } from "../checkpoint/safetensors.ts";
import { ModelFolder } from "../runtime/folder.ts";
import { readModelInfo } from "../runtime/modelInfo.ts";
import { embeddedPreview, previewFile, previewNames } from "./preview.ts";
import { readTold, sideNames, type Told } from "./sideFiles.ts";
import type { Candidate } from "./walk.ts";

/** Id of a model: the same for the same path, and nothing that a path could be read from. */
export const idOf = (path: string): string => createHash("sha256").update(path).digest("hex").slice(0, 20);

/** What is known before anything is opened. */
export interface Stamp {
  readonly bytes: number;
  readonly modified: number;
}

type Facts = Pick<
  LibraryEntry,
  "kind" | "base" | "title" | "reason" | "precision" | "slot" | "problem" | "hasPreview" | "words"
> & { readonly stated: string | null };

/** Everything about a candidate that its header and the files beside it tell. Throws only for errors of the disk. */
export async function describe(candidate: Candidate, { bytes, modified }: Stamp): Promise<LibraryEntry> {
  const { path } = candidate;
  const { stated, ...facts } = await (candidate.isFolder ? folderFacts(candidate) : fileFacts(candidate));
  const hash = { sha256: stated, isHashStated: stated !== null };
  return {
    id: idOf(path),
    path,
    name: basename(path),
    bytes,
    modified,
    beside: besideOf(candidate),
    ...facts,
    ...hash,
  };
}

/** Names of the files beside a candidate that tell something about it. */
export function besideOf({ path, isFolder, siblings }: Candidate): string[] {
  return [...previewNames(path, isFolder), ...sideNames(path)].filter((name) => siblings.has(name));
}

/** Size and time of a candidate; of a folder those of all that its networks hold. */
export async function stampOf({ path, isFolder }: Candidate): Promise<Stamp> {
  const { size, mtimeMs } = await stat(path);
  if (!isFolder) return { bytes: size, modified: Math.round(mtimeMs) };
  const folder = new ModelFolder(path);
  const parts = await Promise.all((await folder.parts()).map((part) => folder.bytes(part)));
  const index = await stat(folder.inside("model_index.json")).catch(() => null);
  return { bytes: parts.reduce((sum, part) => sum + part, 0), modified: Math.round(index?.mtimeMs ?? mtimeMs) };
}

async function folderFacts({ path, siblings }: Candidate): Promise<Facts> {
  const found = await readModelInfo(path, "");
  const told = await readTold(path, siblings, {});
  const index = await new ModelFolder(path).json("model_index.json").catch(() => null);
  const pipeline = typeof index?._class_name === "string" ? index._class_name : "";
  const problem = "problem" in found ? found.problem : null;
  return {
    kind: "onnx",
    base: told.base ?? pipelineBase(pipeline),
    title: "ONNX folder",
    reason: problem === null && pipeline !== "" ? `model_index.json names ${pipeline}.` : "",
    precision: "",
    slot: "",
    problem,
    hasPreview: previewFile(path, true, siblings) !== null,
    words: told.words,
    stated: null,
  };
}

/** The family that the name of a diffusers pipeline tells. */
function pipelineBase(pipeline: string): string {
  if (/XL/.test(pipeline)) return "SDXL";
  if (/Diffusion3/.test(pipeline)) return "SD 3";
  return /Flux/.test(pipeline) ? "FLUX.1" : "";
}

async function fileFacts({ path, hint, siblings }: Candidate): Promise<Facts> {
  const side = previewFile(path, false, siblings) !== null;
  let checkpoint: Checkpoint | null = null;
  try {
    checkpoint = readCheckpoint(path);
    const told = await readTold(path, siblings, checkpoint.metadata);
    const found = recognise(checkpoint);
    return {
      ...knownFacts(found, told),
      precision: precisionOf(checkpoint),
      hasPreview: side || embeddedPreview(checkpoint.metadata) !== null,
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const { words, sha256, base } = await readTold(path, siblings, checkpoint?.metadata ?? {});
    const kind = hint ?? "checkpoint";
    const unknown = { kind, base: base ?? "", title: "", reason: "", slot: "" };
    const precision = checkpoint === null ? "" : precisionOf(checkpoint);
    return { ...unknown, precision, words, stated: sha256, hasPreview: side, problem: error.message };
  }
}

const families: Readonly<Partial<Record<Architecture, string>>> = {
  sd1: "SD 1",
  sd2: "SD 2",
  sdxl: "SDXL",
  "sdxl-refiner": "SDXL refiner",
  sd3: "SD 3",
  flux: "FLUX.1",
};

const kinds: Readonly<Partial<Record<Architecture, ModelKind>>> = {
  vae: "vae",
  clip: "text-encoder",
  t5: "text-encoder",
  controlnet: "controlnet",
  lora: "lora",
  embedding: "embedding",
};

const slots: Readonly<Partial<Record<PartKind, string>>> = {
  "clip-l": "clipL",
  "clip-g": "clipG",
  "clip-h": "clipH",
  t5: "t5",
};

function knownFacts({ architecture, title, reason, parts, missing }: Recognised, told: Told) {
  const kind = kinds[architecture] ?? "checkpoint";
  const lacks = kind === "checkpoint" && missing.length > 0 ? ` It lacks ${missing.join(", ")}.` : "";
  return {
    kind,
    base: families[architecture] ?? partBase(title) ?? vaeBase(parts) ?? told.base ?? "",
    title: title.charAt(0).toUpperCase() + title.slice(1),
    reason: reason.replace(/\.?$/, ".") + lacks,
    slot: (kind === "text-encoder" && slots[parts[0]?.kind ?? "vae"]) || "",
    words: told.words,
    stated: told.sha256,
  };
}

/** The base in titles as "a LoRA for SD 1" and "a ControlNet for Stable Diffusion 1.x". */
function partBase(title: string): string | null {
  const base = / for (.+)$/.exec(title)?.[1];
  if (base === undefined) return null;
  return base
    .replace(/Stable Diffusion (\d)\.x/, "SD $1")
    .replace(/^the SDXL/, "SDXL")
    .replace(/^SD3$/, "SD 3");
}

/** Families that share a VAE's number of channels. */
function vaeBase([part]: Recognised["parts"]): string | null {
  if (part?.kind !== "vae") return null;
  return part.spec.latentChannels === 16 ? "SD 3, FLUX.1" : "SD 1, SD 2, SDXL";
}

const precisions: Readonly<Record<string, string>> = {
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  float64: "F64",
  float8e4m3fn: "FP8",
  float8e5m2: "FP8",
};

/** The type that most bytes have. */
function precisionOf({ tensors }: Checkpoint): string {
  const bytes = new Map<string, number>();
  for (const { dtype, length } of tensors.values()) bytes.set(dtype, (bytes.get(dtype) ?? 0) + length);
  const [most] = [...bytes].sort((a, b) => b[1] - a[1])[0] ?? [""];
  return precisions[most] ?? most.toUpperCase();
}
