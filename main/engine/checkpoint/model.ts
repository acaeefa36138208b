import type { Conditioning, Model, ModelInfo, Network } from "../../../shared/model.ts";
import type { WeightRule } from "../../../shared/prompt/weights.ts";
import { affine, sliceChannels } from "../../../shared/tensor/index.ts";
import { type AnyTensor, isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import type { Batcher, NetworkRequest } from "../runtime/batcher.ts";
import { networkDenoiser } from "../runtime/denoise.ts";
import { tracedRequest } from "../runtime/gradients.ts";
import type { Session } from "../runtime/session.ts";
import { CheckpointError } from "./error.ts";
import { denoisingNetwork, vaeNetwork } from "./networks.ts";
import type { BuiltNetwork, ModelParts } from "./parts.ts";
import { CheckpointText } from "./text.ts";

export interface CheckpointPorts {
  readonly batcher: Batcher;
  /** Opens a built network, or gives the open one; holds the batcher meanwhile. */
  open(network: BuiltNetwork): Promise<Session>;
  gradient(session: Session, of: string, wrt: readonly string[]): Promise<Session>;
  capacity(info: ModelInfo, shape: readonly number[]): number;
  /** File with CLIP's merges: checkpoints carry no tokenizer. */
  readonly merges: string;
}

/** Rows of an image network per call: bounded by what its activations take (about 40 times the picture). */
const imageBudgetBytes = 1 << 30;

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
      run: (session, feeds) => this.#request({ session, feeds, shared: {}, rows: 1, kind: "other", capacity: 64 }),
      load: (work) => ports.batcher.load(work),
      merges: ports.merges,
    });
  }

  encodeText(text: string, weights: WeightRule = "none"): Promise<Conditioning> {
    return this.#text.encode(text, weights);
  }

  denoiser(conditioning: Conditioning) {
    const { batcher } = this.#ports;
    let halvings = 0;
    const part = this.parts.denoiser;
    if (part.kind === "unet") halvings = part.spec.down.filter(({ resampler }) => resampler !== null).length;
    const isEven = (shape: readonly number[]) => shape.slice(2).every((side) => side % 2 ** halvings === 0);
    let shape: readonly number[] = [];
    const denoiser = networkDenoiser(conditioning, {
      info: this.info,
      session: () => this.#ports.open(denoisingNetwork(part, { isEven: isEven(shape) })),
      request: (request) => this.#request(request),
      capacity: (own) => this.#ports.capacity(this.info, own),
      count: () => {
        batcher.meter.nfe += 1;
      },
    });
    const sized: typeof denoiser = (x, sigma, call) => {
      shape = x.shape;
      return denoiser(x, sigma, call);
    };
    return Object.assign(sized, { native: this.info.prediction, model: this });
  }

  async decode(latent: Tensor): Promise<Tensor> {
    const { factor, shift } = this.parts.latentScale;
    const unscaled = affine(latent, 1 / factor, shift);
    const pixels = latent.shape[2] * latent.shape[3] * this.info.latent.factor ** 2;
    return affine(await this.#image("decoder", "latent_sample", unscaled, pixels), 0.5, 0.5);
  }

  async encode(image: Tensor): Promise<Tensor> {
    const { factor, shift } = this.parts.latentScale;
    const parameters = await this.#image("encoder", "sample", affine(image, 2, -1), image.shape[2] * image.shape[3]);
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

  async #image(half: "decoder" | "encoder", name: string, input: Tensor, pixels: number): Promise<Tensor> {
    const { vae } = this.parts;
    if (!vae) throw new CheckpointError(`${this.info.name} has no VAE. Add one with a Model parts node.`);
    const session = await this.#ports.open(vaeNetwork(vae.weights, half));
    const capacity = Math.max(1, Math.floor(imageBudgetBytes / (pixels * 3 * 4 * 40)));
    const outputs = await this.#request({
      session,
      feeds: { [name]: input },
      shared: {},
      rows: input.shape[0],
      kind: "other",
      capacity,
    });
    const [first] = Object.values(outputs);
    if (!isFloatTensor(first)) throw new CheckpointError(`The VAE of ${this.info.name} gives whole numbers.`);
    return first;
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
