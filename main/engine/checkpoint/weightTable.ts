import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { CheckpointError } from "./error.ts";
import type { StoredTensor } from "./safetensors.ts";

/** Weights of one network by their own names, whatever file and prefix they lie under. */
export interface WeightTable {
  /** File that the weights lie in. */
  readonly path: string;
  get(key: string): StoredTensor | undefined;
  /** Of a merged table: all files, what to add up for a key, and what tells this mixture from others. */
  readonly files?: readonly string[];
  terms?(key: string): readonly WeightTerm[];
  readonly mergedWith?: string;
}

/** One of the tensors that a merged weight is a weighted sum of; `scale` is that of an 8-bit matrix. */
export interface WeightTerm {
  readonly path: string;
  readonly tensor: StoredTensor;
  readonly scale: StoredTensor | null;
  readonly factor: number;
}

/** What makes up a weight of a table, times a factor; nothing where the factor is 0. */
export function termsOf(table: WeightTable, key: string, factor: number): readonly WeightTerm[] {
  if (factor === 0) return [];
  if (table.terms) return table.terms(key).map((term) => ({ ...term, factor: term.factor * factor }));
  const tensor = table.get(key);
  if (!tensor) return [];
  const isScaled = key.endsWith(".weight") && tensor.dtype.startsWith("float8");
  return [{ path: table.path, tensor, scale: (isScaled && table.get(scaleKey(key))) || null, factor }];
}

/** Key of the scale that a matrix of 8-bit numbers has. */
export const scaleKey = (key: string): string => key.replace(/\.weight$/, ".scale_weight");

/** The folder that external data are named from: that of the file, or what the files of a merged table share. */
export function folderOf({ path, files }: Pick<WeightTable, "path" | "files">): string {
  return (files ?? [path]).map((file) => dirname(file)).reduce(sharedFolder);
}

function sharedFolder(one: string, other: string): string {
  let folder = one;
  while (relative(folder, other).startsWith("..") || isAbsolute(relative(folder, other))) {
    if (dirname(folder) === folder) {
      throw new CheckpointError(`${one} and ${other} lie on different drives: put models to be merged on one.`);
    }
    folder = dirname(folder);
  }
  return folder;
}

/** The weights of a file under a prefix. */
export function underPrefix(
  { path, tensors }: { readonly path: string; readonly tensors: ReadonlyMap<string, StoredTensor> },
  prefix: string,
): WeightTable {
  return { path, get: (key) => tensors.get(prefix + key) };
}

/** A table's file where its folder is the one that external data are named from, else the folder there that leads to it. */
export function placeOf(table: WeightTable): string {
  const folder = folderOf(table);
  return join(folder, relative(folder, table.path).split(sep)[0]);
}
