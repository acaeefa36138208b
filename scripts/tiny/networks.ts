import type { ElementType, OnnxPort } from "../../main/engine/onnx/document.ts";
import { GraphBuilder } from "./graph.ts";
import type { PipelineShape } from "./shape.ts";

const hidden = 8;

/** SiLU of a sum. */
function activate(graph: GraphBuilder, parts: readonly string[]): string {
  const sum = parts.reduce((left, right) => graph.op("Add", [left, right]));
  return graph.op("Mul", [sum, graph.op("Sigmoid", [sum])]);
}

/** [B, hidden] as [B, hidden, 1, 1]. */
function overPixels(graph: GraphBuilder, rows: string): string {
  return graph.op("Unsqueeze", [rows, graph.ints([2, 3])]);
}

/** Two frequencies of the timestep, [T, hidden, 1, 1]. */
function timeEmbedding(graph: GraphBuilder): string {
  const float = graph.op("Cast", ["timestep"], { to: graph.dtype === "float16" ? 10 : 1 });
  const column = graph.op("Reshape", [float, graph.ints([-1, 1])]);
  const angles = graph.op("Mul", [column, graph.values([0.002, 0.01], [1, 2])]);
  const waves = graph.op("Sin", [angles]);
  return overPixels(graph, graph.op("MatMul", [waves, graph.weight([2, hidden])]));
}

/** One head of attention from pixels [B, hidden, h, w] to the context [B, T, F]: softmax over T, as in every UNet. */
function crossAttention(graph: GraphBuilder, pixels: string, width: number): string {
  const rows = graph.op("Reshape", [pixels, graph.ints([0, hidden, -1])]);
  const queries = graph.op("Transpose", [rows], { perm: [0, 2, 1] });
  const keys = graph.op("MatMul", ["encoder_hidden_states", graph.weight([width, hidden])]);
  const values = graph.op("MatMul", ["encoder_hidden_states", graph.weight([width, hidden])]);
  const scores = graph.op("MatMul", [queries, graph.op("Transpose", [keys], { perm: [0, 2, 1] })]);
  const mixed = graph.op("MatMul", [graph.op("Softmax", [scores], { axis: -1 }), values]);
  const columns = graph.op("Transpose", [mixed], { perm: [0, 2, 1] });
  return graph.op("Reshape", [columns, graph.op("Shape", [pixels])]);
}

/** UNet2DConditionModel: one convolution, time embedding, cross attention, and SDXL's pooled text and sizes. */
export function writeUnet(folder: string, shape: PipelineShape): void {
  const { dtype, channels, contextWidth, pooledWidth, batch } = shape;
  const graph = new GraphBuilder(dtype, 1);
  const first = graph.op("Conv", ["sample", graph.weight([hidden, channels, 3, 3])], { pads: [1, 1, 1, 1] });
  const parts = [first, timeEmbedding(graph), crossAttention(graph, first, contextWidth)];
  const inputs: OnnxPort[] = [
    { name: "sample", dtype, shape: [batch, channels, "height", "width"] },
    { name: "timestep", ...shape.timestep },
    { name: "encoder_hidden_states", dtype, shape: [batch, "sequence_length", contextWidth] },
  ];
  if (pooledWidth > 0) {
    const sizes = graph.op("Mul", ["time_ids", graph.values([1 / 1024], [1])]);
    const size = graph.op("MatMul", [sizes, graph.weight([6, hidden])]);
    const text = graph.op("MatMul", ["text_embeds", graph.weight([pooledWidth, hidden])]);
    parts.push(overPixels(graph, graph.op("Add", [text, size])));
    inputs.push({ name: "text_embeds", dtype, shape: [batch, pooledWidth] });
    inputs.push({ name: "time_ids", dtype, shape: [batch, 6] });
  }
  const active = activate(graph, parts);
  graph.op("Conv", [active, graph.weight([channels, hidden, 3, 3])], { pads: [1, 1, 1, 1] }, "out_sample");
  const outputs: OnnxPort[] = [{ name: "out_sample", dtype, shape: [batch, channels, "height", "width"] }];
  graph.save(folder, { inputs, outputs }, shape.external);
}

export interface EncoderShape {
  readonly width: number;
  readonly layers: number;
  readonly vocabulary: number;
  readonly length: number;
  readonly idType: ElementType;
  /** SDXL and SD3 exports give the state of every layer; the second encoder a projected embedding. */
  readonly states: boolean;
  readonly projection: number;
  readonly seed: number;
}

/** CLIPTextModel, or CLIPTextModelWithProjection where there is a projection. Position by position. */
export function writeTextEncoder(folder: string, encoder: EncoderShape, { dtype, external }: PipelineShape): void {
  const { width, length, layers, projection, states } = encoder;
  const graph = new GraphBuilder(dtype, encoder.seed);
  const words = graph.op("Gather", [graph.weight([encoder.vocabulary, width], 2), "input_ids"]);
  const stateName = (layer: number) => (states ? `hidden_states.${layer}` : undefined);
  let state = graph.op("Add", [words, graph.weight([length, width])], {}, stateName(0));
  for (let layer = 1; layer <= layers; layer++) {
    const change = graph.op("Tanh", [graph.op("MatMul", [state, graph.weight([width, width])])]);
    state = graph.op("Add", [state, change], {}, stateName(layer));
  }
  const last = graph.op("Tanh", [state], {}, "last_hidden_state");
  const mean = graph.op(
    "ReduceMean",
    [last, graph.ints([1])],
    { keepdims: 0 },
    projection ? undefined : "pooler_output",
  );
  if (projection) graph.op("MatMul", [mean, graph.weight([width, projection])], {}, "text_embeds");
  const rows = (name: string, side: number): OnnxPort => ({ name, dtype, shape: ["batch_size", side] });
  const sequence = (name: string): OnnxPort => ({ name, dtype, shape: ["batch_size", "sequence_length", width] });
  const outputs = [
    ...(projection ? [rows("text_embeds", projection)] : []),
    sequence("last_hidden_state"),
    ...(projection ? [] : [rows("pooler_output", width)]),
    ...(states ? Array.from({ length: layers + 1 }, (_, layer) => sequence(`hidden_states.${layer}`)) : []),
  ];
  const inputs: OnnxPort[] = [{ name: "input_ids", dtype: encoder.idType, shape: ["batch_size", length] }];
  graph.save(folder, { inputs, outputs }, external);
}

/** The encoder of an AutoencoderKL: mean and log variance of [B, 2C, H / f, W / f]. */
export function writeVaeEncoder(folder: string, { dtype, channels, factor, external }: PipelineShape): void {
  const graph = new GraphBuilder(dtype, 5);
  const kernel = graph.weight([2 * channels, 3, factor, factor]);
  graph.op("Conv", ["sample", kernel], { strides: [factor, factor] }, "latent_parameters");
  const inputs: OnnxPort[] = [{ name: "sample", dtype, shape: ["batch_size", 3, "height", "width"] }];
  const outputs: OnnxPort[] = [{ name: "latent_parameters", dtype, shape: ["batch_size", 2 * channels, "h", "w"] }];
  graph.save(folder, { inputs, outputs }, external);
}

/** The decoder of an AutoencoderKL: pictures in -1..1. */
export function writeVaeDecoder(folder: string, { dtype, channels, factor, external }: PipelineShape): void {
  const graph = new GraphBuilder(dtype, 6);
  const kernel = graph.weight([channels, 3, factor, factor], factor);
  const wide = graph.op("ConvTranspose", ["latent_sample", kernel], { strides: [factor, factor] });
  graph.op("Tanh", [wide], {}, "sample");
  const inputs: OnnxPort[] = [{ name: "latent_sample", dtype, shape: ["batch_size", channels, "h", "w"] }];
  const outputs: OnnxPort[] = [{ name: "sample", dtype, shape: ["batch_size", 3, "height", "width"] }];
  graph.save(folder, { inputs, outputs }, external);
}
