import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import type { Denoiser } from "../../../shared/denoiser.ts";
import type { RunEvent } from "../../../shared/events.ts";
import type { Model } from "../../../shared/model.ts";
import type { NodeContext, SaveImageOptions, StepReport } from "../../../shared/node/context.ts";
import type { PlanStep } from "../../../shared/plan.ts";
import { allFinite, sliceRows } from "../../../shared/tensor/index.ts";
import type { AnyTensor, Tensor } from "../../../shared/tensor/tensor.ts";
import { decodeImage, decodeOpacity, encodeImage } from "../files/imageCodec.ts";
import { readNpy, writeNpy } from "../files/npy.ts";
import type { OutputFolder } from "../files/outputFolder.ts";
import type { Runtime } from "../runtime/types.ts";
import { Failure } from "./failure.ts";
import type { Previews } from "./previews.ts";

/** What the contexts of one run share. */
export interface RunServices {
  readonly runtime: Runtime;
  readonly emit: (event: RunEvent) => void;
  readonly signal: AbortSignal;
  /** Where relative paths start; null for a document that was never saved. */
  readonly baseFolder: string | null;
  readonly output: OutputFolder;
  /** The document as it ran, to be embedded. */
  readonly workflowText: string;
  /** Null on the command line: nobody looks. */
  readonly previews: Previews | null;
  readonly onImage: ((node: string, image: Tensor) => void) | undefined;
}

/** An absolute path from one that a workflow names. */
export function resolvePath(path: string, baseFolder: string | null): string {
  if (isAbsolute(path)) return path;
  if (baseFolder === null)
    throw new Error(
      `${path} is relative, but this workflow has no folder yet. Save it first, or choose the file again.`,
    );
  return resolve(baseFolder, path);
}

/** Gives a node what it may ask of the runtime. */
export function createContext(
  step: PlanStep,
  inputs: Readonly<Record<string, unknown>>,
  services: RunServices,
): NodeContext {
  const { runtime, emit, previews } = services;
  const node = step.id;
  const pathOf = (path: string) => resolvePath(path, services.baseFolder);
  return {
    node,
    folder: services.baseFolder,
    model: (path, network) => runtime.model(path === "" ? "" : pathOf(path), network),
    checkpoint: (path) => runtime.checkpoint(pathOf(path)),
    withParts: (model, paths) =>
      runtime.withParts(model, Object.fromEntries(Object.entries(paths).map(([part, path]) => [part, pathOf(path)]))),
    withLora: (model, lora) =>
      runtime.withLora(model, { ...lora, path: pathOf(lora.path) }, (message) =>
        emit({ event: "warning", node, message }),
      ),
    merge: (model, merging) => runtime.merge(model, merging),
    withSettings: (model, settings) => runtime.withSettings(model, settings),
    control: (path) => runtime.control(pathOf(path)),
    loadImage: (path) => runtime.load(readFile(pathOf(path)).then(decodeImage)).then((decoded) => decoded.tensor),
    loadOpacity: (path) => runtime.load(readFile(pathOf(path)).then(decodeOpacity)),
    loadTensor: (path) => runtime.load(readFile(pathOf(path))).then(readNpy),
    tensorFile: (path) => readNpy(readFileSync(pathOf(path))),
    saveImage: (image, options) => runtime.hold(saveImage(node, image, options, services)),
    saveTensor: async (tensor, name) => saveTensor(node, tensor, name, services),
    show: async (image) => {
      services.onImage?.(node, image);
      previews?.show(node, image);
    },
    plot: (plot) => {
      // On the command line nobody looks.
      if (previews !== null) emit({ event: "plot", node, plot });
    },
    metric: (name, value, at) => emit({ event: "metric", node, name, value: plainNumbers(value), ...at }),
    step: async (report) => {
      services.signal.throwIfAborted();
      checkFinite(node, report);
      const { step: index, steps, sigma } = report;
      emit({ event: "progress", node, step: index + 1, steps, sigma });
      previews?.step(node, report, modelBehind(inputs));
    },
    progress: (done, all) => {
      services.signal.throwIfAborted();
      emit({ event: "progress", node, step: done, steps: all, sigma: 0 });
    },
    uses: (output) => step.used.includes(output),
    evaluated: () => runtime.evaluated(),
    warn: (message) => emit({ event: "warning", node, message }),
  };
}

/** The model behind the first denoiser among a node's inputs: it can show what the sampler sees. */
function modelBehind(inputs: Readonly<Record<string, unknown>>): Model | undefined {
  for (const value of Object.values(inputs)) {
    if (typeof value === "function" && "model" in value) return (value as Denoiser).model;
  }
  return undefined;
}

function checkFinite(node: string, { denoised, step, sigma }: StepReport): void {
  if (allFinite(denoised)) return;
  throw new Failure(
    `The prediction is not finite at step ${step + 1} (sigma ${sigma.toPrecision(4)}). Lower the guidance scale, or use float32 weights.`,
    node,
    null,
  );
}

function plainNumbers(value: number | Tensor): number | number[] {
  if (typeof value === "number") return value;
  return value.shape.length === 0 ? value.data[0] : Array.from(value.data);
}

const extensions = { png: "png", jpeg: "jpg", webp: "webp" } as const;

async function saveImage(
  node: string,
  image: Tensor,
  options: SaveImageOptions,
  services: RunServices,
): Promise<string[]> {
  const { format, bitDepth, embedWorkflow, name } = options;
  const count = image.shape[0];
  const paths = services.output.claim(name, extensions[format], count);
  const workflow = embedWorkflow ? { workflow: services.workflowText } : {};
  for (let i = 0; i < count; i++) {
    const bytes = await encodeImage(sliceRows(image, i, i + 1), { format, bitDepth, ...workflow });
    services.output.fill(paths[i], bytes);
    services.emit({ event: "output", node, kind: "image", path: paths[i] });
  }
  return [...paths];
}

function saveTensor(node: string, tensor: AnyTensor, name: string, services: RunServices): string {
  const [path] = services.output.claim(name, "npy", 1);
  services.output.fill(path, writeNpy(tensor));
  services.emit({ event: "output", node, kind: "tensor", path });
  return path;
}
