import type { NativeSpace } from "../../../shared/denoiser.ts";
import type { ClipTextSpec } from "./clipText.ts";
import type { T5Spec } from "./layout/textLayout.ts";
import type { VaeSpec } from "./layout/vaeLayout.ts";
import type { DenoisingPart, Family } from "./parts.ts";
import type { UnetSpec } from "./unetSpec.ts";
import type { WeightTable } from "./weightTable.ts";

/** What a file is: a whole model by its family, or one part of a model. */
export type Architecture = Family | "vae" | "clip" | "t5" | "controlnet" | "lora" | "embedding";

/** Kinds of text towers. */
export type ClipKind = "clip-l" | "clip-h" | "clip-g";

/** A network in a file. `weights` are by the names of the original programs, whatever the file calls them. */
export type Part = (
  | DenoisingPart
  | { readonly kind: "vae"; readonly weights: WeightTable; readonly spec: VaeSpec }
  | { readonly kind: ClipKind; readonly weights: WeightTable; readonly spec: ClipTextSpec }
  | { readonly kind: "t5"; readonly weights: WeightTable; readonly spec: T5Spec }
  | { readonly kind: "controlnet"; readonly weights: WeightTable; readonly spec: UnetSpec }
) & {
  /** Keys of the file begin with this. */
  readonly prefix: string;
};
export type PartKind = Part["kind"];

/** What a network predicts, and what told so. */
export interface Prediction {
  readonly space: NativeSpace;
  readonly reason: string;
  /** The noisiest level of the schedule holds nothing of the image (only with v). */
  readonly isZeroTerminal: boolean;
}

/** How latents of a model's VAE become those of its network: (z − shift) · factor. */
export interface LatentFormat {
  readonly channels: number;
  readonly factor: number;
  readonly shift: number;
}

/** What a denoising network takes beside the latent: nothing, mask and masked picture, or a picture to be edited. */
export type LatentInputs = "plain" | "inpainting" | "instruct-pix2pix";

/** What is known of a checkpoint file by its header. Plain data but for the weight tables. */
export interface Recognised {
  readonly architecture: Architecture;
  /** For people: "Stable Diffusion 1.x, inpainting". */
  readonly title: string;
  /** Which keys and shapes decided, one sentence. */
  readonly reason: string;
  readonly parts: readonly Part[];
  /** Kinds of parts that a model of this family has and this file lacks. */
  readonly missing: readonly PartKind[];
  /** Only of whole models and their denoising networks. */
  readonly prediction: Prediction | null;
  readonly latent: LatentFormat | null;
  readonly inputs: LatentInputs | null;
}
