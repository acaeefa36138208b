import { open } from "node:fs/promises";
import { totalmem } from "node:os";
import type { AnyNode } from "../../../shared/node/define.ts";
import type { FileParam, Param } from "../../../shared/node/params.ts";
import type { DeviceName } from "../../../shared/plan.ts";
import { expandSubgraphs } from "../../../shared/subgraph/expand.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { resolvePath } from "../execute/context.ts";
import type { Fingerprints } from "../files/fingerprint.ts";
import { imageSize } from "../files/imageSize.ts";
import { npyShape } from "../files/npy.ts";
import type { Runtime } from "../runtime/types.ts";
import type { CompileFacts } from "./facts.ts";

export interface FactSources {
  readonly registry: ReadonlyMap<string, AnyNode>;
  readonly runtime: Runtime;
  readonly fingerprints: Fingerprints;
  readonly embeddedModel: string;
  readonly baseFolder: string | null;
  readonly device: DeviceName;
  /** Memory that networks may take; null = what the machine has free. */
  readonly memoryBytes: number | null;
  readonly isCached: (key: string) => boolean;
}

type ModelFact = Awaited<ReturnType<Runtime["modelInfo"]>>;

/** Reads what compiling has to know of the files that a document names: each only once, however many nodes name it. */
export async function gatherFacts(workflow: Workflow, sources: FactSources): Promise<CompileFacts> {
  const { runtime, fingerprints, embeddedModel } = sources;
  const prints = new Map<string, string | null>();
  const models = new Map<string, ModelFact>();
  /** Absolute paths of checkpoint files that are there. */
  const checkpoints = new Map<string, string>();
  const sizes = new Map<string, { width: number; height: number }>();
  const shapes = new Map<string, readonly number[]>();
  for (const { path, what, network } of namedFiles(workflow, sources.registry)) {
    const absolute = path === "" ? embeddedModel : tryResolve(path, sources.baseFolder);
    if (what === "model-folder") {
      const key = `${path}\n${network}`;
      if (models.has(key)) continue;
      if (!prints.has(path)) prints.set(path, absolute === null ? null : await fingerprints.folder(absolute));
      const print = prints.get(path) ?? null;
      models.set(
        key,
        absolute === null ? { problem: unresolved(path) } : await runtime.modelInfo(absolute, network, print),
      );
      continue;
    }
    if (path === "" || prints.has(path)) continue;
    prints.set(path, absolute === null ? null : await fingerprints.file(absolute));
    if (absolute === null || prints.get(path) === null) continue;
    if (what === "checkpoint") checkpoints.set(path, absolute);
    if (what === "image") await note(sizes, path, () => headOf(absolute).then(imageSize));
    if (what === "npy") await note(shapes, path, () => headOf(absolute).then(npyShape));
  }
  const ofFile = (path: string, describe: (absolute: string) => ModelFact): ModelFact => {
    const absolute = checkpoints.get(path);
    return absolute === undefined ? { problem: missingFile(path) } : describe(absolute);
  };
  const { planned } = runtime;
  return {
    device: sources.device,
    fingerprint: (path) => prints.get(path) ?? null,
    model: (path, network) => models.get(`${path}\n${network}`) ?? { problem: unresolved(path) },
    checkpoint: (path) => ofFile(path, (absolute) => planned.checkpoint(absolute)),
    withPart: (model, part, path) => ofFile(path, (absolute) => planned.withPart(model, part, absolute)),
    withLora: (model, path) => ofFile(path, (absolute) => planned.withLora(model, absolute)),
    withSettings: (model, settings) => planned.withSettings(model, settings),
    merged: (model, merging) => planned.merged(model, merging),
    control: (path) => ofFile(path, (absolute) => planned.control(absolute)),
    controlled: (model, controls) => planned.controlled(model, controls),
    imageSize: (path) => sizes.get(path),
    tensorShape: (path) => shapes.get(path),
    batchCapacity: (info, shape) => runtime.batchCapacity(info, shape),
    budgetBytes: sources.memoryBytes ?? runtime.freeMemory(),
    memoryBytes: totalmem(),
    isCached: sources.isCached,
  };
}

function missingFile(path: string): string {
  return path === ""
    ? "No file is chosen. Choose a .safetensors file."
    : `There is no file ${path}. Choose another one.`;
}

function unresolved(path: string): string {
  return `${path} is relative, but this workflow has no folder yet. Save it first, or choose the folder again.`;
}

function tryResolve(path: string, baseFolder: string | null): string | null {
  try {
    return resolvePath(path, baseFolder);
  } catch {
    return null;
  }
}

/** Every file that a parameter names, with the network that the same node asks for. */
function* namedFiles(document: Workflow, registry: ReadonlyMap<string, AnyNode>) {
  const { workflow } = expandSubgraphs(document, registry);
  for (const node of workflow.nodes) {
    const definition = registry.get(node.type);
    for (const [name, param] of Object.entries(definition?.params ?? {}) as [string, Param][]) {
      if (param.kind !== "file") continue;
      const { what, default: own } = param as FileParam;
      const path = node.params[name] ?? own;
      const network = node.params.network ?? "";
      if (typeof path === "string" && typeof network === "string") yield { path, what, network };
    }
  }
}

/** What cannot be read is simply not known while planning; the run will say why. */
async function note<T>(into: Map<string, T>, path: string, read: () => Promise<T | null | undefined>): Promise<void> {
  const value = await read().catch(() => null);
  if (value !== null && value !== undefined) into.set(path, value);
}

/** The first bytes of a file: sizes of pictures stand there. */
async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const buffer = new Uint8Array(512 * 1024);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
