import type { Dim } from "./dims.ts";
import type { ElementType, OnnxNode, OnnxWeight } from "./document.ts";

/** What is known of a value before a run. */
export interface ValueInfo {
  readonly dtype: ElementType | undefined;
  /** Undefined where not even the rank is known. */
  readonly shape: readonly Dim[] | undefined;
  /** Elements of a small tensor of whole numbers (shapes, axes), flat; sides of shapes may be unknown. */
  readonly elements?: readonly Dim[];
  /** Numbers of a small constant of floats (scales). */
  readonly floats?: readonly number[];
}

export const nothingKnown: ValueInfo = { dtype: undefined, shape: undefined };

/** What a rule may look at. */
export interface InferContext {
  readonly node: OnnxNode;
  readonly opset: number;
  /** Of input i; nothing known for one that is left out. */
  input(i: number): ValueInfo;
  /** Contents of input i as numbers, where it is a small constant. */
  numbers(i: number): readonly number[] | undefined;
}

/** Types and shapes of the outputs of a node. */
export type InferRule = (context: InferContext) => readonly ValueInfo[];

/** Lists longer than this are no shapes. */
const maxElements = 64;

/** What is known of a constant: small whole numbers also by their value. */
export function constantInfo({ dtype, shape, data }: OnnxWeight): ValueInfo {
  const elements = wholeNumbers({ dtype, data });
  const floats = dtype === "float32" && data instanceof Uint8Array ? floatNumbers(data) : undefined;
  return { dtype, shape, ...(elements ? { elements } : {}), ...(floats ? { floats } : {}) };
}

function wholeNumbers({ dtype, data }: Pick<OnnxWeight, "dtype" | "data">): number[] | undefined {
  if (!(data instanceof Uint8Array) || data.length > 8 * maxElements) return undefined;
  const bytes = data.slice();
  if (dtype === "int64") return Array.from(new BigInt64Array(bytes.buffer), Number);
  if (dtype === "int32") return Array.from(new Int32Array(bytes.buffer));
  if (dtype === "bool") return Array.from(bytes);
  return undefined;
}

function floatNumbers(data: Uint8Array): number[] | undefined {
  return data.length > 4 * maxElements ? undefined : Array.from(new Float32Array(data.slice().buffer));
}
