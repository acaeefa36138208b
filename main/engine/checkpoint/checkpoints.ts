import type { LoraUse, Merging, Model, ModelInfo } from "../../../shared/model.ts";
import { type ModelSettings, settledInfo } from "../../../shared/modelSettings.ts";
import { fileStamp } from "../files/fileStamp.ts";
import { ControlModel } from "./controlModel.ts";
import { CheckpointError } from "./error.ts";
import { checkpointFootprints } from "./footprints.ts";
import { type Lora, readLora } from "./lora.ts";
import { unfitLayers } from "./loraFit.ts";
import { mergedParts } from "./merge.ts";
import { CheckpointModel, type CheckpointPorts } from "./model.ts";
import { modelPartsOf, type PartName, withPart } from "./modelParts.ts";
import type { ModelParts } from "./parts.ts";
import { recognise } from "./recognise.ts";
import type { Recognised } from "./recogniseTypes.ts";
import { readCheckpoint } from "./safetensors.ts";

type InfoResult = { readonly info: ModelInfo } | { readonly problem: string };

interface Known {
  readonly fingerprint: string | null;
  readonly found: Recognised;
}

/** Checkpoint files that documents name: read when first asked for, and again when they change. */
export class Checkpoints {
  readonly #ports: CheckpointPorts;
  readonly #known = new Map<string, Known>();
  readonly #loras = new Map<string, { readonly stamp: string | null; readonly lora: Lora }>();

  constructor(ports: CheckpointPorts) {
    this.#ports = ports;
  }

  /** What is known of a file before anything is opened, or a sentence why it is no model. */
  info(path: string, fingerprint: string | null): InfoResult {
    const known = this.#known.get(path);
    if (known && (fingerprint === null || known.fingerprint !== fingerprint)) this.#known.delete(path);
    try {
      const parts = this.#parts(path, fingerprint);
      return { info: { ...parts.info, footprint: checkpointFootprints(parts) } };
    } catch (error) {
      if (error instanceof CheckpointError) return { problem: error.message };
      throw error;
    }
  }

  /** A file as a model. Throws a CheckpointError for one that is none. */
  model(path: string): Model {
    return new CheckpointModel(this.#parts(path, null), this.#ports);
  }

  /** A checkpoint model with parts of other files. */
  withParts(model: Model, paths: Readonly<Record<string, string>>): Model {
    if (!(model instanceof CheckpointModel)) {
      throw new CheckpointError(
        `${model.info.name} is a folder, whose parts cannot be replaced. Take a checkpoint file.`,
      );
    }
    const parts = Object.entries(paths).reduce<ModelParts>(
      (whole, [name, path]) => withPart(whole, name as PartName, path, this.#recognised(path, null)),
      model.parts,
    );
    return new CheckpointModel(parts, this.#ports);
  }

  /** A checkpoint model with a LoRA at work in it. Throws a CheckpointError if none of its layers fits the model. */
  withLora(model: Model, { path, strength, textStrength }: LoraUse, warn: (message: string) => void): Model {
    if (!(model instanceof CheckpointModel)) {
      throw new CheckpointError(`${model.info.name} is a folder, which takes no LoRA. Take a checkpoint file.`);
    }
    const lora = this.#lora(path);
    const unfit = [...unfitLayers(lora, model.parts), ...lora.strays];
    if (unfit.length > 0) {
      const total = lora.layers.size + lora.strays.length;
      warn(`${unfit.length} of ${total} layers of this LoRA have no place in this model: ${listed(unfit)}.`);
    }
    return new CheckpointModel(
      { ...model.parts, loras: [...model.parts.loras, { lora, strength, textStrength }] },
      this.#ports,
    );
  }

  /** A checkpoint model merged with others. Throws a CheckpointError for models of different architectures. */
  merge(model: Model, { other, base, weights }: Merging): Model {
    const partsOf = (one: Model): ModelParts => {
      if (one instanceof CheckpointModel) return one.parts;
      throw new CheckpointError(`${one.info.name} is a folder, which cannot be merged. Take a checkpoint file.`);
    };
    const merged = { other: partsOf(other), base: base && partsOf(base), weights };
    return new CheckpointModel(mergedParts(partsOf(model), merged), this.#ports);
  }

  /** A checkpoint model under settings. Throws a CheckpointError for those that do not suit its family. */
  withSettings(model: Model, settings: ModelSettings): Model {
    if (!(model instanceof CheckpointModel)) {
      throw new CheckpointError(
        `${model.info.name} is a folder, which tells its own settings. Take a checkpoint file.`,
      );
    }
    const found = settledInfo(model.info, settings);
    if ("problem" in found) throw new CheckpointError(found.problem);
    const { clipSkip } = settings;
    const { clipL, clipH, family } = model.parts;
    const layers = (clipL ?? clipH)?.spec.layers ?? Number.POSITIVE_INFINITY;
    if (clipSkip > 0 && family !== "sd1" && family !== "sd2") {
      throw new CheckpointError(
        `Clip skip is for Stable Diffusion 1 and 2; ${model.info.name} is neither. Set it to 0.`,
      );
    }
    if (clipSkip > layers) throw new CheckpointError(`CLIP of ${model.info.name} has only ${layers} layers.`);
    return new CheckpointModel({ ...model.parts, info: found.info, clipSkip }, this.#ports);
  }

  control(path: string): Model {
    return new ControlModel(path, this.#recognised(path, null));
  }

  #lora(path: string): Lora {
    const stamp = fileStamp(path);
    const known = this.#loras.get(path);
    if (known?.stamp === stamp) return known.lora;
    const lora = readLora(readCheckpoint(path));
    this.#loras.set(path, { stamp, lora });
    return lora;
  }

  #parts(path: string, fingerprint: string | null): ModelParts {
    return modelPartsOf(path, this.#recognised(path, fingerprint));
  }

  #recognised(path: string, fingerprint: string | null): Recognised {
    const known = this.#known.get(path);
    if (known) return known.found;
    const found = recognise(readCheckpoint(path));
    this.#known.set(path, { fingerprint, found });
    return found;
  }
}

/** The first of some names, and how many more there are. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `“${name}”`);
  return [...shown, ...(names.length > 3 ? [`and ${names.length - 3} more`] : [])].join(", ");
}
