import type { Call, Denoiser } from "../../../shared/denoiser.ts";
import type { Conditioning, ModelInfo } from "../../../shared/model.ts";
import { denoisedFrom, networkInput } from "../../../shared/sampling/prediction.ts";
import { timestepOf } from "../../../shared/sampling/timesteps.ts";
import { cast } from "../../../shared/tensor/index.ts";
import { type AnyTensor, dtypeOf, isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import type { NetworkRequest } from "./batcher.ts";
import type { Session } from "./session.ts";

export interface DenoisePorts {
  readonly info: ModelInfo;
  /** The network for an x of a shape. */
  session(shape: readonly number[]): Promise<Session>;
  request(request: NetworkRequest): Promise<Readonly<Record<string, AnyTensor>>>;
  capacity(shape: readonly number[]): number;
  count(): void;
  /** Further inputs that hold for the whole call: strengths of LoRAs. */
  shared?(call: Call): Readonly<Record<string, AnyTensor>>;
  /** Further inputs that other networks make of the same feeds: residuals of ControlNets. */
  added?(
    feeds: Readonly<Record<string, AnyTensor>>,
    x: Tensor,
    call: Call,
  ): Promise<Readonly<Record<string, AnyTensor>>>;
}

const sampleNames = ["sample", "hidden_states"];
const contextNames = ["encoder_hidden_states"];
const pooledNames = ["text_embeds", "pooled_projections"];

/** The denoiser of a network under a conditioning: x0 + sigma · eps in, x0 out. Each evaluation is one request. */
export function networkDenoiser(conditioning: Conditioning, ports: DenoisePorts): Denoiser {
  return async (x: Tensor, sigma: number, call: Call) => {
    const session = await ports.session(x.shape);
    ports.count();
    const { prediction, schedule } = ports.info;
    const sample = networkInput(prediction, cast(x, "float32"), sigma);
    const timestep = timestepOf(schedule, sigma) + (call.switches.timestepShift ?? 0);
    const { feeds, shared } = feedsOf(session, { sample, timestep, conditioning, info: ports.info });
    const added = await ports.added?.(feeds, x, call);
    const outputs = await ports.request({
      session,
      feeds: { ...feeds, ...added },
      shared: { ...shared, ...ports.shared?.(call) },
      ...(attendsToKeys(session) ? { keys: contextNames[0] } : {}),
      rows: x.shape[0],
      kind: "denoise",
      capacity: ports.capacity(x.shape),
    });
    const output = Object.values(outputs)[0];
    if (!isFloatTensor(output)) throw new Error(`${session.label} gives whole numbers instead of a prediction.`);
    return cast(denoisedFrom(prediction, cast(x, "float32"), output, sigma), dtypeOf(x));
  };
}

/** UNets only read the context. Transformers attend to text and picture in one softmax, where repeated text weighs more. */
function attendsToKeys(session: Session): boolean {
  return "sample" in session.inputs;
}

interface Asked {
  readonly sample: Tensor;
  readonly timestep: number;
  readonly conditioning: Conditioning;
  readonly info: ModelInfo;
}

/** Feeds by the graph's own input names, ranks and types; a timestep without a batch axis holds for the whole call. */
function feedsOf(
  session: Session,
  { sample, timestep, conditioning, info }: Asked,
): Pick<NetworkRequest, "feeds" | "shared"> {
  const feeds: Record<string, AnyTensor> = {};
  const shared: Record<string, AnyTensor> = {};
  for (const [name, port] of Object.entries(session.inputs)) {
    if (sampleNames.includes(name)) feeds[name] = sample;
    else if (contextNames.includes(name)) feeds[name] = conditioning.context;
    else if (pooledNames.includes(name)) feeds[name] = conditioning.pooled ?? missing(session, name);
    else if (name === "beside") feeds[name] = besideOf(conditioning, sample, info);
    else if (name === "time_ids") feeds[name] = timeIds(conditioning, sample, info, port.shape[1] ?? 6);
    else if (name === "y") feeds[name] = sizeVector(conditioning, sample, info, port.shape[1] ?? 0);
    else if (name === "guidance") feeds[name] = conditioning.extra?.guidance ?? ofOne(usualGuidance);
    else if (name === "timestep") {
      const isShared =
        port.shape.length === 0 ||
        (port.shape[0] === 1 && session.inputs[sampleNames.find((one) => one in session.inputs) ?? ""]?.shape[0] !== 1);
      if (isShared) shared[name] = { data: Float32Array.of(timestep), shape: port.shape.length === 0 ? [] : [1] };
      else feeds[name] = { data: Float32Array.of(timestep), shape: [1] };
    } else if (conditioning.extra?.[name]) feeds[name] = conditioning.extra[name];
  }
  return { feeds, shared };
}

/** What guidance-distilled models are told where nobody says otherwise (FLUX.1 dev's own default). */
const usualGuidance = 3.5;

const ofOne = (value: number): Tensor => ({ data: Float32Array.of(value), shape: [1] });

/**
 * SDXL's vector: the pooled text, then [cos, sin] of each size with 128 frequencies (arXiv:2307.01952, as the original
 * program lays it out).
 */
function sizeVector(conditioning: Conditioning, sample: Tensor, info: ModelInfo, width: number): Tensor {
  const { pooled } = conditioning;
  if (!pooled) throw new Error("This conditioning has no pooled embedding. Encode the text with the same model.");
  const [rows, own] = pooled.shape;
  const ids = timeIds(conditioning, sample, info, Math.round((width - own) / 256));
  const data = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    data.set(pooled.data.subarray(row * own, (row + 1) * own), row * width);
    const count = ids.shape[1];
    for (let i = 0; i < count; i++) {
      const value = ids.data[(ids.shape[0] === rows ? row : 0) * count + i];
      for (let k = 0; k < 128; k++) {
        const angle = value * Math.exp((-Math.log(10000) * k) / 128);
        data[row * width + own + 256 * i + k] = Math.cos(angle);
        data[row * width + own + 256 * i + 128 + k] = Math.sin(angle);
      }
    }
  }
  return { data, shape: [rows, width] };
}

/** What an inpainting or editing network reads beside the latent. Throws a sentence where it is missing or of another size. */
function besideOf({ extra }: Conditioning, sample: Tensor, { name, beside }: ModelInfo): Tensor {
  const maps = extra?.beside;
  if (!maps) {
    const [kind, node] =
      beside === "inpainting"
        ? ["an inpainting model, which needs a mask and a picture", "Inpaint conditioning"]
        : ["an InstructPix2Pix model, which needs the picture to edit", "Edit conditioning"];
    throw new Error(`${name} is ${kind}: send the conditioning through the node “${node}” first.`);
  }
  const [height, width] = sample.shape.slice(2);
  if (maps.shape[2] === height && maps.shape[3] === width) return cast(maps, "float32");
  throw new Error(
    `${name} is shown a picture of ${maps.shape[3]} × ${maps.shape[2]} latent places, but samples ${width} × ${height}. Give picture and latent one size.`,
  );
}

function missing(session: Session, name: string): never {
  throw new Error(
    `${session.label} needs “${name}”, but this conditioning has no pooled embedding. Encode the text with the same model.`,
  );
}

/** What SDXL's refiner is told of a picture's beauty, 0 to 10, where nobody says otherwise. */
const usualScore = 6;

/**
 * SDXL's size conditioning (arXiv:2307.01952): original height and width, crop top and left, target height and width, each
 * the picture's own where it is 0. The refiner has five: its score in place of the target.
 */
function timeIds({ extra }: Conditioning, sample: Tensor, { latent }: ModelInfo, count: number): Tensor {
  const [height, width] = [sample.shape[2] * latent.factor, sample.shape[3] * latent.factor];
  const ids = [height, width, 0, 0, height, width].map((own, i) => extra?.time_ids?.data[i] || own);
  if (count === 5) ids.splice(4, 2, extra?.aesthetic_score?.data[0] ?? usualScore);
  return { data: Float32Array.from(ids.slice(0, count)), shape: [1, Math.min(count, ids.length)] };
}
