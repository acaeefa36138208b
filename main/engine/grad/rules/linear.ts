import { broadcastDim, broadcastShape, type Dim } from "../../onnx/dims.ts";
import { floatAttribute, intAttribute, textAttribute } from "../../onnx/document.ts";
import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry, requireSmall } from "../rule.ts";
import { expandLike, sumOver, unbroadcast } from "../shapes.ts";

/** The last two axes exchanged. */
function turned({ build }: RuleContext, value: string, rank: number): string {
  const order = Array.from({ length: rank }, (_, i) => i);
  [order[rank - 2], order[rank - 1]] = [rank - 1, rank - 2];
  return build.op("Transpose", [value], { perm: order });
}

/** A·B over the last two axes, with vectors as rows or columns as NumPy has them. */
const matMul: GradientRule = (context) => {
  const { build, node } = context;
  const [a, b] = node.inputs;
  const [shapeA, shapeB] = [context.shape(a), context.shape(b)];
  const wide = (name: string, shape: readonly Dim[], axis: number) =>
    shape.length > 1 ? name : build.op("Unsqueeze", [name, build.ints([axis])]);
  const [matrixA, matrixB] = [wide(a, shapeA, 0), wide(b, shapeB, 1)];
  const [sidesA, sidesB] = [shapeA.length > 1 ? shapeA : [1, ...shapeA], shapeB.length > 1 ? shapeB : [...shapeB, 1]];
  let cotangent = context.cotangents[0]!;
  if (shapeB.length === 1) cotangent = build.op("Unsqueeze", [cotangent, build.ints([-1])]);
  if (shapeA.length === 1) cotangent = build.op("Unsqueeze", [cotangent, build.ints([-2])]);
  const batch = broadcastShape([sidesA.slice(0, -2), sidesB.slice(0, -2)]);
  const close = (value: string, sides: readonly Dim[], input: string, axis: number) => {
    const isVector = context.shape(input).length === 1;
    const from = [...batch, ...sides.slice(-2)];
    if (!isVector) return unbroadcast(context, value, from, input);
    const leading = Array.from({ length: batch.length }, (_, i) => i);
    const matrix = sumOver(context, value, leading, true);
    return build.op("Squeeze", [matrix, build.ints([axis])]);
  };
  return [
    context.wants(0)
      ? close(build.op("MatMul", [cotangent, turned(context, matrixB, sidesB.length)]), sidesA, a, 0)
      : null,
    context.wants(1)
      ? close(build.op("MatMul", [turned(context, matrixA, sidesA.length), cotangent]), sidesB, b, 1)
      : null,
  ];
};

/** α·A'·B' + β·C */
const gemm: GradientRule = (context) => {
  const { build, node } = context;
  const [a, b, c] = node.inputs;
  const [transA, transB] = [intAttribute(node, "transA", 0), intAttribute(node, "transB", 0)];
  const alpha = { float: floatAttribute(node, "alpha", 1) };
  const cotangent = context.cotangents[0]!;
  const product = (left: string, right: string, flags: { transA: number; transB: number }) =>
    build.op("Gemm", [left, right], { alpha, ...flags });
  const gradA = () =>
    transA
      ? product(b, cotangent, { transA: transB, transB: 1 })
      : product(cotangent, b, { transA: 0, transB: 1 - transB });
  const gradB = () =>
    transB
      ? product(cotangent, a, { transA: 1, transB: transA })
      : product(a, cotangent, { transA: 1 - transA, transB: 0 });
  const gradC = () => {
    const scaled = new Arithmetic(context).mul(cotangent, floatAttribute(node, "beta", 1));
    return unbroadcast(context, scaled, context.shape(node.outputs[0]), c);
  };
  return [context.wants(0) ? gradA() : null, context.wants(1) ? gradB() : null, context.wants(2) ? gradC() : null];
};

interface Equation {
  /** One label for each axis of each input. */
  readonly terms: readonly string[];
  readonly result: string;
}

/** The equation with every axis labelled: an ellipsis gets labels of its own, a left-out result its labels in order. */
function equationOf(context: RuleContext): Equation {
  const { node } = context;
  const [left, right] = textAttribute(node, "equation", "").replaceAll(" ", "").split("->");
  const plain = left.split(",");
  const spare = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].filter((label) => !left.includes(label));
  const depths = plain.map((term, i) =>
    term.includes("...") ? context.shape(node.inputs[i]).length - (term.length - 3) : 0,
  );
  const labels = spare.slice(0, Math.max(...depths)).join("");
  const filled = (term: string, depth: number) =>
    term.replace("...", depth === 0 ? "" : labels.slice(labels.length - depth));
  const terms = plain.map((term, i) => filled(term, depths[i]));
  if (right !== undefined) return { terms, result: filled(right, labels.length) };
  const all = plain.join("").replaceAll(".", "");
  const lone = [...all].filter((label) => all.split(label).length === 2).sort();
  return { terms, result: labels + lone.join("") };
}

/** The term of each input in turn, from the output's and the others'. */
const einsum: GradientRule = (context) => {
  const { build, node } = context;
  const { terms, result } = equationOf(context);
  return terms.map((term, i) => {
    if (!context.wants(i)) return null;
    const others = terms.filter((_, k) => k !== i);
    const known = new Set([result, ...others].join(""));
    const plain = [...new Set(term)].join("");
    if (plain !== term) return onDiagonal(context, { term, plain, others, result }, i);
    const reached = [...term].filter((label) => known.has(label)).join("");
    const inputs = [context.cotangents[0]!, ...node.inputs.filter((_, k) => k !== i)];
    const part = build.op("Einsum", inputs, { equation: `${[result, ...others].join(",")}->${reached}` });
    if (reached === term) return unbroadcast(context, part, sidesOf(context, terms, term), node.inputs[i]);
    // Labels that only this term has were summed over: their slope is the same everywhere along them.
    const missing = [...term].flatMap((label, axis) => (known.has(label) ? [] : [axis]));
    return expandLike(context, build.op("Unsqueeze", [part, build.ints(missing)]), node.inputs[i]);
  });
};

interface Diagonal {
  /** A term that repeats labels, and with each label once. */
  readonly term: string;
  readonly plain: string;
  readonly others: readonly string[];
  readonly result: string;
}

/** A term with repeated labels reads a diagonal: what comes back stands on it, with zeros beside it. */
function onDiagonal(context: RuleContext, { term, plain, others, result }: Diagonal, i: number): string {
  const { build, node, dtype } = context;
  const known = new Set([result, ...others].join(""));
  if ([...plain].some((label) => !known.has(label))) context.refuse(`the term ${term} sums over a diagonal`);
  const spare = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].filter(
    (label) => ![term, result, ...others].join("").includes(label),
  );
  const seen = new Set<string>();
  const unit: { equation: string; value: string }[] = [];
  const wide = [...term].map((label, axis) => {
    if (!seen.has(label)) {
      seen.add(label);
      return label;
    }
    const own = spare.shift() ?? context.refuse("it has too many labels");
    const side = context.shape(node.inputs[i])[axis];
    if (typeof side !== "number") return context.refuse(`the term ${term} repeats an open side`);
    requireSmall(context, side * side, "diagonal");
    const ones = Array.from({ length: side * side }, (_, at) => (at % (side + 1) === 0 ? 1 : 0));
    unit.push({ equation: `${label}${own}`, value: build.floats(ones, [side, side], dtype) });
    return own;
  });
  const inputs = [context.cotangents[0]!, ...node.inputs.filter((_, k) => k !== i), ...unit.map(({ value }) => value)];
  const terms = [result, ...others, ...unit.map(({ equation }) => equation)];
  return build.op("Einsum", inputs, { equation: `${terms.join(",")}->${wide.join("")}` });
}

/** Sides of a product's term: the broadcast of all axes of the same label. */
function sidesOf(context: RuleContext, terms: readonly string[], term: string): readonly Dim[] {
  const all = terms.map((one, i) => ({ one, shape: context.shape(context.node.inputs[i]) }));
  return [...term].map((label) =>
    all.reduce<Dim>(
      (side, { one, shape }) => (one.includes(label) ? broadcastDim(side, shape[one.indexOf(label)]) : side),
      1,
    ),
  );
}

/** Rules of products of matrices. */
export const linear: Readonly<Record<string, RuleEntry>> = {
  MatMul: { rule: matMul, about: "ȳ·Bᵀ, Aᵀ·ȳ" },
  Gemm: { rule: gemm, about: "α ȳ B'ᵀ, α A'ᵀ ȳ, β Σ ȳ" },
  Einsum: { rule: einsum, about: "the equation with output and input exchanged" },
};
