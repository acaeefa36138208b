/** Element types of TensorProto by their numbers (https://onnx.ai/onnx/repo-docs/IR.html). */
const typeNumbers = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e5m2: 19,
} as const;
export type ElementType = keyof typeof typeNumbers;

/** Number of an element type in the file format. */
export function typeNumber(type: ElementType): number {
  return typeNumbers[type];
}

/** The element type of a number; undefined for one that this program does not know. */
export function typeOfNumber(number: number): ElementType | undefined {
  return (Object.keys(typeNumbers) as ElementType[]).find((type) => typeNumbers[type] === number);
}

const bytesOf: Partial<Record<ElementType, number>> = {
  float32: 4,
  int32: 4,
  uint32: 4,
  float64: 8,
  int64: 8,
  uint64: 8,
  float16: 2,
  bfloat16: 2,
  int16: 2,
  uint16: 2,
};

/** Bytes of one element. */
export function elementBytes(type: ElementType): number {
  return bytesOf[type] ?? 1;
}

/** Whether gradients can flow through values of a type. */
export function isFloatType(type: ElementType | undefined): boolean {
  return type === "float32" || type === "float64" || type === "float16" || type === "bfloat16";
}

/** A graph input or output. A text names a side that the graph leaves open. */
export interface OnnxPort {
  readonly name: string;
  readonly dtype: ElementType;
  /** Null where the file says nothing about the rank. */
  readonly shape: readonly (number | string)[] | null;
}

/** Where data lie in another file. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

export interface OnnxWeight {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** Little-endian, row-major; or where they lie in a file beside the model. */
  readonly data: Uint8Array | ExternalData;
}

/** Whole numbers as they are; the other kinds are marked. */
export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: OnnxWeight }
  | { readonly graph: OnnxBody }
  /** In a function: the attribute of the call that has this name. */
  | { readonly reference: string };

export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

export interface OnnxNode {
  readonly op: string;
  /** Empty for the standard operators. */
  readonly domain?: string;
  readonly name?: string;
  /** An empty name stands for an optional input or output that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: OnnxAttributes;
}

/** Nodes in an order in which they can run. */
export interface OnnxBody {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly weights: readonly OnnxWeight[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

/** A whole model. Weights point into files wherever they can. */
export interface OnnxGraph extends OnnxBody {
  /** Version of the standard operators. */
  readonly opset: number;
  /** Versions of further operator sets by domain. */
  readonly domains?: Readonly<Record<string, number>>;
  /** Types and shapes that the file states of inner values. */
  readonly values?: readonly OnnxPort[];
}

/** A whole number attribute. */
export function intAttribute(node: OnnxNode, name: string, absent: number): number {
  const value = node.attributes?.[name];
  return typeof value === "number" ? value : absent;
}

/** A list of whole numbers; undefined if the attribute is absent. */
export function intsAttribute(node: OnnxNode, name: string): readonly number[] | undefined {
  const value = node.attributes?.[name];
  return Array.isArray(value) ? (value as readonly number[]) : undefined;
}

/** A single-precision attribute. */
export function floatAttribute(node: OnnxNode, name: string, absent: number): number {
  const value = node.attributes?.[name];
  return typeof value === "object" && value !== null && "float" in value ? value.float : absent;
}

/** A text attribute. */
export function textAttribute(node: OnnxNode, name: string, absent: string): string {
  const value = node.attributes?.[name];
  return typeof value === "string" ? value : absent;
}
