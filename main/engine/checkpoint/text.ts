import type { Conditioning } from "../../../shared/model.ts";
import { weighFromEmpty, weighKeepingMean } from "../../../shared/prompt/emphasis.ts";
import { type Segment, segmentsOf, type WeightRule } from "../../../shared/prompt/weights.ts";
import { type AnyTensor, isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import type { Session } from "../runtime/session.ts";
import type { ClipTokenizer, Encoded } from "../runtime/tokenizer.ts";
import { CheckpointError } from "./error.ts";
import { clipNetwork, strengthsOf } from "./networks.ts";
import type { BuiltNetwork, ClipPart, ModelParts } from "./parts.ts";
import { beside, widened } from "./states.ts";

type Outputs = Readonly<Record<string, AnyTensor>>;

export interface TextPorts {
  open(network: BuiltNetwork): Promise<Session>;
  run(session: Session, ids: AnyTensor, shared: Readonly<Record<string, AnyTensor>>): Promise<Outputs>;
  /** CLIP's tokenizer with its padding. */
  tokenizer(pad: "end" | 0): Promise<ClipTokenizer>;
}

/** Which state of a CLIP tower conditions the network. */
type State = "last_hidden_state" | "penultimate" | "penultimate_normed";

interface ClipRun {
  readonly state: Tensor;
  readonly outputs: Outputs;
  readonly cut: number;
}

/** Embeds prompts with the text encoders of a checkpoint, as its family's original programs combine them. */
export class CheckpointText {
  readonly #parts: ModelParts;
  readonly #ports: TextPorts;

  constructor(parts: ModelParts, ports: TextPorts) {
    this.#parts = parts;
    this.#ports = ports;
  }

  async encode(text: string, rule: WeightRule): Promise<Conditioning> {
    return this.#combined(segmentsOf(text, rule), rule);
  }

  async tokenize(text: string, length: number): Promise<AnyTensor> {
    return (await this.#ports.tokenizer("end")).encode(segmentsOf(text, "none"), length).ids;
  }

  async #combined(words: readonly Segment[], rule: WeightRule): Promise<Conditioning> {
    const { family, clipL, clipG, clipH } = this.#parts;
    switch (family) {
      case "sd1":
        return this.#alone(await this.#clip(clipL, "L", "last_hidden_state", words, rule));
      case "sd2":
        return this.#alone(await this.#clip(clipH, "H", "penultimate_normed", words, rule));
      case "sdxl-refiner":
        return this.#pooled([await this.#clip(clipG, "G", "penultimate", words, rule)]);
      case "sdxl":
        return this.#pooled(
          await Promise.all([
            this.#clip(clipL, "L", "penultimate", words, rule),
            this.#clip(clipG, "G", "penultimate", words, rule),
          ]),
        );
      case "sd3":
        return this.#sd3(words, rule);
      case "flux":
        throw this.#lacking("T5 text encoder and its tokenizer");
    }
  }

  #alone({ state, cut }: ClipRun): Conditioning {
    return { context: state, ...(cut > 0 ? { cutTokens: cut } : {}) };
  }

  /** States side by side; the last tower's projected pooling. */
  #pooled(runs: readonly ClipRun[]): Conditioning {
    const pooled = floats(runs[runs.length - 1].outputs.text_embeds, "text_embeds");
    const cut = Math.max(...runs.map((run) => run.cut));
    return { context: beside(runs.map(({ state }) => state)), pooled, ...(cut > 0 ? { cutTokens: cut } : {}) };
  }

  /** Both towers side by side, widened to T5's states; poolings of both, L's unprojected. T5 itself may be absent. */
  async #sd3(words: readonly Segment[], rule: WeightRule): Promise<Conditioning> {
    const { clipL, clipG, denoiser } = this.#parts;
    const [first, second] = await Promise.all([
      this.#clip(clipL, "L", "penultimate", words, rule),
      this.#clip(clipG, "G", "penultimate", words, rule),
    ]);
    const width = denoiser.kind === "mmdit" ? denoiser.spec.contextWidth : 0;
    const pooled = beside([
      floats(first.outputs.pooler_output, "pooler_output"),
      floats(second.outputs.text_embeds, "text_embeds"),
    ]);
    const cut = Math.max(first.cut, second.cut);
    const context = widened(beside([first.state, second.state]), width);
    return { context, pooled, ...(cut > 0 ? { cutTokens: cut } : {}) };
  }

  async #clip(
    part: ClipPart | undefined,
    letter: "L" | "G" | "H",
    state: State,
    words: readonly Segment[],
    rule: WeightRule,
  ): Promise<ClipRun> {
    if (!part) throw this.#lacking(`text encoder CLIP-${letter}`);
    const [tokenizer, session] = await Promise.all([
      // Padding of L repeats the end token; H and G pad with 0.
      this.#ports.tokenizer(letter === "L" ? "end" : 0),
      this.#ports.open(clipNetwork(part, letter, this.#parts.loras)),
    ]);
    const length = part.spec.positions;
    const encoded = tokenizer.encode(words, length);
    const strengths = strengthsOf(this.#parts.loras, ({ textStrength }) => textStrength);
    const isWeighted = encoded.weights.some((weight) => weight !== 1);
    const run = (one: Encoded) => this.#ports.run(session, one.ids, strengths);
    const [outputs, empty] = await Promise.all([
      run(encoded),
      isWeighted && rule === "comfyui" ? run(tokenizer.encode([], length)) : null,
    ]);
    const plain = floats(outputs[state], state);
    if (!isWeighted) return { state: plain, outputs, cut: encoded.cut };
    const weighed = empty
      ? weighFromEmpty(plain, floats(empty[state], state), encoded.weights)
      : weighKeepingMean(plain, encoded.weights);
    return { state: weighed, outputs, cut: encoded.cut };
  }

  #lacking(what: string): CheckpointError {
    return new CheckpointError(
      `${this.#parts.info.name} has no ${what}. Add one with a Model parts node, or give the conditioning as tensors.`,
    );
  }
}

function floats(tensor: AnyTensor | undefined, name: string): Tensor {
  if (tensor && isFloatTensor(tensor)) return tensor;
  throw new CheckpointError(`A text encoder gives no “${name}”.`);
}
