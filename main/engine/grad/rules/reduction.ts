import { intAttribute, intsAttribute } from "../../onnx/document.ts";
import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry } from "../rule.ts";
import { countAlong, expandLike, positiveAxes } from "../shapes.ts";

/** Axes of a reduction, from the front; all of them where none are named. */
function axesOf(context: RuleContext): readonly number[] {
  const { node } = context;
  const rank = context.shape(node.inputs[0]).length;
  const isOpen = (node.inputs[1] ?? "") !== "" && context.constant(1) === undefined;
  if (isOpen) context.refuse("its axes are known only in a run");
  const given = intsAttribute(node, "axes") ?? context.constant(1) ?? [];
  if (given.length === 0 && intAttribute(node, "noop_with_empty_axes", 0) === 1) return [];
  return given.length > 0 ? positiveAxes(given, rank) : Array.from({ length: rank }, (_, i) => i);
}

/** A value of the output's shape with the reduced axes put back as sides of 1. */
function withAxes(context: RuleContext, value: string, axes: readonly number[]): string {
  if (intAttribute(context.node, "keepdims", 1) === 1 || axes.length === 0) return value;
  return context.build.op("Unsqueeze", [value, context.build.ints([...axes].sort((a, b) => a - b))]);
}

/** x̄ = ȳ · part, where `part` may be of the input's shape or broadcast to it. */
function reduction(
  part: (
    m: Arithmetic,
    context: RuleContext,
    wide: { y: string; cotangent: string; axes: readonly number[] },
  ) => string,
): GradientRule {
  return (context) => {
    const axes = axesOf(context);
    const wide = {
      y: withAxes(context, context.node.outputs[0], axes),
      cotangent: withAxes(context, context.cotangents[0]!, axes),
      axes,
    };
    return [part(new Arithmetic(context), context, wide), ...context.node.inputs.slice(1).map(() => null)];
  };
}

const x = ({ node }: RuleContext) => node.inputs[0];

const extreme = reduction((m, context, { y, cotangent, axes }) => {
  const isChosen = m.where("Equal", x(context), y);
  const count =
    axes.length === 0 ? isChosen : context.build.op("ReduceSum", [isChosen, context.build.ints(axes)], { keepdims: 1 });
  return m.div(m.mul(isChosen, cotangent), count);
});

const norm2 = reduction((m, context, { y, cotangent }) => {
  const isPositive = context.build.op("Greater", [y, m.number(0)]);
  return m.select(isPositive, m.div(m.mul(x(context), cotangent), m.select(isPositive, y, 1)), 0);
});

/** Product of the others: y / x without zeros; with one zero, the rest's product at its place; with more, 0. */
const product = reduction((m, context, { cotangent, axes }) => {
  const { build } = context;
  const along = (op: string, value: string) =>
    axes.length === 0 ? value : build.op(op, [value, build.ints(axes)], { keepdims: 1 });
  const isZero = build.op("Equal", [x(context), m.number(0)]);
  const safe = m.select(isZero, 1, x(context));
  const rest = along("ReduceProd", safe);
  const zeros = along("ReduceSum", m.select(isZero, 1, 0));
  const lone = m.select(isZero, rest, 0);
  const others = build.op("Where", [build.op("Equal", [zeros, m.number(1)]), lone, m.number(0)]);
  const isFree = build.op("Equal", [zeros, m.number(0)]);
  return m.mul(build.op("Where", [isFree, m.div(rest, safe), others]), cotangent);
});

/** Rules of reductions. */
export const reductionRules: Readonly<Record<string, RuleEntry>> = {
  ReduceSum: { rule: reduction((_m, c, { cotangent }) => expandLike(c, cotangent, x(c))), about: "ȳ repeated" },
  ReduceMean: {
    rule: reduction((m, c, { cotangent, axes }) =>
      expandLike(c, axes.length === 0 ? cotangent : m.div(cotangent, countAlong(c, x(c), axes)), x(c)),
    ),
    about: "ȳ / n repeated",
  },
  ReduceMax: { rule: extreme, about: "to the greatest, shared among equals" },
  ReduceMin: { rule: extreme, about: "to the least, shared among equals" },
  ReduceProd: { rule: product, about: "ȳ · product of the others" },
  ReduceSumSquare: { rule: reduction((m, c, { cotangent }) => m.mul(m.mul(x(c), 2), cotangent)), about: "2 x ȳ" },
  ReduceL2: { rule: norm2, about: "x ȳ / y, 0 at 0" },
  ReduceL1: { rule: reduction((m, c, { cotangent }) => m.mul(m.unary("Sign", x(c)), cotangent)), about: "ȳ · sign x" },
  ReduceLogSum: {
    rule: reduction((m, c, { y, cotangent }) => expandLike(c, m.div(cotangent, m.unary("Exp", y)), x(c))),
    about: "ȳ / Σ x",
  },
  ReduceLogSumExp: {
    rule: reduction((m, c, { y, cotangent }) => m.mul(m.unary("Exp", m.sub(x(c), y)), cotangent)),
    about: "ȳ · e^(x − y)",
  },
};
