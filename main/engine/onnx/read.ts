import { basename } from "node:path";
import type { OnnxAttribute, OnnxBody, OnnxGraph, OnnxNode, OnnxPort, OnnxWeight } from "./document.ts";
import { typeOfNumber } from "./document.ts";
import { floatsOf, intsOf, type Place, skipInt } from "./fields.ts";
import { inlined, type OnnxFunction } from "./inline.ts";
import { readTensor } from "./readTensor.ts";
import { fieldsUntil, Scanner } from "./scanner.ts";

/** Graphs inside graphs (branches, loops) go no deeper than this. */
const maxDepth = 16;

/**
 * Reads an ONNX file as a document. Weights larger than a few hundred bytes stay in the file (or in the file that they
 * point to, which must lie in the same folder): the time does not depend on them. Throws an Error with one sentence that
 * names the file and what is wrong.
 */
export function readModel(path: string): OnnxGraph {
  const file = basename(path);
  const scanner = new Scanner(path);
  try {
    return modelOf({ scanner, file, depth: 0 });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(`${file} is damaged or no ONNX file: ${error.message}. Download or export it again.`);
  } finally {
    scanner.close();
  }
}

function modelOf(place: Place): OnnxGraph {
  const { scanner } = place;
  let body: (OnnxBody & { values: readonly OnnxPort[] }) | null = null;
  const opsets: Record<string, number> = {};
  const functions: OnnxFunction[] = [];
  for (const field of fieldsUntil(scanner, scanner.size)) {
    if (field.id === 7 && field.wire === 2) body = bodyOf(place, field.end);
    else if (field.id === 8 && field.wire === 2) {
      const [domain, version] = opsetOf(scanner, field.end);
      opsets[domain === "ai.onnx" ? "" : domain] = version;
    } else if (field.id === 25 && field.wire === 2) functions.push(functionOf(place, field.end));
    skipInt(scanner, field);
  }
  if (!body) throw new RangeError("it has no graph");
  const { "": opset = 0, ...domains } = opsets;
  if (opset === 0) throw new RangeError("it does not say its operator set");
  return inlined({ ...body, opset, domains }, functions);
}

function functionOf(place: Place, end: number): OnnxFunction {
  const { scanner } = place;
  const lists = { inputs: [] as string[], outputs: [] as string[], nodes: [] as OnnxNode[] };
  const defaults: Record<string, OnnxAttribute> = {};
  let [name, domain, opset] = ["", "", 0];
  for (const field of fieldsUntil(scanner, end)) {
    const length = field.end - scanner.at;
    if (field.id === 1) name = scanner.text(length);
    else if (field.id === 4) lists.inputs.push(scanner.text(length));
    else if (field.id === 5) lists.outputs.push(scanner.text(length));
    else if (field.id === 7) lists.nodes.push(nodeOf(place, field.end));
    else if (field.id === 9) {
      const [set, version] = opsetOf(scanner, field.end);
      if (set === "" || set === "ai.onnx") opset = version;
    } else if (field.id === 10) domain = scanner.text(length);
    else if (field.id === 11) {
      const [key, value] = attributeOf(place, field.end);
      if (value !== undefined) defaults[key] = value;
    } else skipInt(scanner, field);
  }
  return { name, domain, opset, defaults, ...lists };
}

function opsetOf(scanner: Scanner, end: number): [string, number] {
  let [domain, version] = ["", 0];
  for (const field of fieldsUntil(scanner, end)) {
    if (field.id === 1) domain = scanner.text(field.end - scanner.at);
    else if (field.id === 2) version = scanner.varint();
    else skipInt(scanner, field);
  }
  return [domain, version];
}

function bodyOf(place: Place, end: number): OnnxBody & { values: readonly OnnxPort[] } {
  if (place.depth > maxDepth) throw new RangeError("its graphs are nested too deep");
  const { scanner } = place;
  const body = { name: "", nodes: [] as OnnxNode[], weights: [] as OnnxWeight[] };
  const ports = { inputs: [] as OnnxPort[], outputs: [] as OnnxPort[], values: [] as OnnxPort[] };
  for (const field of fieldsUntil(scanner, end)) {
    if (field.id === 1) body.nodes.push(nodeOf(place, field.end));
    else if (field.id === 2) body.name = scanner.text(field.end - scanner.at);
    else if (field.id === 5) body.weights.push(readTensor(place, field.end));
    else if (field.id === 11) ports.inputs.push(...portOf(scanner, field.end));
    else if (field.id === 12) ports.outputs.push(...portOf(scanner, field.end));
    else if (field.id === 13) ports.values.push(...portOf(scanner, field.end));
    else skipInt(scanner, field);
  }
  const stored = new Set(body.weights.map(({ name }) => name));
  return { ...body, ...ports, inputs: ports.inputs.filter(({ name }) => !stored.has(name)) };
}

function nodeOf(place: Place, end: number): OnnxNode {
  const { scanner } = place;
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const attributes: Record<string, OnnxAttribute> = {};
  let [name, op, domain] = ["", "", ""];
  for (const field of fieldsUntil(scanner, end)) {
    const length = field.end - scanner.at;
    if (field.id === 1) inputs.push(scanner.text(length));
    else if (field.id === 2) outputs.push(scanner.text(length));
    else if (field.id === 3) name = scanner.text(length);
    else if (field.id === 4) op = scanner.text(length);
    else if (field.id === 5) {
      const [key, value] = attributeOf(place, field.end);
      if (value !== undefined) attributes[key] = value;
    } else if (field.id === 7) domain = scanner.text(length);
    else skipInt(scanner, field);
  }
  if (op === "") throw new RangeError("a node has no operator");
  return { op, name, inputs, outputs, attributes, ...(domain === "" || domain === "ai.onnx" ? {} : { domain }) };
}

function attributeOf(place: Place, end: number): [string, OnnxAttribute | undefined] {
  const { scanner } = place;
  let name = "";
  let value: OnnxAttribute | undefined;
  let kind = 0;
  const lists = { ints: [] as number[], floats: [] as number[], strings: [] as string[] };
  for (const field of fieldsUntil(scanner, end)) {
    const length = field.end - scanner.at;
    if (field.id === 1) name = scanner.text(length);
    else if (field.id === 2) value = { float: floatsOf(scanner, field.end)[0] };
    else if (field.id === 3) value = scanner.signed();
    else if (field.id === 4) value = scanner.text(length);
    else if (field.id === 5) value = { tensor: readTensor(place, field.end) };
    else if (field.id === 6) value = { graph: bodyOf({ ...place, depth: place.depth + 1 }, field.end) };
    else if (field.id === 7) lists.floats.push(...floatsOf(scanner, field.end));
    else if (field.id === 8) lists.ints.push(...intsOf(scanner, field));
    else if (field.id === 9) lists.strings.push(scanner.text(length));
    else if (field.id === 20) kind = scanner.varint();
    else if (field.id === 21) value = { reference: scanner.text(length) };
    else skipInt(scanner, field);
  }
  if (typeof value === "object" && "reference" in value) return [name, value];
  // Writers may leave out a number that is 0 and a text that is empty; the kind tells what stood there.
  if (kind === 1) value ??= { float: 0 };
  else if (kind === 2) value ??= 0;
  else if (kind === 3) value ??= "";
  else if (kind === 7) value = lists.ints;
  else if (kind === 6) value = { floats: lists.floats };
  else if (kind === 8) value = { strings: lists.strings };
  return [name, value];
}

/** A value's name, type and shape; nothing for values that are no tensors. */
function portOf(scanner: Scanner, end: number): OnnxPort[] {
  let name = "";
  let type: Omit<OnnxPort, "name"> | null = null;
  for (const field of fieldsUntil(scanner, end)) {
    if (field.id === 1) name = scanner.text(field.end - scanner.at);
    else if (field.id === 2) {
      for (const inner of fieldsUntil(scanner, field.end)) {
        if (inner.id === 1) type = tensorTypeOf(scanner, inner.end);
        else skipInt(scanner, inner);
      }
    } else skipInt(scanner, field);
  }
  return type ? [{ name, ...type }] : [];
}

function tensorTypeOf(scanner: Scanner, end: number): Omit<OnnxPort, "name"> | null {
  let number = 0;
  let shape: (number | string)[] | null = null;
  for (const field of fieldsUntil(scanner, end)) {
    if (field.id === 1) number = scanner.varint();
    else if (field.id === 2) shape = shapeOf(scanner, field.end);
    else skipInt(scanner, field);
  }
  const dtype = typeOfNumber(number);
  return dtype ? { dtype, shape } : null;
}

function shapeOf(scanner: Scanner, end: number): (number | string)[] {
  const shape: (number | string)[] = [];
  for (const field of fieldsUntil(scanner, end)) {
    if (field.id !== 1) {
      skipInt(scanner, field);
      continue;
    }
    let side: number | string = "";
    for (const inner of fieldsUntil(scanner, field.end)) {
      if (inner.id === 1) side = scanner.signed();
      else if (inner.id === 2) side = scanner.text(inner.end - scanner.at);
      else skipInt(scanner, inner);
    }
    shape.push(typeof side === "number" && side < 0 ? "" : side);
  }
  return shape;
}
