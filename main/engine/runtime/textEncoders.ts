import type { Conditioning } from "../../../shared/model.ts";
import { weighFromEmpty, weighKeepingMean } from "../../../shared/prompt/emphasis.ts";
import { type Segment, segmentsOf, type WeightRule } from "../../../shared/prompt/weights.ts";
import { type AnyTensor, isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import { FolderError, type ModelFolder } from "./folder.ts";
import type { Session } from "./session.ts";
import { ClipTokenizer } from "./tokenizer.ts";

type Outputs = Readonly<Record<string, AnyTensor>>;

export interface EncoderPorts {
  open(path: string): Promise<Session>;
  run(session: Session, feeds: Record<string, AnyTensor>): Promise<Outputs>;
  /** Its time counts as loading. */
  load<T>(work: Promise<T>): Promise<T>;
}

export interface EncodedText {
  readonly conditioning: Conditioning;
  /** Tokens that did not fit; 0 if all did. */
  readonly cut: number;
}

interface TextRequest {
  readonly parts: readonly Segment[];
  readonly rule: WeightRule;
  readonly stateOf: (outputs: Outputs) => Tensor;
}

interface TextRun {
  /** [1, T, F] */
  readonly state: Tensor;
  readonly outputs: Outputs;
  readonly cut: number;
}

/** Embeds prompts with all text encoders of a folder: one (Stable Diffusion 1 and 2), or two side by side (SDXL). */
export class TextEncoders {
  readonly #folder: ModelFolder;
  readonly #ports: EncoderPorts;
  readonly #tokenizers = new Map<string, Promise<ClipTokenizer>>();

  constructor(folder: ModelFolder, ports: EncoderPorts) {
    this.#folder = folder;
    this.#ports = ports;
  }

  tokenizer(part = "tokenizer"): Promise<ClipTokenizer> {
    let found = this.#tokenizers.get(part);
    if (!found) {
      found = this.#ports.load(ClipTokenizer.open(this.#folder, part));
      this.#tokenizers.set(part, found);
    }
    return found;
  }

  /** Embeds a prompt; `rule` decides which marks give its words a weight. */
  async encode(text: string, rule: WeightRule): Promise<EncodedText> {
    const parts = segmentsOf(text, rule);
    if (this.#folder.has("text_encoder_3/model.onnx"))
      throw new FolderError(`${this.#folder.name} has a third text encoder (T5), which is not supported.`);
    if (this.#folder.has("text_encoder_2/model.onnx")) return this.#encodePair(parts, rule);
    const { state, cut } = await this.#run("text_encoder", "tokenizer", { parts, rule, stateOf: hiddenState });
    return { conditioning: { context: state }, cut };
  }

  /** SDXL: penultimate states of both encoders side by side, the second one's projected pooling (arXiv:2307.01952). */
  async #encodePair(parts: readonly Segment[], rule: WeightRule): Promise<EncodedText> {
    const hasFirst = this.#folder.has("text_encoder/model.onnx");
    const request = { parts, rule, stateOf: penultimate };
    const runs = await Promise.all([
      ...(hasFirst ? [this.#run("text_encoder", "tokenizer", request)] : []),
      this.#run("text_encoder_2", "tokenizer_2", request),
    ]);
    const context = besides(runs.map(({ state }) => state));
    const pooled = floats(runs[runs.length - 1].outputs.text_embeds, "text_embeds", "text_encoder_2");
    return { conditioning: { context, pooled }, cut: Math.max(...runs.map((run) => run.cut)) };
  }

  /** One encoder's state with the words' weights in it (the pooling has none), and its outputs as they came. */
  async #run(part: string, tokenizer: string, { parts, rule, stateOf }: TextRequest): Promise<TextRun> {
    const [words, session] = await Promise.all([this.tokenizer(tokenizer), this.#ports.open(`${part}/model.onnx`)]);
    const [input, info] = Object.entries(session.inputs)[0];
    const length = info.shape[1] ?? words.maxLength;
    const { ids, weights, cut } = words.encode(parts, length);
    const isWeighted = weights.some((weight) => weight !== 1);
    const [outputs, empty] = await Promise.all([
      this.#ports.run(session, { [input]: ids }),
      isWeighted && rule === "comfyui" ? this.#ports.run(session, { [input]: words.encode([], length).ids }) : null,
    ]);
    const plain = stateOf(outputs);
    if (!isWeighted) return { state: plain, outputs, cut };
    const state = empty ? weighFromEmpty(plain, stateOf(empty), weights) : weighKeepingMean(plain, weights);
    return { state, outputs, cut };
  }
}

function floats(tensor: AnyTensor | undefined, name: string, part: string): Tensor {
  if (tensor && isFloatTensor(tensor)) return tensor;
  throw new FolderError(`${part} has no output “${name}”.`);
}

/** The state that conditions the network: last_hidden_state, or the first output of three axes. */
function hiddenState(outputs: Outputs): Tensor {
  const found = outputs.last_hidden_state ?? Object.values(outputs).find((output) => output.shape.length === 3);
  return floats(found, "last_hidden_state", "text_encoder");
}

/** The state before the last layer: hidden_states.N with the last but one N. */
function penultimate(outputs: Outputs): Tensor {
  const layers = Object.keys(outputs)
    .filter((name) => /^hidden_states\.\d+$/.test(name))
    .sort((a, b) => layerOf(a) - layerOf(b));
  const name = layers[layers.length - 2];
  return floats(outputs[name], "hidden_states", "A text encoder");
}

function layerOf(name: string): number {
  return Number(name.split(".")[1]);
}

/** [B, T, F1] and [B, T, F2] as [B, T, F1 + F2]. */
function besides(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0];
  const [batch, length] = parts[0].shape;
  const width = parts.reduce((sum, part) => sum + part.shape[2], 0);
  const data = new Float32Array(batch * length * width);
  let column = 0;
  for (const part of parts) {
    const own = part.shape[2];
    for (let row = 0; row < batch * length; row++)
      data.set(part.data.subarray(row * own, (row + 1) * own), row * width + column);
    column += own;
  }
  return { data, shape: [batch, length, width] };
}
