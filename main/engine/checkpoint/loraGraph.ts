import { sizeOf } from "../../../shared/tensor/tensor.ts";
import type { OnnxAttributes } from "../onnx/document.ts";
import type { Adapter, LoraChange, LoraFactor, LoraLayer, LoraPiece } from "./lora.ts";
import type { NetworkBuilder } from "./network.ts";
import type { StoredTensor } from "./safetensors.ts";

/** What one adapter does to a module. */
export interface Change {
  readonly adapter: Adapter;
  /** Not empty; several where the module is fused of those that the adapter knows. */
  readonly pieces: readonly LoraPiece[];
}

/**
 * Whether a change is as large as the weight: only low-rank matrices can run beside a layer. ONNX Runtime computes such a
 * change once, when it opens the graph; its strength still is an input.
 */
export function isDense({ pieces }: Change): boolean {
  return pieces.some(({ layer }) => layer.magnitude !== null || (layer.change && layer.change.kind !== "low-rank"));
}

/** A weight or bias ("….weight") as float32, with what dense changes add to it; null for a bias that there is none of. */
export function changedParameter(b: NetworkBuilder, name: string, changes: readonly Change[]): string | null {
  const base = b.has(name) ? b.weight(name) : null;
  const isBias = name.endsWith("bias");
  const deltas = changes.flatMap((change) => {
    const delta = isBias ? biasDelta(b, name, change) : isDense(change) ? weightDelta(b, name, change) : null;
    return delta ? [b.op("Mul", [delta, change.adapter.strength])] : [];
  });
  return deltas.reduce<string | null>((sum, delta) => (sum ? b.op("Add", [sum, delta]) : delta), base);
}

const sumOf = (b: NetworkBuilder, parts: readonly string[]): string | null =>
  parts.length === 0 ? null : parts.reduce((sum, part) => b.op("Add", [sum, part]));

/** A value for some rows of a module, with zeros for the others. */
function inRows(b: NetworkBuilder, value: string, { rows }: LoraPiece, out: number, rank: number): string {
  if (!rows) return value;
  const pads = Array.from({ length: 2 * rank }, (_, i) => (i === 0 ? rows[0] : i === rank ? out - rows[1] : 0));
  return b.op("Pad", [value, b.ints(pads)]);
}

function biasDelta(b: NetworkBuilder, name: string, { adapter, pieces }: Change): string | null {
  const [out] = b.shape(name.replace(/bias$/, "weight"));
  const parts = pieces.flatMap((piece) => {
    const { bias, biasScale } = piece.layer;
    if (!bias) return [];
    return [inRows(b, scaled(b, b.ofAdapter(adapter, bias, [sizeOf(bias.shape)]), biasScale), piece, out, 1)];
  });
  return sumOf(b, parts);
}

function weightDelta(b: NetworkBuilder, name: string, { adapter, pieces }: Change): string | null {
  const shape = b.shape(name);
  const weight = b.weight(name);
  const parts = pieces.flatMap((piece) => {
    if (!piece.layer.change) return [];
    const { rows } = piece;
    const base = rows ? b.op("Slice", [weight, b.ints([rows[0]]), b.ints([rows[1]]), b.ints([0])]) : weight;
    const own = rows ? [rows[1] - rows[0], ...shape.slice(1)] : shape;
    return [inRows(b, mergedDelta(b, adapter, piece.layer, base, own), piece, shape[0], shape.length)];
  });
  return sumOf(b, parts);
}

const scaled = (b: NetworkBuilder, value: string, scale: number) =>
  scale === 1 ? value : b.op("Mul", [value, b.scalar(scale)]);

/** Keeps a norm of zero from dividing, as the trainers do. */
const tiny = 2 ** -23;

/** W' − W of a layer at strength 1, in the shape of W. */
function mergedDelta(
  b: NetworkBuilder,
  adapter: Adapter,
  { change, magnitude }: LoraLayer,
  weight: string,
  shape: readonly number[],
): string {
  const flat = scaled(b, matrixOf(b, adapter, change as LoraChange), (change as LoraChange).scale);
  const added = b.op("Reshape", [flat, b.ints(shape)]);
  if (!magnitude) return added;
  // Norms of the changed weight (arXiv:2402.09353, eq. 5), over each output's row or each input's column.
  const [out, into] = shape;
  const isRows = magnitude.of === "rows";
  const whole = b.op("Reshape", [b.op("Add", [weight, added]), b.ints(isRows ? [1, out, -1] : [out, into, -1])]);
  const square = b.op("ReduceSum", [b.op("Mul", [whole, whole]), b.ints([0, 2])], { keepdims: 1 });
  const norm = b.op("Add", [b.op("Sqrt", [square]), b.scalar(tiny)]);
  const wanted = b.ofAdapter(adapter, magnitude.norms, [1, isRows ? out : into, 1]);
  const changed = b.op("Mul", [whole, b.op("Div", [wanted, norm])]);
  return b.op("Sub", [b.op("Reshape", [changed, b.ints(shape)]), weight]);
}

/** What a layer adds, without its scale, as a value of as many numbers as the weight has. */
function matrixOf(b: NetworkBuilder, adapter: Adapter, change: LoraChange): string {
  switch (change.kind) {
    case "whole":
      return b.ofAdapter(adapter, change.matrix, change.matrix.shape);
    case "low-rank": {
      const { down, up, mid } = change;
      const flat = [up.shape[0], up.shape[1]];
      if (!mid) {
        const inner = [down.shape[0], sizeOf(down.shape.slice(1))];
        return b.op("MatMul", [b.ofAdapter(adapter, up, flat), b.ofAdapter(adapter, down, inner)]);
      }
      const turned = b.op("Transpose", [b.ofAdapter(adapter, up, flat)], { perm: [1, 0] });
      return coreProduct(b, adapter, turned, b.ofAdapter(adapter, down, [down.shape[0], down.shape[1]]), mid);
    }
    case "hadamard":
      return b.op("Mul", [factorOf(b, adapter, change.first), factorOf(b, adapter, change.second)]);
    case "kronecker": {
      const wide = (value: string, axes: readonly number[]) => b.op("Unsqueeze", [value, b.ints(axes)]);
      const [first, second] = [factorOf(b, adapter, change.first), factorOf(b, adapter, change.second)];
      return b.op("Mul", [wide(first, [1, 3]), wide(second, [0, 2])]);
    }
  }
}

/** A factor as [rows, numbers a row]. */
function factorOf(b: NetworkBuilder, adapter: Adapter, factor: LoraFactor): string {
  if ("whole" in factor) {
    const { whole } = factor;
    return b.ofAdapter(adapter, whole, [whole.shape[0], sizeOf(whole.shape.slice(1))]);
  }
  const { a, b: second, mid } = factor;
  const rest = b.ofAdapter(adapter, second, [second.shape[0], sizeOf(second.shape.slice(1))]);
  const first = b.ofAdapter(adapter, a, [a.shape[0], a.shape[1]]);
  return mid ? coreProduct(b, adapter, first, rest, mid) : b.op("MatMul", [first, rest]);
}

/** Tucker's form: Σ core[i, j, …] · first[i, out] · second[j, in] as [out, in · …]. */
function coreProduct(b: NetworkBuilder, adapter: Adapter, first: string, second: string, core: StoredTensor): string {
  const [i, j, ...kernel] = core.shape;
  const turn = (value: string) => b.op("Transpose", [value], { perm: [1, 0] });
  const inner = b.op("MatMul", [turn(second), b.ofAdapter(adapter, core, [i, j, sizeOf(kernel)])]);
  return b.op("MatMul", [turn(first), b.op("Reshape", [inner, b.ints([i, -1])])]);
}

/** Values of a low-rank branch; the convolution needs to know the shape of `down`, and whether there is one between. */
export interface Branch {
  readonly down: string;
  readonly up: string;
  readonly kernel: readonly number[];
  readonly mid: string | null;
}

/** The result of a module of `out` rows, with the branches of its low-rank changes. */
export function withBranches(
  b: NetworkBuilder,
  result: string,
  changes: readonly Change[],
  { out, isConv }: { readonly out: number; readonly isConv: boolean },
  run: (branch: Branch) => string,
): string {
  return changes.reduce((sum, change) => {
    const pieces = change.pieces.filter(({ layer }) => layer.change !== null);
    if (isDense(change) || pieces.length === 0) return sum;
    const { branch, scale } = branchOf(b, { ...change, pieces }, out, isConv);
    const strength = scale === 1 ? change.adapter.strength : b.op("Mul", [change.adapter.strength, b.scalar(scale)]);
    return b.op("Add", [sum, b.op("Mul", [run(branch), strength])]);
  }, result);
}

type LowRank = Extract<LoraChange, { kind: "low-rank" }>;

/** The matrices of a low-rank change; those of several pieces as one, each on its own rows. */
function branchOf(b: NetworkBuilder, { adapter, pieces }: Change, out: number, isConv: boolean) {
  const [first, ...others] = pieces;
  const shapes = (tensor: StoredTensor) =>
    isConv && tensor.shape.length === 2 ? [...tensor.shape, 1, 1] : tensor.shape;
  const own = ({ shape }: StoredTensor) => [shape[0], sizeOf(shape.slice(1))];
  const sized = isConv ? shapes : own;
  const { down, up, mid, scale } = first.layer.change as LowRank;
  const middle = mid && b.ofAdapter(adapter, mid, mid.shape);
  const rest = { kernel: shapes(down).slice(2), mid: middle };
  if (others.length === 0 && !first.rows) {
    const values = { down: b.ofAdapter(adapter, down, sized(down)), up: b.ofAdapter(adapter, up, sized(up)) };
    return { branch: { ...values, ...rest }, scale };
  }
  const downs = pieces
    .map(({ layer }) => layer.change as LowRank)
    .map((one) => b.ofAdapter(adapter, one.down, own(one.down)));
  const ups = pieces.map((piece) => {
    const one = piece.layer.change as LowRank;
    return inRows(b, scaled(b, b.ofAdapter(adapter, one.up, own(one.up)), one.scale), piece, out, 2);
  });
  const joined = { down: b.op("Concat", downs, { axis: 0 }), up: b.op("Concat", ups, { axis: 1 }) };
  return { branch: { ...joined, ...rest }, scale: 1 };
}

/** A low-rank branch beside a convolution whose window is given: `down` has the kernel, or `mid` where there is one. */
export function convBranch(b: NetworkBuilder, x: string, { down, up, kernel, mid }: Branch, window: OnnxAttributes) {
  const point = { kernel_shape: [1, 1] };
  const first = b.op("Conv", [x, down], mid ? point : { ...window, kernel_shape: kernel });
  return b.op("Conv", [mid ? b.op("Conv", [first, mid], window) : first, up], point);
}
