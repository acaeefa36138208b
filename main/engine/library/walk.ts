import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ModelKind } from "../../../shared/library.ts";
import type { Place } from "./places.ts";

/** A file or folder that may be a model. */
export interface Candidate {
  readonly path: string;
  /** What the folder's name says. */
  readonly hint: ModelKind | null;
  readonly isFolder: boolean;
  /** Names of the other files in its folder. */
  readonly siblings: ReadonlySet<string>;
}

/** Endings of model files: those that can be used, and those that people look for and get a sentence about. */
const modelFile = /\.(safetensors|sft|ckpt|pt|pth|gguf)$/i;

/** Nobody keeps models so deep; a folder that was named by mistake (the whole disk) ends sometime. */
const deepest = 12;

/**
 * Every candidate below some places. Folders with a model_index.json and ONNX networks are one model, all others are
 * walked through; links are followed, each folder once. What cannot be read is left out.
 */
export async function* candidates(places: readonly Place[]): AsyncGenerator<Candidate> {
  const seen = new Set<string>();
  const open = places.map(({ path, kind }) => ({ path, hint: kind, depth: 0 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, hint, depth } = next;
    const real = await realpath(path).catch(() => null);
    if (real === null || seen.has(real)) continue;
    seen.add(real);
    const listed = await list(path);
    const siblings = new Set(listed.filter(({ isFolder }) => !isFolder).map(({ name }) => name));
    if (siblings.has("model_index.json") && (await hasNetworks(path, listed))) {
      yield { path, hint, isFolder: true, siblings };
      continue;
    }
    for (const name of siblings) {
      if (modelFile.test(name)) yield { path: join(path, name), hint, isFolder: false, siblings };
    }
    if (depth === deepest) continue;
    const inner = listed.filter(({ name, isFolder }) => isFolder && !name.startsWith("."));
    open.push(...inner.map(({ name }) => ({ path: join(path, name), hint, depth: depth + 1 })).reverse());
  }
}

/** One file or folder as a candidate. */
export async function candidateAt(path: string): Promise<Candidate> {
  const isFolder = (await stat(path)).isDirectory();
  const listed = await list(isFolder ? path : join(path, ".."));
  return {
    path,
    hint: null,
    isFolder,
    siblings: new Set(listed.map(({ name }) => name).filter((name) => name !== basename(path))),
  };
}

interface Listed {
  readonly name: string;
  readonly isFolder: boolean;
}

async function list(path: string): Promise<Listed[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const listed = await Promise.all(entries.map((entry) => look(path, entry)));
  return listed.filter((one) => one !== null).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function look(path: string, entry: Dirent): Promise<Listed | null> {
  const { name } = entry;
  if (!entry.isSymbolicLink()) {
    return entry.isDirectory() || entry.isFile() ? { name, isFolder: entry.isDirectory() } : null;
  }
  const target = await stat(join(path, name)).catch(() => null);
  return target === null ? null : { name, isFolder: target.isDirectory() };
}

async function hasNetworks(path: string, listed: readonly Listed[]): Promise<boolean> {
  for (const { name, isFolder } of listed) {
    if (!isFolder) continue;
    const inside = await readdir(join(path, name)).catch(() => []);
    if (inside.some((file) => file.endsWith(".onnx"))) return true;
  }
  return false;
}
