import type { Model, ModelInfo } from "../../../shared/model.ts";
import { CheckpointError } from "./error.ts";
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

  constructor(ports: CheckpointPorts) {
    this.#ports = ports;
  }

  /** What is known of a file before anything is opened, or a sentence why it is no model. */
  info(path: string, fingerprint: string | null): InfoResult {
    const known = this.#known.get(path);
    if (known && (fingerprint === null || known.fingerprint !== fingerprint)) this.#known.delete(path);
    try {
      return { info: this.#parts(path, fingerprint).info };
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
