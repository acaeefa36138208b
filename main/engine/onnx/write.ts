import { bytesField, floatField, intField, joined, type Pieces, packedField, textField } from "./protobuf.ts";

/** Element types by their numbers in TensorProto. */
const elementTypes = { float32: 1, int32: 6, int64: 7, float16: 10 } as const;
export type ElementType = keyof typeof elementTypes;

export interface OnnxPort {
  readonly name: string;
  readonly dtype: ElementType;
  /** A text names a side that the graph leaves open. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxWeight {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** Little-endian, row-major; or where they lie in a file beside the model. */
  readonly data: Uint8Array | { readonly location: string; readonly offset: number; readonly length: number };
}

/** Whole numbers as they are; `float` marks a single-precision one. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly weights: readonly OnnxWeight[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly opset: number;
}

/** The bytes of a ModelProto (https://onnx.ai/onnx/repo-docs/IR.html). */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const body = [
    ...graph.nodes.flatMap((node) => bytesField(1, nodePieces(node))),
    ...textField(2, graph.name),
    ...graph.weights.flatMap((weight) => bytesField(5, weightPieces(weight))),
    ...graph.inputs.flatMap((port) => bytesField(11, portPieces(port))),
    ...graph.outputs.flatMap((port) => bytesField(12, portPieces(port))),
  ];
  const opset = [...textField(1, ""), ...intField(2, graph.opset)];
  return joined([...intField(1, 8), ...bytesField(7, body), ...bytesField(8, opset)]);
}

function nodePieces({ op, inputs, outputs, attributes = {} }: OnnxNode): Pieces {
  return [
    ...inputs.flatMap((name) => textField(1, name)),
    ...outputs.flatMap((name) => textField(2, name)),
    ...textField(3, outputs[0]),
    ...textField(4, op),
    ...Object.entries(attributes).flatMap(([name, value]) => bytesField(5, attributePieces(name, value))),
  ];
}

function attributePieces(name: string, value: OnnxAttribute): Pieces {
  const typed = (type: number, field: Pieces) => [...textField(1, name), ...field, ...intField(20, type)];
  if (typeof value === "number") return typed(2, intField(3, value));
  if (typeof value === "string") return typed(3, textField(4, value));
  if ("float" in value) return typed(1, floatField(2, value.float));
  return typed(7, packedField(8, value));
}

function weightPieces({ name, dtype, shape, data }: OnnxWeight): Pieces {
  const content =
    data instanceof Uint8Array
      ? bytesField(9, data)
      : [
          ...Object.entries(data).flatMap(([key, value]) =>
            bytesField(13, [...textField(1, key), ...textField(2, String(value))]),
          ),
          ...intField(14, 1),
        ];
  return [...packedField(1, shape), ...intField(2, elementTypes[dtype]), ...textField(8, name), ...content];
}

function portPieces({ name, dtype, shape }: OnnxPort): Pieces {
  const sides = shape.flatMap((side) =>
    bytesField(1, typeof side === "number" ? intField(1, side) : textField(2, side)),
  );
  const type = [...intField(1, elementTypes[dtype]), ...bytesField(2, sides)];
  return [...textField(1, name), ...bytesField(2, bytesField(1, type))];
}
