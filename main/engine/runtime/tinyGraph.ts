import type { OnnxPort } from "../onnx/document.ts";
import { encodeModel } from "../onnx/write.ts";

/** An ONNX file of y = x + x, x of [n, 4]: enough to see whether a provider works. */
export function tinyGraph(): Uint8Array {
  const port = (name: string): OnnxPort => ({ name, dtype: "float32", shape: ["n", 4] });
  return encodeModel({
    name: "probe",
    nodes: [{ op: "Add", inputs: ["x", "x"], outputs: ["y"] }],
    weights: [],
    inputs: [port("x")],
    outputs: [port("y")],
    opset: 17,
  });
}
