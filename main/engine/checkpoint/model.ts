import type { Call } from "../../../shared/denoiser.ts";
import type { Conditioning, Control, Model, ModelInfo, Network, TileOptions } from "../../../shared/model.ts";
import type { WeightRule } from "../../../shared/prompt/weights.ts";
import { add, affine, cast, resize, sliceChannels } from "../../../shared/tensor/index.ts";
import type { AnyTensor, Tensor } from "../../../shared/tensor/tensor.ts";
import type { Batcher, NetworkRequest } from "../runtime/batcher.ts";
import { networkDenoiser } from "../runtime/denoise.ts";
import { tracedRequest } from "../runtime/gradients.ts";
import type { Session } from "../runtime/session.ts";
import { throughTiles } from "../runtime/tiledImages.ts";
import type { ClipTokenizer } from "../runtime/tokenizer.ts";
import { lacking } from "./compose.ts";
import { ControlModel } from "./controlModel.ts";
import { CheckpointError } from "./error.ts";
import { checkSides, denoisingNetwork, isEven, scalar, strengthsOf, vaeNetwork } from "./networks.ts";
import type { BuiltNetwork, ModelParts } from "./parts.ts";
import type { T5Tokenizer } from "./t5Tokenizer.ts";
import { CheckpointText } from "./text.ts";

export interface CheckpointPorts {
  readonly batcher: Batcher;
  /** Opens a built network, or gives the open one; holds the batcher meanwhile. */
  open(network: BuiltNetwork): Promise<Session>;
  gradient(session: Session, of: string, wrt: readonly string[]): Promise<Session>;
  capacity(info: ModelInfo, shape: readonly number[]): number;
  /** CLIP's tokenizer with its padding: checkpoints carry none. */
  tokenizer(pad: "end" | 0): Promise<ClipTokenizer>;
  t5Tokenizer(weights: string): Promise<T5Tokenizer>;
}

/** A checkpoint file (or several) as a `model` wire. */
export class CheckpointModel implements Model {
  readonly info: ModelInfo;
  readonly parts: ModelParts;
  readonly #ports: CheckpointPorts;
  readonly #text: CheckpointText;

  constructor(parts: ModelParts, ports: CheckpointPorts) {
    this.parts = parts;
    this.#ports = ports;
    this.info = parts.info;
    this.#text = new CheckpointText(parts, {
      open: (network) => ports.open(network),
      run: (session, feeds, shared) => this.#request({ session, feeds, shared, rows: 1, kind: "other", capacity: 64 }),
      tokenizer: (pad) => ports.tokenizer(pad),
      t5Tokenizer: (weights) => ports.t5Tokenizer(weights),
    });
  }

  encodeText(text: string, weights: WeightRule = "none", folder: string | null = null): Promise<Conditioning> {
    return this.#text.encode(text, weights, folder);
  }

  denoiser(conditioning: Conditioning, controls: readonly Control[] = []) {
    const { batcher } = this.#ports;
    const { denoiser: part, loras } = this.parts;
    const denoiser = networkDenoiser(conditioning, {
      info: this.info,
      session: async (shape) => {
        checkSides(part, shape, this.info.name);
        const options = { isEven: isEven(part, shape), hasControl: controls.length > 0, loras };
        return this.#ports.open(denoisingNetwork(part, options));
      },
      shared: (call) => strengthsOf(loras, ({ strength }) => strength(call)),
      ...(controls.length > 0 ? { added: (feeds, x, call) => this.#residuals(controls, feeds, x, call) } : {}),
      request: (request) => this.#request(request),
      capacity: (own) => this.#ports.capacity(this.info, own),
      count: () => {
        batcher.meter.nfe += 1;
      },
    });
    return Object.assign(denoiser, { native: this.info.prediction, model: this });
  }

  /** Residuals of all control networks for the UNet's own feeds, added up. */
  async #residuals(
    controls: readonly Control[],
    feeds: Readonly<Record<string, AnyTensor>>,
    x: Tensor,
    call: Call,
  ): Promise<Readonly<Record<string, AnyTensor>>> {
    const [height, width] = [x.shape[2] * this.info.latent.factor, x.shape[3] * this.info.latent.factor];
    const all = await Promise.all(
      controls.map(async ({ network, picture, strength }) => {
        if (!(network instanceof ControlModel))
          throw new CheckpointError(`${network.info.name} is no control network.`);
        const session = await this.#ports.open(network.built);
        const own = Object.fromEntries(Object.entries(feeds).filter(([name]) => name in session.inputs));
        return this.#request({
          session,
          feeds: { ...own, hint: resize(cast(picture, "float32"), height, width, "bilinear") },
          shared: { strength: scalar(strength(call)) },
          rows: x.shape[0],
          kind: "other",
          capacity: this.#ports.capacity(this.info, x.shape),
        });
      }),
    );
    const [first, ...others] = all as readonly Readonly<Record<string, Tensor>>[];
    return Object.fromEntries(
      Object.entries(first).map(([name, one]) => [name, others.reduce((sum, other) => add(sum, other[name]), one)]),
    );
  }

  async decode(latent: Tensor, options?: TileOptions): Promise<Tensor> {
    const { factor, shift } = this.parts.latentScale;
    return affine(await this.#image("decoder", affine(latent, 1 / factor, shift), options), 0.5, 0.5);
  }

  async encode(image: Tensor, options?: TileOptions): Promise<Tensor> {
    const { factor, shift } = this.parts.latentScale;
    const parameters = await this.#image("encoder", affine(image, 2, -1), options);
    return affine(sliceChannels(parameters, 0, this.info.latent.channels), factor, -shift * factor);
  }

  network(path: string): Promise<Network> {
    throw new CheckpointError(`${this.info.name} is one file: it has no network “${path}” beside it.`);
  }

  async readJson(): Promise<unknown> {
    return null;
  }

  tokenize(text: string, length: number): Promise<AnyTensor> {
    return this.#text.tokenize(text, length);
  }

  async #image(half: "decoder" | "encoder", input: Tensor, options?: TileOptions): Promise<Tensor> {
    const { vae } = this.parts;
    if (!vae) throw new CheckpointError(lacking(this.info, "VAE"));
    const session = await this.#ports.open(vaeNetwork(vae.weights, half));
    const { factor } = this.info.latent;
    return throughTiles(input, { half, session, factor, request: (request) => this.#request(request) }, options);
  }

  #request(request: NetworkRequest): Promise<Readonly<Record<string, AnyTensor>>> {
    const { batcher } = this.#ports;
    return tracedRequest(request, {
      request: (one) => batcher.request(one),
      gradient: (session, of, wrt) => this.#ports.gradient(session, of, wrt),
      countBackward: () => {
        batcher.meter.backward += 1;
      },
    });
  }
}
