import { homedir } from "node:os";
import { resolve } from "node:path";
import type { ModelKind } from "../../../shared/library.ts";
import type { Place } from "./places.ts";

/** ComfyUI's names of kinds of folders. */
export const comfyKinds: Readonly<Record<string, ModelKind>> = {
  checkpoints: "checkpoint",
  diffusion_models: "checkpoint",
  unet: "checkpoint",
  loras: "lora",
  vae: "vae",
  controlnet: "controlnet",
  text_encoders: "text-encoder",
  clip: "text-encoder",
  embeddings: "embedding",
  diffusers: "onnx",
};

const fields = (value: unknown): [string, unknown][] =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];

/**
 * Folders that an extra_model_paths.yaml names: under any title a `base_path` and, by kind, one path a line. Paths start
 * at the base path, which starts at the `folder` of the file; a tilde is the home folder. Other kinds are left out.
 */
export async function extraPlaces(
  text: string,
  folder: string,
): Promise<{ places: readonly Place[]; problem: string | null }> {
  // Few people have such a file, so that its reader is loaded only for those.
  const { parse } = await import("yaml");
  let programs: unknown;
  try {
    programs = parse(text);
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    return { places: [], problem: `extra_model_paths.yaml cannot be read: ${reason?.replace(/:$/, "")}.` };
  }
  const places: Place[] = [];
  for (const [, program] of fields(programs)) {
    const { base_path: base } = Object.fromEntries(fields(program));
    const start = typeof base === "string" ? resolve(folder, withHome(base)) : folder;
    for (const [name, paths] of fields(program)) {
      const kind = Object.hasOwn(comfyKinds, name) ? comfyKinds[name] : undefined;
      if (kind === undefined || typeof paths !== "string") continue;
      const lines = paths.split("\n").filter((line) => line.trim() !== "");
      places.push(...lines.map((line) => ({ path: resolve(start, withHome(line.trim())), kind })));
    }
  }
  return { places, problem: null };
}

const withHome = (path: string) => path.replace(/^~(?=[/\\]|$)/, () => homedir());
