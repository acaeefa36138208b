import type { Conditioning } from "../../../shared/model.ts";
import { weighFromEmpty, weighKeepingMean } from "../../../shared/prompt/emphasis.ts";
import { type Segment, segmentsOf, type WeightRule } from "../../../shared/prompt/weights.ts";
import { type AnyTensor, isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import type { Session } from "../runtime/session.ts";
import type { ClipTokenizer, Encoded } from "../runtime/tokenizer.ts";
import { embeddingFolders, withEmbeddings, withoutEmbeddings } from "./embeddings.ts";
import { CheckpointError } from "./error.ts";
import { clipNetwork, strengthsOf, t5Network } from "./networks.ts";
import type { BuiltNetwork, ClipPart, ModelParts } from "./parts.ts";
import { appendTokens, beside, widened } from "./states.ts";
import type { T5Tokenizer } from "./t5Tokenizer.ts";

type Outputs = Readonly<Record<string, AnyTensor>>;

export interface TextPorts {
  open(network: BuiltNetwork): Promise<Session>;
  run(session: Session, feeds: Outputs, shared: Readonly<Record<string, AnyTensor>>): Promise<Outputs>;
  /** CLIP's tokenizer with its padding. */
  tokenizer(pad: "end" | 0): Promise<ClipTokenizer>;
  /** T5's, which lies beside its weights. */
  t5Tokenizer(weights: string): Promise<T5Tokenizer>;
}

/** Which state of a CLIP tower conditions the network. */
type State = "last_hidden_state" | "penultimate" | "penultimate_normed";

interface ClipRun {
  readonly state: Tensor;
  /** Of the first chunk, whose pooling stands for the prompt. */
  readonly outputs: Outputs;
}

/** Lengths to which T5's prompts are padded: the shortest is the family's own. Longer ones are cut. */
const t5Lengths = { sd3: [77, 154, 256, 512], flux: [256, 512] };

interface Prompt {
  readonly words: readonly Segment[];
  readonly rule: WeightRule;
  /** Where embeddings are looked for. */
  readonly folders: readonly string[];
}

/** Embeds prompts with the text encoders of a checkpoint, as its family's original programs combine them. */
export class CheckpointText {
  readonly #parts: ModelParts;
  readonly #ports: TextPorts;

  constructor(parts: ModelParts, ports: TextPorts) {
    this.#parts = parts;
    this.#ports = ports;
  }

  /** `folder` is the document's, where embeddings that the text names are looked for too. */
  async encode(text: string, rule: WeightRule, folder: string | null): Promise<Conditioning> {
    const folders = embeddingFolders(this.#parts.denoiser.weights.path, folder);
    return this.#combined({ words: segmentsOf(text, rule), rule, folders });
  }

  async tokenize(text: string, length: number): Promise<AnyTensor> {
    return (await this.#ports.tokenizer("end")).encode(segmentsOf(text, "none"), length).ids;
  }

  async #combined(prompt: Prompt): Promise<Conditioning> {
    const { family, clipL, clipG } = this.#parts;
    switch (family) {
      case "sd1":
        return this.#alone(await this.#clip(this.#shortened(clipL), "L", "last_hidden_state", prompt));
      case "sd2":
        return this.#sd2(prompt);
      case "sdxl-refiner":
        return this.#pooled([await this.#clip(clipG, "G", "penultimate", prompt)]);
      case "sdxl":
        return this.#pooled(
          await Promise.all([
            this.#clip(clipL, "L", "penultimate", prompt),
            this.#clip(clipG, "G", "penultimate", prompt),
          ]),
        );
      case "sd3":
        return this.#sd3(prompt);
      case "flux":
        return this.#flux(prompt);
    }
  }

  #alone({ state }: ClipRun): Conditioning {
    return { context: state };
  }

  /** OpenCLIP-H without its last layer, unless settings say another. */
  async #sd2(prompt: Prompt): Promise<Conditioning> {
    const { clipH, clipSkip } = this.#parts;
    const state = clipSkip > 0 ? "last_hidden_state" : "penultimate_normed";
    return this.#alone(await this.#clip(this.#shortened(clipH), "H", state, prompt));
  }

  /** A tower up to the layer that settings choose. */
  #shortened(part: ClipPart | undefined): ClipPart | undefined {
    const { clipSkip } = this.#parts;
    if (!part || clipSkip < 2) return part;
    return { ...part, spec: { ...part.spec, layers: part.spec.layers - clipSkip + 1 } };
  }

  /** States side by side; the last tower's projected pooling. */
  #pooled(runs: readonly ClipRun[]): Conditioning {
    const pooled = floats(runs[runs.length - 1].outputs.text_embeds, "text_embeds");
    return { context: beside(runs.map(({ state }) => state)), pooled };
  }

  /** Both towers side by side, widened to T5's states, which follow where there are any; poolings of both, L's unprojected. */
  async #sd3(prompt: Prompt): Promise<Conditioning> {
    const { clipL, clipG, denoiser, t5 } = this.#parts;
    const [first, second, states] = await Promise.all([
      this.#clip(clipL, "L", "penultimate", prompt),
      this.#clip(clipG, "G", "penultimate", prompt),
      t5 ? this.#t5(prompt, t5Lengths.sd3) : null,
    ]);
    const width = denoiser.kind === "mmdit" ? denoiser.spec.contextWidth : 0;
    const pooled = beside([
      floats(first.outputs.pooler_output, "pooler_output"),
      floats(second.outputs.text_embeds, "text_embeds"),
    ]);
    const context = widened(beside([first.state, second.state]), width);
    if (!states) return { context, pooled };
    return { ...states, context: appendTokens(context, states.context), pooled };
  }

  /** T5's states; CLIP-L's pooling, unprojected. */
  async #flux(prompt: Prompt): Promise<Conditioning> {
    const [tower, states] = await Promise.all([
      this.#clip(this.#parts.clipL, "L", "last_hidden_state", prompt),
      this.#t5(prompt, t5Lengths.flux),
    ]);
    return { ...states, pooled: floats(tower.outputs.pooler_output, "pooler_output") };
  }

  /** States of a prompt of any length: its chunks' one after the other. */
  async #clip(
    part: ClipPart | undefined,
    letter: "L" | "G" | "H",
    state: State,
    { words, rule, folders }: Prompt,
  ): Promise<ClipRun> {
    if (!part) throw this.#lacking(`text encoder CLIP-${letter}`);
    const { positions: length, width } = part.spec;
    const { loras } = this.#parts;
    const own = withEmbeddings(words, letter, width, folders);
    const hasVectors = own.some(({ vectors }) => vectors !== undefined);
    const [tokenizer, session] = await Promise.all([
      // Padding of L repeats the end token; H and G pad with 0.
      this.#ports.tokenizer(letter === "L" ? "end" : 0),
      this.#ports.open(clipNetwork(part, letter, { loras, hasVectors })),
    ]);
    const chunks = tokenizer.chunks(own, length);
    const strengths = strengthsOf(loras, ({ textStrength }) => textStrength);
    const run = (one: Encoded) =>
      this.#ports.run(session, { input_ids: one.ids, ...(hasVectors ? vectorFeeds(one, width) : {}) }, strengths);
    const [outputs, empty] = await Promise.all([
      Promise.all(chunks.map(run)),
      isWeighted(chunks) && rule === "comfyui" ? run(tokenizer.encode([], length)) : null,
    ]);
    const states = chunks.map((chunk, i) =>
      weighed(floats(outputs[i][state], state), empty && floats(empty[state], state), chunk.weights),
    );
    return { state: states.reduce(appendTokens), outputs: outputs[0] };
  }

  async #t5({ words, rule }: Prompt, lengths: readonly number[]): Promise<Conditioning> {
    const { t5, loras } = this.#parts;
    if (!t5) throw this.#lacking("text encoder T5");
    const tokenizer = await this.#ports.t5Tokenizer(t5.weights.path);
    const encoded = tokenizer.encode(withoutEmbeddings(words), lengths);
    const session = await this.#ports.open(t5Network(t5.weights, encoded.weights.length, loras));
    const strengths = strengthsOf(loras, ({ textStrength }) => textStrength);
    const run = async (one: Encoded) =>
      floats(
        (await this.#ports.run(session, { input_ids: one.ids }, strengths)).last_hidden_state,
        "last_hidden_state",
      );
    const [plain, empty] = await Promise.all([
      run(encoded),
      isWeighted([encoded]) && rule === "comfyui" ? run(tokenizer.encode([], [encoded.weights.length])) : null,
    ]);
    const context = weighed(plain, empty, encoded.weights);
    return { context, ...(encoded.cut > 0 ? { cutTokens: encoded.cut } : {}) };
  }

  #lacking(what: string): CheckpointError {
    return new CheckpointError(
      `${this.#parts.info.name} has no ${what}. Add one with a Model parts node, or give the conditioning as tensors.`,
    );
  }
}

/** A chunk's rows of embeddings as the tower reads them. */
function vectorFeeds({ weights, vectors }: Encoded, width: number): Readonly<Record<string, Tensor>> {
  const { length } = weights;
  const [data, known] = [new Float32Array(length * width), new Float32Array(length).fill(1)];
  for (const [place, vector] of vectors ?? []) {
    data.set(vector, place * width);
    known[place] = 0;
  }
  return { is_known: { data: known, shape: [1, length] }, vectors: { data, shape: [1, length, width] } };
}

const isWeighted = (chunks: readonly Encoded[]) => chunks.some(({ weights }) => weights.some((weight) => weight !== 1));

/** States under their tokens' weights: by ComfyUI's rule where those of the empty prompt are given, else by A1111's. */
function weighed(plain: Tensor, empty: Tensor | null, weights: Float64Array): Tensor {
  if (empty) return weighFromEmpty(plain, empty, weights);
  return weights.some((weight) => weight !== 1) ? weighKeepingMean(plain, weights) : plain;
}

function floats(tensor: AnyTensor | undefined, name: string): Tensor {
  if (tensor && isFloatTensor(tensor)) return tensor;
  throw new CheckpointError(`A text encoder gives no “${name}”.`);
}
