import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { LibraryFolder, ModelKind } from "../../../shared/library.ts";
import { comfyKinds, extraPlaces } from "./extraPaths.ts";

/** A folder to look for models in, and what its name says they are. */
export interface Place {
  readonly path: string;
  readonly kind: ModelKind | null;
}

/** Folders of models by program, the one that new files go to first. */
const layouts: Readonly<Record<"ComfyUI" | "A1111", Readonly<Record<string, ModelKind>>>> = {
  ComfyUI: comfyKinds,
  A1111: {
    "Stable-diffusion": "checkpoint",
    Lora: "lora",
    LyCORIS: "lora",
    VAE: "vae",
    ControlNet: "controlnet",
    text_encoder: "text-encoder",
    "../embeddings": "embedding",
    embeddings: "embedding",
  },
};

/** Folders that only one program has: they tell the layout. */
const marks = { ComfyUI: "checkpoints", A1111: "Stable-diffusion" } as const;

/** A folder of the library, looked at. */
export interface FoundFolder {
  readonly folder: LibraryFolder;
  readonly places: readonly Place[];
}

/**
 * Where models lie in a folder that a person named: the known folders of ComfyUI's or A1111's layout (the program's
 * folder or its `models`), and those of an extra_model_paths.yaml; else the folder itself.
 */
export async function findPlaces(path: string): Promise<FoundFolder> {
  if (!(await isFolder(path))) {
    const problem = "This folder does not exist, or its disk is not connected. Connect it, or remove the folder.";
    return { folder: { path, layout: null, extra: [], problem }, places: [] };
  }
  const own = await layoutPlaces(path);
  const { places: extra, problem } = await readExtra(path);
  const extraFolders = [...new Set(extra.map((place) => place.path))];
  const places = own.layout === null && extra.length > 0 ? extra : [...own.places, ...extra];
  return { folder: { path, layout: own.layout, extra: extraFolders, problem }, places: withoutRepeats(places) };
}

async function layoutPlaces(path: string): Promise<{ layout: LibraryFolder["layout"]; places: Place[] }> {
  for (const layout of ["ComfyUI", "A1111"] as const) {
    for (const models of [join(path, "models"), path]) {
      if (!(await isFolder(join(models, marks[layout])))) continue;
      const known = Object.entries(layouts[layout]).map(([name, kind]) => ({ path: resolve(models, name), kind }));
      const there = await Promise.all(known.map((place) => isFolder(place.path)));
      return { layout, places: known.filter((_, index) => there[index]) };
    }
  }
  return { layout: null, places: [{ path, kind: null }] };
}

async function readExtra(path: string): Promise<{ places: readonly Place[]; problem: string | null }> {
  const file = join(path, "extra_model_paths.yaml");
  const text = await readFile(file, "utf8").catch(() => null);
  return text === null ? { places: [], problem: null } : extraPlaces(text, dirname(file));
}

/** Systems that ignore case give one folder under two names. */
function withoutRepeats(places: readonly Place[]): Place[] {
  const seen = new Map<string, Place>();
  for (const place of places) {
    const key = process.platform === "win32" ? place.path.toLowerCase() : place.path;
    if (!seen.has(key)) seen.set(key, place);
  }
  return [...seen.values()];
}

/** Where a new file of a kind belongs in a folder: the layout's own folder for it, else the folder itself. */
export async function placeFor(path: string, kind: ModelKind): Promise<string> {
  const { places } = await findPlaces(path);
  return places.find((place) => place.kind === kind && place.path.startsWith(path))?.path ?? path;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
