import type { Curve, Denoiser, NativeSpace } from "./denoiser.ts";
import type { WeightRule } from "./prompt/weights.ts";
import type { AnyTensor, FloatType, Tensor } from "./tensor/tensor.ts";
import type { Mixture } from "./testbed/mixture.ts";

/** The noise levels a network was trained on. Plain data: it is read from the folder's configuration while planning. */
export interface NoiseSchedule {
  /** `discrete`: the table of a variance-preserving chain; `flow`: rectified flow, t in 0..1 and sigma = t / (1 - t). */
  readonly kind: "discrete" | "flow";
  /** discrete: sigma of timestep 0, 1, 2, … (rising); flow: sigma of t = (i + 1) / n after the shift (the last is infinite). */
  readonly sigmas: readonly number[];
  /** flow: the model's own time shift; 1 = none. */
  readonly shift: number;
  /** Number of training timesteps, the factor between flow time and what the network is fed. */
  readonly trainSteps: number;
  /** diffusers' scheduler options that `leading`, `linspace` and `trailing` follow. */
  readonly stepsOffset: number;
  readonly finalSigma: "zero" | "sigma_min";
  readonly spacing: "leading" | "linspace" | "trailing";
}

/** What is known of a conditioning before it is made. */
export interface ConditioningTraits {
  /** Numbers for each token of its context; absent where unknown. */
  readonly width?: number;
  /** Whose text encoders made it, for sentences. */
  readonly from?: string;
  /** Channels beside the latent that it brings, by what they show. */
  readonly beside?: ModelInfo["beside"];
}

/** Memory of a network in bytes: its weights, and the values of one call. */
export interface Footprint {
  readonly weights: number;
  readonly values: number;
}

/** What is known of a model before anything is opened. Plain data, and what its networks would take. */
export interface ModelInfo {
  /** Name for people, for example the folder's. */
  readonly name: string;
  readonly network: string;
  readonly prediction: NativeSpace;
  readonly schedule: NoiseSchedule;
  readonly latent: {
    readonly channels: number;
    /** Pixels for each latent side; 1 for models without pixels. */
    readonly factor: number;
    /** The model's own image size in pixels; 0 for models without pixels. */
    readonly width: number;
    readonly height: number;
    readonly dtype: FloatType;
    /** Factor from the autoencoder's own latents to the network's, where it is known. */
    readonly scale?: number;
  };
  /** What the network reads beside the latent; absent where nothing. */
  readonly beside?: "inpainting" | "instruct-pix2pix";
  /** Numbers for each token: those that the network attends to, and those that the text encoders give. 0: unknown. */
  readonly context?: { readonly network: number; readonly encoders: number };
  /** Parts that it lacks, by the names of `bytes.parts`, each as a sentence that says what to do. */
  readonly lacks?: Readonly<Record<string, string>>;
  /** Control networks at work in every call of the denoising network. */
  readonly controls?: readonly ModelInfo[];
  /** Bytes of the weights: of the denoising network, of every part by its folder's name. */
  readonly bytes: { readonly network: number; readonly parts: Readonly<Record<string, number>> };
  /**
   * What a part takes in one call with a first input of `shape`: its name is that of a denoising network, `vae_decoder`,
   * `vae_encoder` or `text_encoder`. Null where nothing is known. `isBackward`: of its gradient too.
   */
  readonly footprint?: (part: string, shape: readonly number[], isBackward: boolean) => Footprint | null;
  /** Denoising networks of the folder that `network` may name. */
  readonly networks: readonly string[];
  /** False where the exported network takes one sample at a time, or one timestep for the batch. */
  readonly batching: { readonly fixedBatch: number | null; readonly scalarTimestep: boolean };
  /** Only of models in closed form, which have no networks: the labels that a text may name. */
  readonly labels?: readonly string[];
}

/** A model's description, or a sentence why there is none. */
export type ModelResult = { readonly info: ModelInfo } | { readonly problem: string };

/** Text embedding and side inputs of the network. Rows are samples; one row serves any batch. */
export interface Conditioning {
  /** [B, T, F] */
  readonly context: Tensor;
  /** Tokens of the prompt that did not fit and were cut. */
  readonly cutTokens?: number;
  /** Pooled embedding [B, P], where the network takes one. */
  readonly pooled?: Tensor;
  /** Further inputs by the network's own input name, rows first; `beside` are channels beside the latent [B, K, h, w]. */
  readonly extra?: Readonly<Record<string, Tensor>>;
  /** Of a prompt that changes on the way: each text's conditioning, and which one each step of the walk has. */
  readonly schedule?: { readonly texts: readonly Conditioning[]; readonly steps: readonly number[] };
}

/** How pictures go through an autoencoder that they are too large for. */
export interface TileOptions {
  /** Side of a tile in pixels; 0 = the whole picture, or the largest tiles that there is memory for. */
  readonly tile?: number;
  /** Pixels that neighbours share; 64 when absent. */
  readonly overlap?: number;
  /** Called after each few tiles; never for a whole picture. */
  readonly onTile?: (done: number, tiles: number) => void;
}

/** A network file that is run directly: a classifier, a CLIP tower. */
export interface Network {
  /** Graph inputs and outputs by name; a side is null where the graph leaves it open. */
  readonly inputs: Readonly<Record<string, PortInfo>>;
  readonly outputs: Readonly<Record<string, PortInfo>>;
  /** Runs the graph; rows of concurrent calls are merged where the graph allows. Integer inputs are converted. */
  run(feeds: Readonly<Record<string, AnyTensor>>): Promise<Readonly<Record<string, Tensor>>>;
}

export interface PortInfo {
  readonly dtype: string;
  readonly shape: readonly (number | null)[];
}

/** A network that steers a denoising network by a picture, at work in a denoiser. */
export interface Control {
  /** The `model` wire of a control network. */
  readonly network: Model;
  /** What it is shown: [1, 3, H, W] or one for each sample, 0..1. */
  readonly picture: Tensor;
  readonly strength: Curve;
}

/** Shares of the second model in a merged one: of the parts of its denoising network, and of its text encoders. */
export interface MergeWeights {
  readonly input: number;
  readonly middle: number;
  readonly output: number;
  readonly text: number;
}

/** Models to merge into one: W = A + w · (B − A), or W = A + w · (B − C) with a base C. */
export interface Merging<Of = Model> {
  readonly other: Of;
  readonly base: Of | null;
  readonly weights: MergeWeights;
}

/** A LoRA at work in a model. */
export interface LoraUse {
  /** Path of the file. */
  readonly path: string;
  readonly strength: Curve;
  /** Of its layers in the text encoders. */
  readonly textStrength: number;
}

/** A `model` wire: a whole folder. Sessions are opened when first used. */
export interface Model {
  readonly info: ModelInfo;
  /** Only of models in closed form: the density that they are exact for. */
  readonly mixture?: Mixture;
  /**
   * Embeds a prompt with all text encoders of the folder; by default brackets give no weights. With checkpoints the text may
   * name embeddings (“embedding:name”), which are looked for beside the model and in `folder`, the document's.
   */
  encodeText(text: string, weights?: WeightRule, folder?: string | null): Promise<Conditioning>;
  /** The denoiser under a conditioning. Each evaluation is one request to the batcher. */
  denoiser(conditioning: Conditioning, controls?: readonly Control[]): Denoiser;
  /** Latent [B, C, h, w] in the model's scaled space to image [B, 3, H, W], 0..1 but not clamped. */
  decode(latent: Tensor, options?: TileOptions): Promise<Tensor>;
  /** Image [B, 3, H, W] in 0..1 to the mean latent, scaled. */
  encode(image: Tensor, options?: TileOptions): Promise<Tensor>;
  /**
   * A network file of the folder (or an absolute path). Where `values` names any that is no output but an inner value of the
   * graph, the named ones are its outputs. Throws a sentence for a name without a value.
   */
  network(path: string, values?: readonly string[]): Promise<Network>;
  /** A JSON file of the folder, parsed; null if it does not exist. */
  readJson(path: string): Promise<unknown>;
  /** Token ids of a text by the folder's tokenizer, padded or cut to `length`: [1, length]. */
  tokenize(text: string, length: number): Promise<AnyTensor>;
}
