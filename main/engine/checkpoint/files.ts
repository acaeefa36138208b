import { fileStamp } from "../files/fileStamp.ts";
import { type Lora, readLora } from "./lora.ts";
import { recognise } from "./recognise.ts";
import type { Recognised } from "./recogniseTypes.ts";
import { readCheckpoint } from "./safetensors.ts";

interface Known {
  readonly stamp: string | null;
  found?: Recognised;
  lora?: Lora;
}

/** Headers of checkpoint files: read when first asked for, and again when the files change. */
export class CheckpointFiles {
  readonly #known = new Map<string, Known>();

  /** What a file is. Throws a CheckpointError for one that is nothing known. */
  recognised(path: string): Recognised {
    const known = this.#entry(path);
    known.found ??= recognise(readCheckpoint(path));
    return known.found;
  }

  /** A file as a LoRA. Throws a CheckpointError for one that is none. */
  lora(path: string): Lora {
    const known = this.#entry(path);
    known.lora ??= readLora(readCheckpoint(path));
    return known.lora;
  }

  #entry(path: string): Known {
    const stamp = fileStamp(path);
    const before = this.#known.get(path);
    if (before?.stamp === stamp) return before;
    const known: Known = { stamp };
    this.#known.set(path, known);
    return known;
  }
}
