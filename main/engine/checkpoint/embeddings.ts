import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import type { Segment } from "../../../shared/prompt/weights.ts";
import { CheckpointError } from "./error.ts";
import { type Checkpoint, readCheckpoint } from "./safetensors.ts";
import { readNumbers } from "./tensorBytes.ts";

/** Towers of CLIP that an embedding may have rows for. */
export type EmbeddedTower = "L" | "G" | "H";

/** A part of a prompt: words, or the rows of a textual inversion (arXiv:2208.01618), which stand for tokens. */
export interface PromptPart extends Segment {
  readonly vectors?: readonly Float32Array[];
}

/** Words that name an embedding, as in ComfyUI. */
const named = /(?<!\S)embedding:(\S+)/;

/**
 * A prompt with the rows of the embeddings that it names for a tower in their places. Throws a sentence for a file that is
 * not there, that is none, or that has no rows of the tower's width.
 */
export function withEmbeddings(
  parts: readonly Segment[],
  tower: EmbeddedTower,
  width: number,
  folders: readonly string[],
): readonly PromptPart[] {
  return parts.flatMap(({ text, weight }) => {
    const pieces: PromptPart[] = [];
    let rest = text;
    for (let match = named.exec(rest); match; match = named.exec(rest)) {
      const { path, used } = fileOf(match[1], folders);
      pieces.push({ text: rest.slice(0, match.index), weight });
      pieces.push({ text: "", weight, vectors: vectorsOf(readCheckpoint(path), tower, width) });
      rest = rest.slice(match.index + match[0].length - (match[1].length - used.length));
    }
    return [...pieces, { text: rest, weight }];
  });
}

/** A prompt without the embeddings that it names, for encoders that take none. */
export function withoutEmbeddings(parts: readonly Segment[]): readonly Segment[] {
  return parts.map(({ text, weight }) => ({ text: text.replaceAll(new RegExp(named, "g"), ""), weight }));
}

/**
 * Where embeddings of a model are looked for: the document's folder, the model's, `embeddings` in both, and the
 * `embeddings` of ComfyUI's and AUTOMATIC1111's folders, which lie one or two levels above the model.
 */
export function embeddingFolders(model: string, document: string | null): readonly string[] {
  const own = dirname(model);
  const near = [...(document === null ? [] : [document]), own];
  const above = [join(own, ".."), join(own, "../..")].map((folder) => join(folder, "embeddings"));
  return [...near.flatMap((folder) => [folder, join(folder, "embeddings")]), ...above].map((one) => resolve(one));
}

const endings = ["", ".safetensors", ".pt", ".bin"];

/** The file of a name, and the part of the name that is used: commas after it are text. */
function fileOf(name: string, folders: readonly string[]): { path: string; used: string } {
  for (const used of [name, name.replace(/,+$/, "")]) {
    const places = isAbsolute(used) ? [used] : folders.map((folder) => join(folder, used));
    const found = places.flatMap((place) => endings.map((ending) => place + ending)).find(isFile);
    if (found) return { path: found, used };
  }
  const plain = name.replace(/,+$/, "");
  throw new CheckpointError(
    `There is no embedding “${plain}”: put ${basename(plain)}.safetensors beside the document, beside the checkpoint or in a folder “embeddings” there.`,
  );
}

const isFile = (path: string) => /\.(safetensors|pt|bin)$/.test(path) && existsSync(path);

const keysOf: Readonly<Record<EmbeddedTower, string>> = { L: "clip_l", G: "clip_g", H: "clip_h" };
const towerKeys = Object.values(keysOf);

/** Rows of a file for a tower: under the tower's name, or the only ones there are (`emb_params`, `string_to_param.*`, …). */
function vectorsOf({ path, tensors }: Checkpoint, tower: EmbeddedTower, width: number): readonly Float32Array[] {
  const file = basename(path);
  const own = tensors.get(keysOf[tower]);
  const rows = own ?? [...tensors].find(([key]) => !towerKeys.includes(key) && /^(?!string_to_token)/.test(key))?.[1];
  if (!rows) {
    throw new CheckpointError(`${file} has no rows for CLIP-${tower} (“${keysOf[tower]}”): it is for another model.`);
  }
  const size = rows.shape[rows.shape.length - 1];
  if (rows.shape.length > 2 || size !== width) {
    throw new CheckpointError(
      `${file} has rows of ${size} numbers where CLIP-${tower} of this model has ${width}: it is for another model.`,
    );
  }
  const numbers = readNumbers(path, rows);
  return Array.from({ length: numbers.length / width }, (_, i) => numbers.subarray(i * width, (i + 1) * width));
}
