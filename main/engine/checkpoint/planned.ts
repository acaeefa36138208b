import type { Merging, ModelInfo, ModelResult } from "../../../shared/model.ts";
import type { ModelSettings } from "../../../shared/modelSettings.ts";
import { encodedWidth, lackedParts, refuseControl, settledParts } from "./compose.ts";
import { ControlModel } from "./controlModel.ts";
import { CheckpointError } from "./error.ts";
import type { CheckpointFiles } from "./files.ts";
import { checkpointFootprints, controlFootprints } from "./footprints.ts";
import { folderSentences } from "./foreign.ts";
import { unfitLayers } from "./loraFit.ts";
import { mergedParts } from "./merge.ts";
import { modelPartsOf, type PartName, withPart } from "./modelParts.ts";
import type { ModelParts } from "./parts.ts";
import type { Part } from "./recogniseTypes.ts";

type ControlPart = Part & { readonly kind: "controlnet" };

/** Of one model: weights that are dragged along a slider make many. */
const mostKept = 32;

interface Made {
  /** What it was made of beside the first. */
  readonly of: readonly object[];
  readonly result: ModelResult;
}

/**
 * Descriptions of the models that a run would compose of checkpoint files, by the same steps and with the same refusals.
 * Each is made once, as long as its files stay the same: documents are checked after every change.
 */
export class PlannedCheckpoints {
  readonly #files: CheckpointFiles;
  readonly #parts = new WeakMap<ModelInfo, ModelParts>();
  readonly #controls = new WeakMap<ModelInfo, ControlPart>();
  readonly #made = new WeakMap<object, Map<string, Made>>();

  constructor(files: CheckpointFiles) {
    this.#files = files;
  }

  checkpoint(path: string): ModelResult {
    return this.#kept("model", [() => this.#files.recognised(path)], () =>
      this.#described(modelPartsOf(path, this.#files.recognised(path))),
    );
  }

  withPart(model: ModelInfo, part: string, path: string): ModelResult {
    return this.#kept(`${part}|${path}`, [() => model, () => this.#files.recognised(path)], () => {
      const parts = this.#partsOf(model, "parts");
      return this.#described(withPart(parts, part as PartName, path, this.#files.recognised(path)));
    });
  }

  withLora(model: ModelInfo, path: string): ModelResult {
    return this.#kept(`lora|${path}`, [() => model, () => this.#files.lora(path)], () => {
      const parts = this.#partsOf(model, "lora");
      const lora = this.#files.lora(path);
      unfitLayers(lora, parts);
      const use = { lora, strength: () => 1, textStrength: 1 };
      return this.#described({ ...parts, loras: [...parts.loras, use] });
    });
  }

  withSettings(model: ModelInfo, settings: ModelSettings): ModelResult {
    return this.#kept(JSON.stringify(settings), [() => model], () =>
      this.#described(settledParts(this.#partsOf(model, "settings"), settings)),
    );
  }

  merged(model: ModelInfo, { other, base, weights }: Merging<ModelInfo>): ModelResult {
    const others = [other, ...(base ? [base] : [])];
    return this.#kept(JSON.stringify(weights), [() => model, ...others.map((one) => () => one)], () => {
      const [first, second, third] = [model, ...others].map((one) => this.#partsOf(one, "merge"));
      return this.#described(mergedParts(first, { other: second, base: third ?? null, weights }));
    });
  }

  control(path: string): ModelResult {
    return this.#kept("control", [() => this.#files.recognised(path)], () => {
      const { part, info } = new ControlModel(path, this.#files.recognised(path));
      const described = { ...info, footprint: controlFootprints(part) };
      this.#controls.set(described, part);
      return described;
    });
  }

  controlled(model: ModelInfo, controls: readonly ModelInfo[]): ModelResult {
    return this.#kept("controlled", [() => model, ...controls.map((one) => () => one)], () => {
      const parts = this.#partsOf(model, "control");
      for (const control of controls) {
        const part = this.#controls.get(control);
        if (!part) throw new CheckpointError(`${control.name} is no control network. Connect a ControlNet node.`);
        refuseControl(parts, control.name, part);
      }
      return { ...this.#described(parts), controls };
    });
  }

  #described(parts: ModelParts): ModelInfo {
    const info = {
      ...parts.info,
      context: { network: parts.denoiser.spec.contextWidth, encoders: encodedWidth(parts) },
      lacks: lackedParts(parts),
      footprint: checkpointFootprints(parts),
    };
    this.#parts.set(info, parts);
    return info;
  }

  #partsOf(model: ModelInfo, what: keyof typeof folderSentences): ModelParts {
    const parts = this.#parts.get(model);
    if (parts) return parts;
    throw new CheckpointError(folderSentences[what](model));
  }

  /** What was made before, if all that it is made of is still the same: files and models, the first of which keeps it. */
  #kept(name: string, sources: readonly (() => object)[], make: () => ModelInfo): ModelResult {
    return resultOf(() => {
      const [first, ...of] = sources.map((source) => source());
      const known = this.#made.get(first) ?? new Map<string, Made>();
      this.#made.set(first, known);
      const before = known.get(name);
      if (before && before.of.length === of.length && before.of.every((one, i) => one === of[i])) return before.result;
      const result = resultOf(() => ({ info: make() }));
      known.set(name, { of, result });
      if (known.size > mostKept) known.delete([...known.keys()][0]);
      return result;
    });
  }
}

/** A CheckpointError as a problem. */
function resultOf(make: () => ModelResult): ModelResult {
  try {
    return make();
  } catch (error) {
    if (error instanceof CheckpointError) return { problem: error.message };
    throw error;
  }
}
