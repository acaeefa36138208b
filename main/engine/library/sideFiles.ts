import { readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";

/** What the files beside a model, and its own metadata, tell about it. */
export interface Told {
  readonly words: string[];
  readonly sha256: string | null;
  /** Base architecture in the words of its page. */
  readonly base: string | null;
}

/** Files that programs put beside a model, by the end that takes the place of its ending. */
const endings = [".civitai.info", ".metadata.json", ".json"];
/** Larger ones are something else. */
const mostBytes = 4e6;
const mostWords = 24;

type Json = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const objectOf = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** A file's path without its ending. */
export const stemOf = (path: string): string => join(dirname(path), basename(path, extname(path)));

/** Names that side files of a model can have. */
export const sideNames = (path: string): string[] => endings.map((ending) => basename(stemOf(path)) + ending);

/**
 * Trained words, hash and base of a model: from the side files of Civitai's helpers, LoRA managers and A1111, then from
 * the metadata of its header (kohya's trainer, the model specification).
 */
export async function readTold(
  path: string,
  siblings: ReadonlySet<string>,
  metadata: Readonly<Record<string, string>>,
): Promise<Told> {
  const stem = stemOf(path);
  const present = endings.filter((ending) => siblings.has(basename(stem) + ending));
  const sides = (await Promise.all(present.map((ending) => readJson(stem + ending)))).map((side) => [
    side,
    objectOf(side.civitai),
  ]);
  const all = sides.flat();
  const words = [...all.flatMap(wordsOf), ...metadataWords(metadata)];
  return {
    words: [...new Set(words.map((word) => word.trim()).filter((word) => word !== ""))].slice(0, mostWords),
    sha256: all.map((side) => hashOf(side, basename(path))).find((hash) => hash !== null) ?? null,
    base: all.map((side) => textOf(side.baseModel) ?? textOf(side.base_model)).find((base) => base !== null) ?? null,
  };
}

async function readJson(path: string): Promise<Json> {
  try {
    if ((await stat(path)).size > mostBytes) return {};
    return objectOf(JSON.parse(await readFile(path, "utf8")));
  } catch {
    // A damaged side file says nothing; the model is what counts.
    return {};
  }
}

function wordsOf(side: Json): string[] {
  const trained = Array.isArray(side.trainedWords) ? side.trainedWords.filter((word) => typeof word === "string") : [];
  const activation = textOf(side["activation text"]);
  return [...trained.flatMap((word: string) => word.split(",")), ...(activation?.split(",") ?? [])];
}

/** Words of the header: the stated trigger, then tags of the training captions, the most frequent first. */
export function metadataWords(metadata: Readonly<Record<string, string>>): string[] {
  const trigger = metadata["modelspec.trigger_phrase"];
  const counts = new Map<string, number>();
  for (const tags of Object.values(parsed(metadata.ss_tag_frequency))) {
    for (const [tag, count] of Object.entries(objectOf(tags))) {
      if (typeof count === "number") counts.set(tag.trim(), (counts.get(tag.trim()) ?? 0) + count);
    }
  }
  const tags = [...counts].sort((a, b) => b[1] - a[1]).map(([tag]) => tag);
  return [...(trigger?.split(",") ?? []), ...tags.slice(0, mostWords)];
}

function parsed(text: string | undefined): Json {
  try {
    return objectOf(JSON.parse(text ?? "{}"));
  } catch {
    return {};
  }
}

const isSha256 = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/i.test(value);

/**
 * SHA-256 of the whole file that a side file states: its own, or that of the entry in its list of files with this name.
 * Hashes in a header are of the weights alone and no use for finding a file.
 */
function hashOf(side: Json, file: string): string | null {
  if (isSha256(side.sha256)) return side.sha256.toLowerCase();
  const files = Array.isArray(side.files) ? side.files.map(objectOf) : [];
  const entry = files.find(({ name }) => name === file) ?? (files.length === 1 ? files[0] : undefined);
  const hash = objectOf(entry?.hashes).SHA256;
  return isSha256(hash) ? hash.toLowerCase() : null;
}
