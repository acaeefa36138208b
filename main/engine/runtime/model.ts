import type { Conditioning, Model, ModelInfo, Network, TileOptions } from "../../../shared/model.ts";
import { segmentsOf, type WeightRule } from "../../../shared/prompt/weights.ts";
import { affine, sliceChannels } from "../../../shared/tensor/index.ts";
import { type AnyTensor, isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import type { Batcher, NetworkRequest } from "./batcher.ts";
import { networkDenoiser } from "./denoise.ts";
import { FolderError, type ModelFolder, numberField } from "./folder.ts";
import { tracedRequest } from "./gradients.ts";
import type { Session } from "./session.ts";
import { TextEncoders } from "./textEncoders.ts";
import { throughTiles } from "./tiledImages.ts";

export interface ModelPorts {
  readonly batcher: Batcher;
  /** Opens a network file, or gives the open one; holds the batcher meanwhile. */
  open(path: string): Promise<Session>;
  /** The same with other values as its outputs, inner ones among them. */
  values(path: string, names: readonly string[]): Promise<Session>;
  /** Opens the gradient network of an open network, for an output and some inputs. */
  gradient(session: Session, of: string, wrt: readonly string[]): Promise<Session>;
  capacity(info: ModelInfo, shape: readonly number[]): number;
}

interface Scaling {
  readonly factor: number;
  readonly shift: number;
}

/** A folder as a `model` wire. */
export class FolderModel implements Model {
  readonly info: ModelInfo;
  readonly #folder: ModelFolder;
  readonly #ports: ModelPorts;
  readonly #encoders: TextEncoders;
  /** A changed folder is another model, so an open file needs no second look. */
  readonly #sessions = new Map<string, Promise<Session>>();

  constructor(folder: ModelFolder, info: ModelInfo, ports: ModelPorts) {
    this.#folder = folder;
    this.info = info;
    this.#ports = ports;
    this.#encoders = new TextEncoders(folder, {
      open: (path) => this.#open(path),
      load: (work) => ports.batcher.load(work),
      run: (session, feeds) =>
        ports.batcher.request({ session, feeds, shared: {}, rows: 1, kind: "other", capacity: 64 }),
    });
  }

  async encodeText(text: string, weights: WeightRule = "none"): Promise<Conditioning> {
    const { conditioning, cut } = await this.#encoders.encode(text, weights);
    return cut > 0 ? { ...conditioning, cutTokens: cut } : conditioning;
  }

  denoiser(conditioning: Conditioning) {
    const { batcher } = this.#ports;
    const denoiser = networkDenoiser(conditioning, {
      info: this.info,
      session: () => this.#open(`${this.info.network}/model.onnx`),
      request: (request) => this.#request(request),
      capacity: (shape) => this.#ports.capacity(this.info, shape),
      count: () => {
        batcher.meter.nfe += 1;
      },
    });
    return Object.assign(denoiser, { native: this.info.prediction, model: this });
  }

  async decode(latent: Tensor, options?: TileOptions): Promise<Tensor> {
    const { factor, shift: offset } = await this.#scaling();
    const scaled = affine(latent, 1 / factor, offset);
    return affine(await this.#image("decoder", scaled, options), 0.5, 0.5);
  }

  async encode(image: Tensor, options?: TileOptions): Promise<Tensor> {
    const { factor, shift: offset } = await this.#scaling();
    const parameters = await this.#image("encoder", affine(image, 2, -1), options);
    // The second half, where there is one, is the log variance.
    return affine(sliceChannels(parameters, 0, this.info.latent.channels), factor, -offset * factor);
  }

  async network(path: string, values: readonly string[] = []): Promise<Network> {
    const whole = await this.#open(path);
    const isInner = values.some((name) => !(name in whole.outputs));
    const session = isInner ? await this.#ports.values(this.#folder.inside(path), values) : whole;
    return {
      inputs: session.inputs,
      outputs: session.outputs,
      run: async (feeds) => {
        const rows = Math.max(...Object.values(feeds).map((feed) => feed.shape[0] ?? 1));
        const ranks = Object.entries(feeds);
        const results = await this.#request({
          session,
          feeds: Object.fromEntries(ranks.filter(([, feed]) => feed.shape.length > 0)),
          shared: Object.fromEntries(ranks.filter(([, feed]) => feed.shape.length === 0)),
          rows,
          kind: "other",
          capacity: 64,
        });
        return Object.fromEntries(
          Object.entries(results).filter((entry): entry is [string, Tensor] => isFloatTensor(entry[1])),
        );
      },
    };
  }

  /** A request whose results know where they come from, if a derivative is wanted. */
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

  readJson(path: string): Promise<unknown> {
    return this.#ports.batcher.load(this.#folder.json(path));
  }

  async tokenize(text: string, length: number): Promise<AnyTensor> {
    return (await this.#encoders.tokenizer()).encode(segmentsOf(text, "none"), length).ids;
  }

  /** Asks for every network anew: between runs some may have been released. */
  forgetSessions(): void {
    this.#sessions.clear();
  }

  async #open(path: string): Promise<Session> {
    let session = this.#sessions.get(path);
    if (!session) {
      if (!this.#folder.has(path)) throw new FolderError(`${path} is missing in ${this.#folder.name}.`);
      session = this.#ports.open(this.#folder.inside(path));
      this.#sessions.set(path, session);
      session.catch(() => this.#sessions.delete(path));
    }
    return session;
  }

  async #image(half: "decoder" | "encoder", input: Tensor, options?: TileOptions): Promise<Tensor> {
    const session = await this.#open(`vae_${half}/model.onnx`);
    const { factor } = this.info.latent;
    return throughTiles(input, { half, session, factor, request: (request) => this.#request(request) }, options);
  }

  /** Latents of the network are (mean − shift) · factor. */
  async #scaling(): Promise<Scaling> {
    const file = this.#folder.vaeConfig();
    const config = await this.#ports.batcher.load(this.#folder.required(file));
    return {
      factor: numberField(config, "scaling_factor", file, 0.18215),
      shift: numberField(config, "shift_factor", file, 0),
    };
  }
}
