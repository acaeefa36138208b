import { basename, extname } from "node:path";
import type { Model, ModelInfo } from "../../../shared/model.ts";
import { flowSchedule } from "../../../shared/sampling/noiseSchedule.ts";
import { controlnetGraph } from "./controlnet.ts";
import { CheckpointError } from "./error.ts";
import type { BuiltNetwork } from "./parts.ts";
import type { Part, Recognised } from "./recogniseTypes.ts";

/** A control network as a `model` wire: it only works inside a denoiser of another model. */
export class ControlModel implements Model {
  readonly info: ModelInfo;
  readonly built: BuiltNetwork;
  readonly part: Part & { readonly kind: "controlnet" };

  constructor(path: string, found: Recognised) {
    const part = found.parts.find((one) => one.kind === "controlnet");
    if (part?.kind !== "controlnet") {
      throw new CheckpointError(`${basename(path)} is ${found.title}, not a ControlNet. Choose another file.`);
    }
    this.part = part;
    const { weights, spec } = part;
    this.built = { path, files: [path], name: "The ControlNet", graph: () => controlnetGraph(weights, spec) };
    this.info = {
      name: basename(path, extname(path)),
      network: "controlnet",
      prediction: "x0",
      schedule: flowSchedule({ trainSteps: 1, shift: 1 }),
      latent: { channels: spec.inChannels, factor: 8, width: 0, height: 0, dtype: "float32" },
      bytes: { network: 0, parts: {} },
      networks: [],
      batching: { fixedBatch: null, scalarTimestep: false },
    };
  }

  encodeText = () => this.#alone();
  denoiser = () => this.#alone();
  decode = () => this.#alone();
  encode = () => this.#alone();
  network = () => this.#alone();
  readJson = async () => null;
  tokenize = () => this.#alone();

  #alone(): never {
    throw new CheckpointError(
      `${this.info.name} is a ControlNet, which steers another model. Connect it to a Control node.`,
    );
  }
}
