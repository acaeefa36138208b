import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { differentiate } from "../grad/differentiate.ts";
import { openSession } from "../runtime/session.ts";
import { bytesField, intField, joined, type Pieces, packedField, packedFloats, textField } from "./protobuf.ts";
import { readModel } from "./read.ts";
import { encodeModel } from "./write.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-read-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const float = 1;

function port(name: string, sides: readonly number[]): Pieces {
  const shape = sides.flatMap((side) => bytesField(1, intField(1, side)));
  return [...textField(1, name), ...bytesField(2, bytesField(1, [...intField(1, float), ...bytesField(2, shape)]))];
}

function node(op: string, inputs: readonly string[], output: string, ...attributes: readonly Pieces[]): Pieces {
  return [
    ...inputs.flatMap((input) => textField(1, input)),
    ...textField(2, output),
    ...textField(4, op),
    ...attributes.flatMap((attribute) => bytesField(5, attribute)),
  ];
}

function stored(name: string, nodes: readonly Pieces[], weights: readonly Pieces[], sides: readonly number[]): string {
  const graph = [
    ...nodes.flatMap((one) => bytesField(1, one)),
    ...textField(2, "g"),
    ...weights.flatMap((one) => bytesField(5, one)),
    ...bytesField(11, port("x", sides)),
    ...bytesField(12, port("y", sides)),
  ];
  const path = join(folder, name);
  const opset = bytesField(8, [...textField(1, ""), ...intField(2, 17)]);
  writeFileSync(path, joined([...intField(1, 8), ...bytesField(7, graph), ...opset]));
  return path;
}

test("weights that stand as typed numbers, many of them too, stay in the file and are read from there", async () => {
  const count = 200_000;
  const values = Array.from({ length: count }, (_, i) => 1 + (i % 7));
  const weight = [...packedField(1, [count]), ...intField(2, float), ...packedFloats(4, values), ...textField(8, "w")];
  const path = stored("typed.onnx", [node("Mul", ["x", "w"], "y")], [weight], [count]);
  const model = readModel(path);
  expect(model.weights[0].data).toMatchObject({ location: "typed.onnx", length: 4 * count });
  const gradient = join(folder, "gradient.onnx");
  writeFileSync(gradient, encodeModel(differentiate(model, { of: ["y"], wrt: ["x"], keepsOutputs: false })));
  const session = await openSession(gradient, { provider: "cpu", threads: 1 });
  const ones = { data: new Float32Array(count).fill(1), shape: [count] };
  const results = await session.run({ x: ones, "cotangent/y": ones });
  await session.release();
  expect(Array.from(results["gradient/x"].data.slice(0, 9), Number)).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 2]);
});

test("an attribute of 0 whose number a writer left out is 0, not absent", () => {
  const kindOf = (kind: number, name: string): Pieces => [...textField(1, name), ...intField(20, kind)];
  const path = stored("zero.onnx", [node("Softmax", ["x"], "y", kindOf(2, "axis"))], [], [2, 3]);
  expect(readModel(path).nodes[0].attributes).toEqual({ axis: 0 });
  const slope = stored("slope.onnx", [node("LeakyRelu", ["x"], "y", kindOf(1, "alpha"))], [], [2, 3]);
  expect(readModel(slope).nodes[0].attributes).toEqual({ alpha: { float: 0 } });
});
