import { basename, dirname, join } from "node:path";
import * as ort from "onnxruntime-node";
import type { PortInfo } from "../../../shared/model.ts";
import type { AnyTensor } from "../../../shared/tensor/tensor.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import type { InputShapes } from "../onnx/liveness.ts";
import { fromHalf, toHalf } from "./half.ts";

export type ProviderName = "cpu" | "webgpu" | "cuda" | "dml" | "coreml";

/** An open network. The only part of the program that knows ONNX Runtime. */
export interface Session {
  readonly path: string;
  /** Stands for the file in messages: "unet/model.onnx". */
  readonly label: string;
  readonly inputs: Readonly<Record<string, PortInfo>>;
  readonly outputs: Readonly<Record<string, PortInfo>>;
  /** Of a network that was built in memory: all files that it reads. */
  readonly files?: readonly string[];
  /** Of a network that was built in memory: its graph, for its gradient. */
  document?(): OnnxGraph;
  /** Whether there is memory for the network and one call with inputs of these sides. */
  fits?(shapes: InputShapes): boolean;
  /** Before a call with such feeds: makes room for it, and opens the network again if it was released meanwhile. */
  prepare?(feeds: Readonly<Record<string, AnyTensor>>): Promise<void>;
  /** Blocks the thread while the network runs. Feeds are converted to the graph's own types. */
  run(feeds: Readonly<Record<string, AnyTensor>>): Promise<Record<string, AnyTensor>>;
  release(): Promise<void>;
}

export interface OpenOptions {
  readonly provider: ProviderName;
  readonly threads: number;
  /**
   * Leaves weights in their file, mapped: no copies in another layout. Opening is many times quicker and takes next to no
   * memory; a step of a UNet takes as long (measured).
   */
  readonly staysMapped?: boolean;
  /** Gives the memory of each call back after it, for networks that are never called twice in a row. */
  readonly isPart?: boolean;
}

/** Opens a network file. Throws a sentence that names the file. */
export async function openSession(path: string, options: OpenOptions): Promise<Session> {
  const label = join(basename(dirname(path)), basename(path));
  return open(path, label, (settings) => ort.InferenceSession.create(path, settings), options);
}

/** Opens a graph made in memory whose weights lie in the folder of the file at `path`; `label` names it in messages. */
export async function openGraph(
  path: string,
  graph: Uint8Array,
  options: OpenOptions,
  label = `the gradient of ${join(basename(dirname(path)), basename(path))}`,
): Promise<Session> {
  const folder = { model_external_initializers_file_folder_path: dirname(path) };
  return open(path, label, (settings) => ort.InferenceSession.create(graph, settings), options, folder);
}

/** Higher levels reorder the weights of convolutions, prepacking those of matrices. */
const mapped = { level: "basic", settings: { disable_prepacking: "1" } } as const;

async function open(
  path: string,
  label: string,
  create: (settings: ort.InferenceSession.SessionOptions) => Promise<ort.InferenceSession>,
  { provider, threads, staysMapped = false, isPart = false }: OpenOptions,
  extra: Readonly<Record<string, string>> = {},
): Promise<Session> {
  const session = await create({
    executionProviders: provider === "cpu" ? ["cpu"] : [provider, "cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Patterns double the memory of the second run, and one large block kills an Electron process.
    enableMemPattern: false,
    enableCpuMemArena: !isPart,
    // Threads that spin between operations take a core from everything else, and from one another where cores are few.
    extra: { session: { intra_op: { allow_spinning: "0" }, ...extra, ...(staysMapped ? mapped.settings : {}) } },
    graphOptimizationLevel: staysMapped ? mapped.level : "all",
    logSeverityLevel: 4,
  }).catch((error: Error) => {
    throw new Error(describeFailure(label, error.message));
  });
  const inputs = portsOf(session.inputMetadata);
  return {
    path,
    label,
    inputs,
    outputs: portsOf(session.outputMetadata),
    run: async (feeds) => {
      const results = await session.run(toFeeds(feeds, inputs, label)).catch((error: Error) => {
        throw new Error(`${label} failed: ${firstLine(error.message)}`);
      });
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromResult(value)]));
    },
    release: () => session.release(),
  };
}

function firstLine(message: string): string {
  return message.split("\n")[0].slice(0, 400);
}

function describeFailure(label: string, message: string): string {
  if (/protobuf parsing failed|invalid model|ModelProto does not have a graph/i.test(message)) {
    return `${label} is damaged or no ONNX file. Download or export it again.`;
  }
  if (/external|\.onnx_data|cannot open file|No such file|GetFileLength/i.test(message)) {
    return `${label} lacks its data file or cannot be read: ${firstLine(message)}`;
  }
  if (/not implemented|NOT_IMPLEMENTED|is not a registered/i.test(message)) {
    return `${label} uses an operator that this device cannot run: ${firstLine(message)}`;
  }
  return `${label} cannot be opened: ${firstLine(message)}`;
}

function portsOf(metadata: readonly ort.InferenceSession.ValueMetadata[]): Record<string, PortInfo> {
  return Object.fromEntries(
    metadata.map((port) => {
      const dtype = port.isTensor ? port.type : "other";
      const shape = port.isTensor
        ? port.shape.map((side) => (typeof side === "number" && side >= 0 ? side : null))
        : [];
      return [port.name, { dtype, shape }];
    }),
  );
}

function toFeeds(
  feeds: Readonly<Record<string, AnyTensor>>,
  inputs: Session["inputs"],
  label: string,
): Record<string, ort.Tensor> {
  const result: Record<string, ort.Tensor> = {};
  for (const [name, info] of Object.entries(inputs)) {
    const feed = feeds[name];
    if (!feed) throw new Error(`${label} needs an input “${name}”, which this program does not know.`);
    result[name] = toOrt(feed, info.dtype);
  }
  return result;
}

function toOrt({ data, shape }: AnyTensor, dtype: string): ort.Tensor {
  switch (dtype) {
    case "float32":
      return new ort.Tensor(
        "float32",
        data instanceof Float32Array ? data : Float32Array.from(data as Float64Array, Number),
        shape,
      );
    case "float64":
      return new ort.Tensor(
        "float64",
        data instanceof Float64Array ? data : Float64Array.from(data as Float32Array, Number),
        shape,
      );
    case "int64":
      return new ort.Tensor(
        "int64",
        data instanceof BigInt64Array ? data : BigInt64Array.from(Array.from(data, toBig)),
        shape,
      );
    case "int32":
      return new ort.Tensor(
        "int32",
        Int32Array.from(data as Float32Array, (value) => Math.round(Number(value))),
        shape,
      );
    case "bool":
      return new ort.Tensor(
        "bool",
        Uint8Array.from(Array.from(data as Float32Array, (value) => (value ? 1 : 0))),
        shape,
      );
    case "float16":
      // As a record: the constructor refuses words wherever a global Float16Array exists.
      return {
        type: "float16",
        dims: [...shape],
        data: toHalf(data as Float32Array),
        location: "cpu",
        size: data.length,
      } as unknown as ort.Tensor;
    default:
      throw new Error(`A network input of type ${dtype} is not supported.`);
  }
}

function toBig(value: number | bigint): bigint {
  return typeof value === "bigint" ? value : BigInt(Math.round(value));
}

function fromResult({ data, dims, type }: ort.Tensor): AnyTensor {
  if (data instanceof BigInt64Array) return { data, shape: dims };
  if (data instanceof Float32Array || data instanceof Float64Array) return { data, shape: dims };
  if (type === "float16" && data instanceof Uint16Array) return { data: fromHalf(data), shape: dims };
  return { data: Float32Array.from(data as ArrayLike<number>, Number), shape: dims };
}
