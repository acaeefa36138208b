import {
  type OnnxAttribute,
  type OnnxBody,
  type OnnxGraph,
  type OnnxNode,
  type OnnxPort,
  type OnnxWeight,
  typeNumber,
} from "./document.ts";
import {
  bytesField,
  floatField,
  intField,
  joined,
  type Pieces,
  packedField,
  packedFloats,
  textField,
} from "./protobuf.ts";

/** The bytes of a ModelProto (https://onnx.ai/onnx/repo-docs/IR.html). Weights that lie in other files stay there. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const body = [...bodyPieces(graph), ...(graph.values ?? []).flatMap((port) => bytesField(13, portPieces(port)))];
  const opsets = [["", graph.opset] as const, ...Object.entries(graph.domains ?? {})].flatMap(([domain, version]) =>
    bytesField(8, [...textField(1, domain), ...intField(2, version)]),
  );
  return joined([...intField(1, 8), ...bytesField(7, body), ...opsets]);
}

function bodyPieces(graph: OnnxBody): Pieces {
  return [
    ...graph.nodes.flatMap((node) => bytesField(1, nodePieces(node))),
    ...textField(2, graph.name),
    ...graph.weights.flatMap((weight) => bytesField(5, weightPieces(weight))),
    ...graph.inputs.flatMap((port) => bytesField(11, portPieces(port))),
    ...graph.outputs.flatMap((port) => bytesField(12, portPieces(port))),
  ];
}

function nodePieces({ op, domain, name, inputs, outputs, attributes = {} }: OnnxNode): Pieces {
  return [
    ...inputs.flatMap((input) => textField(1, input)),
    ...outputs.flatMap((output) => textField(2, output)),
    ...textField(3, name ?? outputs[0]),
    ...textField(4, op),
    ...Object.entries(attributes).flatMap(([key, value]) => bytesField(5, attributePieces(key, value))),
    ...(domain ? textField(7, domain) : []),
  ];
}

function attributePieces(name: string, value: OnnxAttribute): Pieces {
  const typed = (type: number, field: Pieces) => [...textField(1, name), ...field, ...intField(20, type)];
  if (typeof value === "number") return typed(2, intField(3, value));
  if (typeof value === "string") return typed(3, textField(4, value));
  if ("float" in value) return typed(1, floatField(2, value.float));
  if ("floats" in value) return typed(6, packedFloats(7, value.floats));
  if ("strings" in value)
    return typed(
      8,
      value.strings.flatMap((text) => textField(9, text)),
    );
  if ("tensor" in value) return typed(4, bytesField(5, weightPieces(value.tensor)));
  if ("reference" in value) throw new RangeError(`Attribute ${name} refers to a call, which only functions may.`);
  if ("graph" in value) return typed(5, bytesField(6, bodyPieces(value.graph)));
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
  return [...packedField(1, shape), ...intField(2, typeNumber(dtype)), ...textField(8, name), ...content];
}

function portPieces({ name, dtype, shape }: OnnxPort): Pieces {
  const sides = shape?.flatMap((side) =>
    bytesField(1, typeof side === "number" ? intField(1, side) : side === "" ? [] : textField(2, side)),
  );
  const type = [...intField(1, typeNumber(dtype)), ...(sides ? bytesField(2, sides) : [])];
  return [...textField(1, name), ...bytesField(2, bytesField(1, type))];
}
