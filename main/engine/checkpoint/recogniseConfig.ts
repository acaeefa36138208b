import { CheckpointError } from "./error.ts";
import type { ClipKind } from "./recogniseTypes.ts";
import type { HeadRule } from "./unetSpec.ts";

/** Key of a file's metadata that states what no shape tells, as flat JSON. Only small made-up files have it. */
const key = "fairlead.config";

/** What no shape tells and a file states itself. */
export class StatedConfig {
  readonly #values: Readonly<Record<string, unknown>>;

  /** `file` names the file in the sentence about a configuration that is no JSON. */
  constructor(metadata: Readonly<Record<string, string>>, file: string) {
    try {
      this.#values = Object.hasOwn(metadata, key) ? (Object(JSON.parse(metadata[key])) as Record<string, unknown>) : {};
    } catch {
      throw new CheckpointError(`${file} states “${key}” in its metadata, which is no JSON text. Remove it.`);
    }
  }

  #count(name: string): number | undefined {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined;
  }

  clipHeads(kind: ClipKind): number | undefined {
    return this.#count(`${kind.replace("-", "_")}.num_heads`);
  }

  /** The one text tower whose heads are stated; null where none or several are. */
  clipKind(): ClipKind | null {
    const stated = (["clip-l", "clip-h", "clip-g"] as const).filter((kind) => this.clipHeads(kind) !== undefined);
    return stated.length === 1 ? stated[0] : null;
  }

  /** The rule of a UNet's heads; the real one where none is stated. */
  unetHeads(real: HeadRule): HeadRule {
    const [size, count] = [this.#count("unet.num_head_channels"), this.#count("unet.num_heads")];
    if (size !== undefined) return { size };
    return count === undefined ? real : { count };
  }

  /** Widths of FLUX's rotary axes. */
  fluxAxes(): readonly [number, number, number] | undefined {
    const axes = Object.hasOwn(this.#values, "flux.axes") ? this.#values["flux.axes"] : undefined;
    if (!Array.isArray(axes) || axes.length !== 3 || !axes.every((width) => Number.isSafeInteger(width))) {
      return undefined;
    }
    return [axes[0], axes[1], axes[2]];
  }
}
