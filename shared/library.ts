import { z } from "zod";

/** Kinds of models that a library knows. */
export const modelKinds = ["checkpoint", "lora", "vae", "controlnet", "text-encoder", "embedding", "onnx"] as const;
const modelKind = z.enum(modelKinds);
export type ModelKind = z.infer<typeof modelKind>;

/** A model on disk, by what its header and the files beside it tell. */
export const libraryEntry = z.object({
  /** Stands for the path in calls of the window. */
  id: z.string(),
  /** For display; a node gets its own form of it from `library.path`. */
  path: z.string(),
  /** File name with its ending, or name of the folder. */
  name: z.string(),
  /** What the file is; of a bad file what its place or ending says. */
  kind: modelKind,
  /** Base architecture in short, "SD 1"; empty where nothing tells. */
  base: z.string(),
  /** "Stable Diffusion 1.x, inpainting". */
  title: z.string(),
  /** What decided, one sentence. */
  reason: z.string(),
  bytes: z.number(),
  /** Milliseconds since 1970. */
  modified: z.number(),
  /** Type that most of the weights have, "F16"; empty if unknown. */
  precision: z.string(),
  /** Parameter of `model/parts` that takes it; only of text encoders. */
  slot: z.string(),
  /** Lower-case hex of the whole file; null until it was computed or read from a side file. */
  sha256: z.string().nullable(),
  /** The hash is what a side file says; nobody has computed it here. */
  isHashStated: z.boolean(),
  hasPreview: z.boolean(),
  /** Names of the files beside it that tell about it: pictures, side files. */
  beside: z.array(z.string()),
  /** Words that the model was trained on, those that matter first. */
  words: z.array(z.string()),
  /** Why the file cannot be used, one sentence; null if it can. */
  problem: z.string().nullable(),
});
export type LibraryEntry = z.infer<typeof libraryEntry>;

/** A folder that a person named. */
export const libraryFolder = z.object({
  path: z.string(),
  /** Program whose layout it has, null for a plain folder. */
  layout: z.enum(["ComfyUI", "A1111"]).nullable(),
  /** Folders of other places that its extra_model_paths.yaml names. */
  extra: z.array(z.string()),
  /** One sentence if it cannot be read. */
  problem: z.string().nullable(),
});
export type LibraryFolder = z.infer<typeof libraryFolder>;

/** How far a scan is; null while none runs. `total` grows while folders are still being read. */
export const scanProgress = z.object({ done: z.number(), total: z.number() }).nullable();
export type ScanProgress = z.infer<typeof scanProgress>;

/** A file that is fetched from an address. */
export const download = z.object({
  id: z.string(),
  url: z.string(),
  /** File name it gets. */
  name: z.string(),
  /** Folder it goes to. */
  folder: z.string(),
  state: z.enum(["waiting", "running", "checking", "paused", "done", "failed"]),
  received: z.number(),
  /** Bytes of the whole; null while the server has not said. */
  total: z.number().nullable(),
  /** Bytes in a second, over the last seconds; 0 while it does not run. */
  speed: z.number(),
  /** One sentence why it failed. */
  problem: z.string().nullable(),
});
export type Download = z.infer<typeof download>;

export const libraryState = z.object({
  folders: z.array(libraryFolder),
  entries: z.array(libraryEntry),
  scan: scanProgress,
  downloads: z.array(download),
});
export type LibraryState = z.infer<typeof libraryState>;

/** What a file or folder is: the node that opens it, or a sentence why none does. */
export type Identified =
  | { readonly use: ModelUse; readonly title: string; readonly path: string }
  | { readonly problem: string };

/** What is new in a library: only the fields that changed. */
export interface LibraryChange {
  readonly folders?: readonly LibraryFolder[];
  readonly scan?: ScanProgress;
  /** Found or changed. */
  readonly entries?: readonly LibraryEntry[];
  /** Ids of those that are gone. */
  readonly gone?: readonly string[];
  readonly downloads?: readonly Download[];
}

/** What a library keeps between two starts. */
export const keptLibrary = z.object({ folders: z.array(z.string()), entries: z.array(libraryEntry) });

/** Downloads that a library keeps between two starts. */
export const keptDownloads = z.array(
  download.omit({ speed: true }).extend({
    wanted: z.string(),
    given: z.string(),
    etag: z.string().nullable(),
    stated: z.string().nullable(),
  }),
);

/** What a download is asked for with. */
export const downloadRequest = z.object({
  url: z.string(),
  /** Path of one of the library's folders. */
  folder: z.string(),
  kind: modelKind,
  /** Empty: the name that the server or the address gives. */
  name: z.string(),
  /** Hex that the file must have; empty to trust what the server says. */
  sha256: z.string(),
});
export type DownloadRequest = z.infer<typeof downloadRequest>;

/** Node type and parameter that open a model. */
export interface ModelUse {
  readonly type: string;
  readonly param: string;
}

const uses: Readonly<Partial<Record<ModelKind, ModelUse>>> = {
  checkpoint: { type: "model/checkpoint", param: "path" },
  lora: { type: "model/lora", param: "path" },
  vae: { type: "model/vae", param: "path" },
  controlnet: { type: "model/controlnet", param: "path" },
  onnx: { type: "model/load", param: "path" },
};

/** The node that opens a model; null for a bad file, and for kinds that no node opens. */
export function useOf({ kind, slot, problem }: Pick<LibraryEntry, "kind" | "slot" | "problem">): ModelUse | null {
  if (problem !== null) return null;
  if (kind === "text-encoder") return slot === "" ? null : { type: "model/parts", param: slot };
  return uses[kind] ?? null;
}

/** The short hash that A1111 and Civitai show (AutoV2). */
export const shortHash = (sha256: string): string => sha256.slice(0, 10);
