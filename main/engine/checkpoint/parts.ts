import type { Curve } from "../../../shared/denoiser.ts";
import type { ModelInfo } from "../../../shared/model.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import type { ClipTextSpec } from "./clipText.ts";
import type { FluxSpec } from "./flux.ts";
import type { T5Spec } from "./layout/textLayout.ts";
import type { VaeSpec } from "./layout/vaeLayout.ts";
import type { Lora } from "./lora.ts";
import type { MmditSpec } from "./mmdit.ts";
import type { UnetSpec } from "./unetSpec.ts";
import type { WeightTable } from "./weightTable.ts";

/** Families that differ in what their text encoders give the denoising network. */
export type Family = "sd1" | "sd2" | "sdxl" | "sdxl-refiner" | "sd3" | "flux";

/** The network that denoises, by its kind. */
export type DenoisingPart =
  | { readonly kind: "unet"; readonly weights: WeightTable; readonly spec: UnetSpec }
  | { readonly kind: "mmdit"; readonly weights: WeightTable; readonly spec: MmditSpec }
  | { readonly kind: "flux"; readonly weights: WeightTable; readonly spec: FluxSpec };

export interface ClipPart {
  readonly weights: WeightTable;
  readonly spec: ClipTextSpec;
}

/** Networks of a model that may lie in one file or in several. */
export interface ModelParts {
  readonly family: Family;
  readonly info: ModelInfo;
  readonly denoiser: DenoisingPart;
  readonly clipL?: ClipPart;
  readonly clipG?: ClipPart;
  readonly clipH?: ClipPart;
  readonly t5?: { readonly weights: WeightTable; readonly spec: T5Spec };
  readonly vae?: { readonly weights: WeightTable; readonly spec: VaeSpec };
  readonly loras: readonly LoadedLora[];
  /** Layer of CLIP, from the end, whose states condition the network; 0 = the family's own. */
  readonly clipSkip: number;
  /** To the model: (z − shift) · factor. */
  readonly latentScale: { readonly factor: number; readonly shift: number };
  /** Kinds of parts that its family has and no file gives. */
  readonly missing: readonly string[];
}

/** A LoRA file with how strongly it works. */
export interface LoadedLora {
  readonly lora: Lora;
  readonly strength: Curve;
  readonly textStrength: number;
}

/** A network's graph, made when it is first needed, with the file its weights lie in and a name for the session. */
export interface BuiltNetwork {
  /** Its file; of a network over several files what lies in the folder that the graph names them from. */
  readonly path: string;
  /** Every file that its graph reads: when one of them changes, it is another network. */
  readonly files: readonly string[];
  readonly name: string;
  graph(): OnnxGraph;
}
