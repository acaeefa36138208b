import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, isAbsolute, join, relative, resolve } from "node:path";

type Json = Record<string, unknown>;

/** A sentence about a model folder that lacks something or is not what it seems. */
export class FolderError extends Error {}

/** A model folder in the layout of a diffusers pipeline, read through its JSON files. */
export class ModelFolder {
  readonly path: string;
  readonly name: string;
  readonly #json = new Map<string, Promise<Json | null>>();

  constructor(path: string) {
    this.path = path;
    this.name = basename(path);
  }

  /** A path inside the folder; absolute ones stay as they are. Throws if it leads out of the folder. */
  inside(path: string): string {
    if (isAbsolute(path)) return path;
    const target = resolve(this.path, path);
    if (relative(this.path, target).startsWith("..")) throw new FolderError(`${path} leads out of the model folder.`);
    return target;
  }

  has(path: string): boolean {
    return existsSync(this.inside(path));
  }

  /** A JSON object of the folder; null if the file does not exist. */
  json(path: string): Promise<Json | null> {
    const known = this.#json.get(path);
    if (known) return known;
    const read = readFile(this.inside(path), "utf8").then(
      (text) => parseObject(text, `${this.name}/${path}`),
      () => null,
    );
    this.#json.set(path, read);
    return read;
  }

  /** A JSON object that the pipeline cannot do without. */
  async required(path: string): Promise<Json> {
    const found = await this.json(path);
    if (!found) throw new FolderError(`${path} is missing in ${this.name}.`);
    return found;
  }

  /** Configuration of the VAE: beside its decoder, or in a folder that older exports share between both halves. */
  vaeConfig(): string {
    const shared = "vae/config.json";
    return !this.has("vae_decoder/config.json") && this.has(shared) ? shared : "vae_decoder/config.json";
  }

  /** Parts of the pipeline: subfolders with a network file. */
  async parts(): Promise<string[]> {
    const entries = await readdir(this.path, { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isDirectory() && this.has(`${entry.name}/model.onnx`))
      .map((entry) => entry.name);
  }

  /** Bytes of a part's network with its external data. */
  async bytes(part: string): Promise<number> {
    const names = await readdir(this.inside(part)).catch(() => []);
    const files = names.filter((name) => name.startsWith("model.onnx") || name.endsWith(".pb"));
    const sizes = await Promise.all(files.map((name) => stat(join(this.inside(part), name)).then(({ size }) => size)));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

function parseObject(text: string, name: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FolderError(`${name} is not JSON.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new FolderError(`${name} is not a JSON object.`);
  return value as Json;
}

/** A number of a configuration; the default where the field is absent. Throws if it is something else, or absent without one. */
export function numberField(config: Json, field: string, file: string, absent?: number): number {
  const value = config[field] ?? absent;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new FolderError(value === undefined ? `${file} does not say ${field}.` : `${field} in ${file} is no number.`);
}

/** A text of a configuration that must be one of some; the default where the field is absent. */
export function choiceField<T extends string>(
  config: Json,
  field: string,
  file: string,
  choices: readonly T[],
  absent?: T,
): T {
  const value = config[field] ?? absent;
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new FolderError(
    value === undefined
      ? `${file} does not say ${field}.`
      : `${field} in ${file} is “${String(value)}”, which is not supported. Known are ${choices.join(", ")}.`,
  );
}
