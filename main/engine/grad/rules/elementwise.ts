import { floatAttribute, intAttribute, isFloatType, typeNumber, typeOfNumber } from "../../onnx/document.ts";
import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry } from "../rule.ts";
import { unbroadcast } from "../shapes.ts";
import { entry, unary } from "./unary.ts";

/** Gradients of every wanted input, each summed over the axes along which it was repeated. */
function broadcasting(parts: (m: Arithmetic, context: RuleContext, i: number) => string | null): GradientRule {
  return (context) => {
    const m = new Arithmetic(context);
    const from = context.shape(context.node.outputs[0]);
    return context.node.inputs.map((input, i) => {
      const part = context.wants(i) ? parts(m, context, i) : null;
      return part && unbroadcast(context, part, from, input);
    });
  };
}

const zero: GradientRule = ({ node }) => node.inputs.map(() => null);

const pow: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const [a, p] = context.node.inputs;
  const [y] = context.node.outputs;
  const from = context.shape(y);
  const exponent = exponentOf(context);
  const base = () => {
    if (exponent === 2) return m.mul(a, 2);
    if (exponent === 1 || exponent === 0) return m.number(exponent);
    if (exponent === undefined) {
      // A power may have another type than its base.
      const power = context.info(p).dtype === context.dtype ? p : context.build.op("CastLike", [p, a]);
      return m.mul(context.build.op("Pow", [a, m.sub(power, m.number(1))]), power);
    }
    if (exponent < 0 || exponent > 1) return m.mul(context.build.op("Pow", [a, m.number(exponent - 1)]), exponent);
    const isPositive = context.build.op("Greater", [a, m.number(0)]);
    const safe = m.select(isPositive, a, 1);
    return m.select(isPositive, m.mul(context.build.op("Pow", [safe, m.number(exponent - 1)]), exponent), 0);
  };
  const logarithm = () => {
    const isPositive = context.build.op("Greater", [a, m.number(0)]);
    return m.mul(y, m.unary("Log", m.select(isPositive, a, 1)));
  };
  const of = (factor: string) => m.mul(context.cotangents[0]!, factor);
  return [
    context.wants(0) ? unbroadcast(context, of(base()), from, a) : null,
    context.wants(1) ? unbroadcast(context, of(logarithm()), from, p) : null,
  ];
};

/** The exponent, where it is one constant for all. */
function exponentOf({ node, info }: RuleContext): number | undefined {
  const { floats, elements } = info(node.inputs[1]);
  const [power, ...others] = floats ?? elements ?? [];
  return typeof power === "number" && others.length === 0 ? power : undefined;
}

const clip: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const { node, build } = context;
  const bound = (name: string, i: number): string | null => {
    if (node.attributes?.[name] !== undefined) return m.number(floatAttribute(node, name, 0));
    return (node.inputs[i] ?? "") === "" ? null : node.inputs[i];
  };
  const [low, high] = [bound("min", 1), bound("max", 2)];
  const [x] = node.inputs;
  const inside = [
    ...(low ? [build.op("GreaterOrEqual", [x, low])] : []),
    ...(high ? [build.op("LessOrEqual", [x, high])] : []),
  ];
  const value = context.cotangents[0]!;
  if (inside.length === 0) return [value];
  const both = inside.length === 2 ? build.op("And", inside) : inside[0];
  const atBound = (i: number, beyond: "Less" | "Greater") =>
    context.wants(i)
      ? unbroadcast(context, m.mul(value, m.where(beyond, x, node.inputs[i])), context.shape(x), node.inputs[i])
      : null;
  return [context.wants(0) ? m.select(both, value, 0) : null, atBound(1, "Less"), atBound(2, "Greater")];
};

/** Shares the cotangent equally among the inputs that are the extreme. */
const extreme = broadcasting((m, { node, cotangents }, i) => {
  const isChosen = (input: string) => m.where("Equal", input, node.outputs[0]);
  const count = node.inputs.map(isChosen).reduce((sum, one) => m.add(sum, one));
  return m.div(m.mul(cotangents[0]!, isChosen(node.inputs[i])), count);
});

const where: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const [condition, a, b] = context.node.inputs;
  const from = context.shape(context.node.outputs[0]);
  const [cotangent] = context.cotangents;
  return [
    null,
    context.wants(1) ? unbroadcast(context, m.select(condition, cotangent!, 0), from, a) : null,
    context.wants(2) ? unbroadcast(context, m.select(condition, 0, cotangent!), from, b) : null,
  ];
};

const cast: GradientRule = ({ node, build, info, cotangents }) => {
  const source = info(node.inputs[0]).dtype;
  const target = node.op === "CastLike" ? info(node.inputs[1]).dtype : typeOfNumber(intAttribute(node, "to", 1));
  if (!isFloatType(source) || !isFloatType(target)) return node.inputs.map(() => null);
  return [build.op("Cast", [cotangents[0]!], { to: typeNumber(source!) })];
};

/** The third input is the switch for training. */
const dropout: GradientRule = (context) => {
  const training = context.node.inputs[2] ?? "";
  if (training !== "" && context.constant(2)?.[0] !== 0) context.refuse("it may be in training mode");
  return [context.cotangents[0], ...context.node.inputs.slice(1).map(() => null)];
};

const stops = entry(zero, "0: steps and whole numbers have no slope");

/** Rules of operators that work element by element. */
export const elementwise: Readonly<Record<string, RuleEntry>> = {
  Add: entry(
    broadcasting((_m, { cotangents }) => cotangents[0]),
    "ȳ",
  ),
  Sum: entry(
    broadcasting((_m, { cotangents }) => cotangents[0]),
    "ȳ",
  ),
  Mean: entry(
    broadcasting((m, { node, cotangents }) => m.mul(cotangents[0]!, 1 / node.inputs.length)),
    "ȳ / n",
  ),
  Sub: entry(
    broadcasting((m, { cotangents }, i) => (i === 0 ? cotangents[0] : m.unary("Neg", cotangents[0]!))),
    "ȳ, −ȳ",
  ),
  Mul: entry(
    broadcasting((m, { node, cotangents }, i) => m.mul(cotangents[0]!, node.inputs[1 - i])),
    "ȳ · other",
  ),
  Div: entry(
    broadcasting((m, { node, cotangents }, i) => {
      const over = m.div(cotangents[0]!, node.inputs[1]);
      return i === 0 ? over : m.unary("Neg", m.mul(over, node.outputs[0]));
    }),
    "ȳ / b, −ȳ · y / b",
  ),
  Pow: entry(pow, "ȳ · p · a^(p−1), ȳ · y · ln a"),
  Neg: entry(
    unary((m) => m.number(-1)),
    "−ȳ",
  ),
  Abs: entry(
    unary((m, x) => m.unary("Sign", x)),
    "ȳ · sign x",
  ),
  Sqrt: entry(
    unary((m, _x, y, { build }) => {
      const isPositive = build.op("Greater", [y, m.number(0)]);
      return m.select(isPositive, m.div(0.5, m.select(isPositive, y, 1)), 0);
    }),
    "ȳ / 2y, 0 at 0",
  ),
  Reciprocal: entry(
    unary((m, _x, y) => m.unary("Neg", m.mul(y, y))),
    "−ȳ · y²",
  ),
  Exp: entry(
    unary((_m, _x, y) => y),
    "ȳ · y",
  ),
  Log: entry(
    unary((m, x) => m.unary("Reciprocal", x)),
    "ȳ / x",
  ),
  Sin: entry(
    unary((m, x) => m.unary("Cos", x)),
    "ȳ · cos x",
  ),
  Cos: entry(
    unary((m, x) => m.unary("Neg", m.unary("Sin", x))),
    "−ȳ · sin x",
  ),
  Tan: entry(
    unary((m, _x, y) => m.add(m.mul(y, y), 1)),
    "ȳ (1 + y²)",
  ),
  Sinh: entry(
    unary((m, x) => m.unary("Cosh", x)),
    "ȳ · cosh x",
  ),
  Cosh: entry(
    unary((m, x) => m.unary("Sinh", x)),
    "ȳ · sinh x",
  ),
  Asin: entry(
    unary((m, x) => m.div(1, m.unary("Sqrt", m.sub(1, m.mul(x, x))))),
    "ȳ / √(1 − x²)",
  ),
  Acos: entry(
    unary((m, x) => m.div(-1, m.unary("Sqrt", m.sub(1, m.mul(x, x))))),
    "−ȳ / √(1 − x²)",
  ),
  Atan: entry(
    unary((m, x) => m.div(1, m.add(m.mul(x, x), 1))),
    "ȳ / (1 + x²)",
  ),
  Asinh: entry(
    unary((m, x) => m.div(1, m.unary("Sqrt", m.add(m.mul(x, x), 1)))),
    "ȳ / √(x² + 1)",
  ),
  Acosh: entry(
    unary((m, x) => m.div(1, m.unary("Sqrt", m.add(m.mul(x, x), -1)))),
    "ȳ / √(x² − 1)",
  ),
  Atanh: entry(
    unary((m, x) => m.div(1, m.sub(1, m.mul(x, x)))),
    "ȳ / (1 − x²)",
  ),
  Erf: entry(
    unary((m, x) => m.mul(m.unary("Exp", m.unary("Neg", m.mul(x, x))), 2 / Math.sqrt(Math.PI))),
    "ȳ · 2/√π · e^(−x²)",
  ),
  Clip: entry(clip, "ȳ · [lo ≤ x ≤ hi]; bounds: Σ ȳ beyond them"),
  Mod: entry(
    broadcasting((m, { node, cotangents }, i) => {
      if (i === 0) return cotangents[0];
      const [a, b] = node.inputs;
      return m.unary("Neg", m.mul(cotangents[0]!, m.div(m.sub(a, node.outputs[0]), b)));
    }),
    "ȳ, −ȳ · (a − y) / b",
  ),
  Min: entry(extreme, "to the least input, shared among equals"),
  Max: entry(extreme, "to the greatest input, shared among equals"),
  Where: entry(where, "to the chosen side"),
  Cast: entry(cast, "cast back, between float types"),
  CastLike: { rule: cast, flatIn: [1], about: "cast back, between float types" },
  Identity: entry(({ cotangents }) => [cotangents[0]], "ȳ"),
  Dropout: { rule: dropout, flatIn: [1], about: "ȳ (inference)" },
  Floor: stops,
  Ceil: stops,
  Round: stops,
  Sign: stops,
  Equal: stops,
  Less: stops,
  Greater: stops,
  LessOrEqual: stops,
  GreaterOrEqual: stops,
  And: stops,
  Or: stops,
  Xor: stops,
  Not: stops,
  IsNaN: stops,
  IsInf: stops,
};
