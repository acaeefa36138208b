import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Identified, useOf } from "../../../shared/library.ts";
import { describe, stampOf } from "./describe.ts";
import { candidateAt } from "./walk.ts";

/**
 * What a file or folder anywhere on the disk is. A network of a model folder stands for its folder; any other ONNX
 * network can only be a reward.
 */
export async function identify(path: string): Promise<Identified> {
  if (/\.onnx$/i.test(path)) return identifyNetwork(path);
  const candidate = await candidateAt(path);
  const entry = await describe(candidate, await stampOf(candidate));
  const use = useOf(entry);
  if (use !== null) return { use, title: entry.title, path };
  return { problem: entry.problem ?? `${entry.name} is ${entry.title.toLowerCase()}, which no node opens by itself.` };
}

async function identifyNetwork(path: string): Promise<Identified> {
  const folder = join(dirname(path), "..");
  const isPart = await stat(join(folder, "model_index.json")).then(
    () => true,
    () => false,
  );
  if (isPart) return { use: { type: "model/load", param: "path" }, title: basename(folder), path: folder };
  return { use: { type: "reward/network", param: "path" }, title: "ONNX network", path };
}
