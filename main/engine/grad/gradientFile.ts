import { copyFileSync, existsSync, linkSync, mkdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve, sep } from "node:path";
import type { OnnxGraph } from "../onnx/document.ts";
import { readModel } from "../onnx/read.ts";
import { mappedWeights } from "../onnx/rename.ts";
import { encodeModel } from "../onnx/write.ts";
import { differentiate, type GradientRequest } from "./differentiate.ts";

/** Where the parts of a gradient graph were written. */
export interface GradientFile {
  readonly path: string;
  /** Data files beside it that hold weights: links to the model's files, or copies. */
  readonly dataPaths: readonly string[];
  readonly graph: OnnxGraph;
}

/** Reads a model, and checks that the files that hold its weights are there and long enough. Throws a sentence. */
export function readWholeModel(path: string): OnnxGraph {
  if (!existsSync(path)) throw new Error(`There is no file ${path}.`);
  if (statSync(path).isDirectory()) throw new Error(`${path} is a folder. Name the .onnx file in it.`);
  const graph = readModel(path);
  for (const [location, end] of extents(graph)) {
    const data = join(dirname(path), location);
    if (!existsSync(data)) throw new Error(`${basename(path)} keeps weights in “${location}”, which is missing.`);
    if (!isInside(data, path)) {
      throw new Error(`${basename(path)} keeps weights in “${location}”, outside the model's folder.`);
    }
    if (statSync(data).size < end) throw new Error(`${location} ends before the weights of ${basename(path)} do.`);
  }
  return graph;
}

/** Links may not lead out of the model's folder, unless the model itself is a link to where they lead. */
function isInside(data: string, model: string): boolean {
  const real = realpathSync(data);
  const roots = [realpathSync(dirname(resolve(model))), dirname(realpathSync(model))];
  return roots.some((root) => real.startsWith(root.endsWith(sep) ? root : root + sep));
}

/** Files that hold weights, with the end of the last weight in each. */
function extents(graph: OnnxGraph): Map<string, number> {
  const ends = new Map<string, number>();
  mappedWeights(graph, (weight) => {
    const { data } = weight;
    if (!(data instanceof Uint8Array)) {
      ends.set(data.location, Math.max(ends.get(data.location) ?? 0, data.offset + data.length));
    }
    return weight;
  });
  return ends;
}

/**
 * Writes the gradient graph of a model file (see `differentiate`). In the model's own folder its weights stay where they
 * lie; elsewhere the files that hold them are linked beside the new file, or copied where the file system cannot link.
 * Nothing is overwritten: a taken name becomes "name (2)". Throws a sentence.
 */
export function writeGradientFile(modelPath: string, request: GradientRequest, outPath: string): GradientFile {
  const model = readWholeModel(modelPath);
  const graph = differentiate(model, request);
  const folder = dirname(resolve(outPath));
  mkdirSync(folder, { recursive: true });
  const isBeside = realpathSync(folder) === realpathSync(dirname(resolve(modelPath)));
  const sources = isBeside ? [] : [...extents(graph).keys()];
  const path = freeName(resolve(outPath), sources.length);
  const names = sources.map((_, i) => basename(dataName(path, i)));
  const dataPaths = names.map((name) => join(folder, name));
  try {
    sources.forEach((source, i) => {
      linkOrCopy(join(dirname(resolve(modelPath)), source), dataPaths[i]);
    });
    const moved = isBeside ? graph : withLocations(graph, new Map(sources.map((source, i) => [source, names[i]])));
    writeFileSync(path, encodeModel(moved), { flag: "wx" });
    return { path, dataPaths, graph: moved };
  } catch (error) {
    for (const data of dataPaths) rmSync(data, { force: true });
    throw error;
  }
}

const dataName = (path: string, i: number) => `${path}${i === 0 ? "" : `-${i + 1}`}.data`;

/** The path itself, or with the first number that makes its name and those of its data free. */
function freeName(path: string, dataFiles: number): string {
  const [stem, extension] = [path.slice(0, path.length - extname(path).length), extname(path)];
  const isFree = (name: string) =>
    !existsSync(name) && !Array.from({ length: dataFiles }, (_, i) => dataName(name, i)).some((one) => existsSync(one));
  let name = path;
  for (let count = 2; !isFree(name); count++) name = `${stem} (${count})${extension}`;
  return name;
}

function linkOrCopy(source: string, target: string): void {
  const real = realpathSync(source);
  try {
    linkSync(real, target);
  } catch {
    copyFileSync(real, target);
  }
}

function withLocations(graph: OnnxGraph, names: ReadonlyMap<string, string>): OnnxGraph {
  return mappedWeights(graph, (weight) => {
    const { data } = weight;
    if (data instanceof Uint8Array) return weight;
    return { ...weight, data: { ...data, location: names.get(data.location)! } };
  });
}
