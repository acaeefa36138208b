import { floatAttribute, textAttribute } from "../../onnx/document.ts";
import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry } from "../rule.ts";
import { unbroadcast } from "../shapes.ts";
import { entry, unary } from "./unary.ts";

const [sqrtTau, sqrt2] = [Math.sqrt(2 * Math.PI), Math.SQRT2];

/** Φ(x) and φ(x) of the normal distribution. */
const normal = (m: Arithmetic, x: string) => ({
  below: m.mul(m.add(m.unary("Erf", m.div(x, sqrt2)), 1), 0.5),
  density: m.div(m.unary("Exp", m.mul(m.mul(x, x), -0.5)), sqrtTau),
});

const gelu = unary((m, x, _y, { node }) => {
  if (textAttribute(node, "approximate", "none") === "none") {
    const { below, density } = normal(m, x);
    return m.add(below, m.mul(x, density));
  }
  const c = Math.sqrt(2 / Math.PI);
  const square = m.mul(x, x);
  const t = m.unary("Tanh", m.mul(m.mul(x, m.add(m.mul(square, 0.044715), 1)), c));
  const slope = m.mul(m.add(m.mul(square, 0.134145), 1), c / 2);
  return m.add(m.mul(m.add(t, 1), 0.5), m.mul(m.mul(x, m.sub(1, m.mul(t, t))), slope));
});

const prelu: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const [x, slope] = context.node.inputs;
  const [cotangent] = context.cotangents;
  const isPositive = context.build.op("Greater", [x, m.number(0)]);
  const from = context.shape(x);
  return [
    context.wants(0) ? m.mul(cotangent!, m.select(isPositive, 1, slope)) : null,
    context.wants(1) ? unbroadcast(context, m.mul(cotangent!, m.select(isPositive, 0, x)), from, slope) : null,
  ];
};

/** Piecewise: `above` where x is over a bound, else `below`. */
const piecewise = (
  bound: (context: RuleContext) => number,
  above: (m: Arithmetic, x: string, y: string, c: RuleContext) => string | number,
  below: (m: Arithmetic, x: string, y: string, c: RuleContext) => string | number,
) =>
  unary((m, x, y, context) => {
    const isAbove = context.build.op("Greater", [x, m.number(bound(context))]);
    return m.select(isAbove, above(m, x, y, context), below(m, x, y, context));
  });

const attribute =
  (name: string, absent: number) =>
  ({ node }: RuleContext) =>
    floatAttribute(node, name, absent);
const [leak, eluAlpha, celuAlpha] = [attribute("alpha", 0.01), attribute("alpha", 1), attribute("alpha", 1)];
const [seluAlpha, seluGamma] = [attribute("alpha", 1.6732631921768188), attribute("gamma", 1.0507010221481323)];
const [hardAlpha, hardBeta] = [attribute("alpha", 0.2), attribute("beta", 0.5)];
const one = () => 1;

const hardSigmoid = unary((m, x, _y, context) => {
  const line = m.add(m.mul(x, hardAlpha(context)), hardBeta(context));
  const isInside = context.build.op("And", [
    context.build.op("Greater", [line, m.number(0)]),
    context.build.op("Less", [line, m.number(1)]),
  ]);
  return m.select(isInside, hardAlpha(context), 0);
});

const hardSwish = unary((m, x, _y, { build }) => {
  const slope = m.div(m.add(m.mul(x, 2), 3), 6);
  const low = m.select(build.op("LessOrEqual", [x, m.number(-3)]), 0, slope);
  return m.select(build.op("GreaterOrEqual", [x, m.number(3)]), 1, low);
});

const mish = unary((m, x) => {
  const t = m.unary("Tanh", m.unary("Softplus", x));
  return m.add(t, m.mul(m.mul(x, m.sub(1, m.mul(t, t))), m.unary("Sigmoid", x)));
});

/** Rules of activation functions. */
export const activations: Readonly<Record<string, RuleEntry>> = {
  Sigmoid: entry(
    unary((m, _x, y) => m.mul(y, m.sub(1, y))),
    "ȳ · y (1 − y)",
  ),
  Tanh: entry(
    unary((m, _x, y) => m.sub(1, m.mul(y, y))),
    "ȳ (1 − y²)",
  ),
  Relu: entry(
    unary((m, x) => m.where("Greater", x, 0)),
    "ȳ · [x > 0]",
  ),
  LeakyRelu: entry(
    piecewise(
      () => 0,
      one,
      (_m, _x, _y, c) => leak(c),
    ),
    "ȳ · (x > 0 ? 1 : α)",
  ),
  PRelu: entry(prelu, "ȳ · (x > 0 ? 1 : s), Σ ȳ · min(x, 0)"),
  Elu: entry(
    piecewise(
      () => 0,
      one,
      (m, _x, y, c) => m.add(y, eluAlpha(c)),
    ),
    "x ≤ 0: ȳ (y + α)",
  ),
  Selu: entry(
    piecewise(
      () => 0,
      (_m, _x, _y, c) => seluGamma(c),
      (m, _x, y, c) => m.add(y, seluAlpha(c) * seluGamma(c)),
    ),
    "x > 0: ȳ · γ, else ȳ (y + α γ)",
  ),
  Celu: entry(
    piecewise(
      () => 0,
      one,
      (m, x, _y, c) => m.unary("Exp", m.div(x, celuAlpha(c))),
    ),
    "x ≤ 0: ȳ · e^(x/α)",
  ),
  ThresholdedRelu: entry(
    piecewise(
      (c) => floatAttribute(c.node, "alpha", 1),
      one,
      () => 0,
    ),
    "ȳ · [x > α]",
  ),
  Shrink: entry(
    unary((m, x, _y, c) => m.where("Greater", m.unary("Abs", x), floatAttribute(c.node, "lambd", 0.5))),
    "ȳ · [|x| > λ]",
  ),
  Softplus: entry(
    unary((m, x) => m.unary("Sigmoid", x)),
    "ȳ · σ(x)",
  ),
  Softsign: entry(
    unary((m, x) => {
      const wide = m.add(m.unary("Abs", x), 1);
      return m.div(1, m.mul(wide, wide));
    }),
    "ȳ / (1 + |x|)²",
  ),
  HardSigmoid: entry(hardSigmoid, "ȳ · α · [0 < αx + β < 1]"),
  HardSwish: entry(hardSwish, "ȳ · (2x + 3)/6 between −3 and 3"),
  Gelu: entry(gelu, "ȳ (Φ(x) + x φ(x)); tanh form by its own derivative"),
  Mish: entry(mish, "ȳ (t + x (1 − t²) σ(x)), t = tanh softplus x"),
};
