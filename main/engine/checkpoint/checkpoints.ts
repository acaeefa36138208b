import type { LoraUse, Merging, Model } from "../../../shared/model.ts";
import type { ModelSettings } from "../../../shared/modelSettings.ts";
import { settledParts } from "./compose.ts";
import { ControlModel } from "./controlModel.ts";
import { CheckpointError } from "./error.ts";
import type { CheckpointFiles } from "./files.ts";
import { folderSentences } from "./foreign.ts";
import { unfitLayers } from "./loraFit.ts";
import { mergedParts } from "./merge.ts";
import { CheckpointModel, type CheckpointPorts } from "./model.ts";
import { modelPartsOf, type PartName, withPart } from "./modelParts.ts";
import type { ModelParts } from "./parts.ts";

/** Models of checkpoint files, as a run composes them. */
export class Checkpoints {
  readonly #files: CheckpointFiles;
  readonly #ports: CheckpointPorts;

  constructor(files: CheckpointFiles, ports: CheckpointPorts) {
    this.#files = files;
    this.#ports = ports;
  }

  /** A file as a model. Throws a CheckpointError for one that is none. */
  model(path: string): Model {
    return new CheckpointModel(modelPartsOf(path, this.#files.recognised(path)), this.#ports);
  }

  /** A checkpoint model with parts of other files. */
  withParts(model: Model, paths: Readonly<Record<string, string>>): Model {
    const parts = Object.entries(paths).reduce<ModelParts>(
      (whole, [name, path]) => withPart(whole, name as PartName, path, this.#files.recognised(path)),
      partsOf(model, "parts"),
    );
    return new CheckpointModel(parts, this.#ports);
  }

  /** A checkpoint model with a LoRA at work in it. Throws a CheckpointError if none of its layers fits the model. */
  withLora(model: Model, { path, strength, textStrength }: LoraUse, warn: (message: string) => void): Model {
    const parts = partsOf(model, "lora");
    const lora = this.#files.lora(path);
    const unfit = [...unfitLayers(lora, parts), ...lora.strays];
    if (unfit.length > 0) {
      const total = lora.layers.size + lora.strays.length;
      warn(`${unfit.length} of ${total} layers of this LoRA have no place in this model: ${listed(unfit)}.`);
    }
    return new CheckpointModel({ ...parts, loras: [...parts.loras, { lora, strength, textStrength }] }, this.#ports);
  }

  /** A checkpoint model merged with others. Throws a CheckpointError for models of different architectures. */
  merge(model: Model, { other, base, weights }: Merging): Model {
    const merged = { other: partsOf(other, "merge"), base: base && partsOf(base, "merge"), weights };
    return new CheckpointModel(mergedParts(partsOf(model, "merge"), merged), this.#ports);
  }

  /** A checkpoint model under settings. Throws a CheckpointError for those that do not suit its family. */
  withSettings(model: Model, settings: ModelSettings): Model {
    return new CheckpointModel(settledParts(partsOf(model, "settings"), settings), this.#ports);
  }

  control(path: string): Model {
    return new ControlModel(path, this.#files.recognised(path));
  }
}

function partsOf(model: Model, what: keyof typeof folderSentences): ModelParts {
  if (model instanceof CheckpointModel) return model.parts;
  throw new CheckpointError(folderSentences[what](model.info));
}

/** The first of some names, and how many more there are. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `“${name}”`);
  return [...shown, ...(names.length > 3 ? [`and ${names.length - 3} more`] : [])].join(", ");
}
