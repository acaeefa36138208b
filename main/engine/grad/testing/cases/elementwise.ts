import { apart, type Draw, inUnit, normal, positive } from "../draw.ts";
import type { CaseInput, RuleCase } from "../ruleCase.ts";

const of = (shape: readonly number[], values: Draw = normal): CaseInput => ({ shape, values });

/** Pairs of shapes that broadcast: equal, scalar, leading ones, both sides. */
const pairs: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [2, 3, 4],
    [2, 3, 4],
  ],
  [[2, 3], []],
  [[], [3, 2]],
  [[2, 3, 4], [4]],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [[1], [1]],
  [
    [4, 1],
    [1, 5],
  ],
];

const binary = (op: string, a: Draw, b: Draw, attributes = {}): RuleCase[] =>
  pairs.map(([left, right]) => ({
    op,
    what: `[${left}] and [${right}]`,
    inputs: [of(left, a), of(right, b)],
    attributes,
  }));

const unary = (op: string, values: Draw, more: Partial<RuleCase> = {}): RuleCase => ({
  op,
  inputs: [of([2, 3, 5], values)],
  ...more,
});

const power = (exponent: number, values: Draw): RuleCase => ({
  op: "Pow",
  what: `to the ${exponent}`,
  inputs: [of([3, 4], values), { shape: [], values: [exponent], isWeight: true }],
});

const clipped = (what: string, low: number | null, high: number | null): RuleCase => ({
  op: "Clip",
  what,
  inputs: [
    of([4, 5], apart),
    ...[low, high].map((bound): CaseInput | null =>
      bound === null ? null : { shape: [], values: [bound], isWeight: true },
    ),
  ],
});

const condition: CaseInput = { shape: [2, 3], values: [1, 0, 1, 0, 0, 1], dtype: "bool" };

export const elementwiseCases: readonly RuleCase[] = [
  ...binary("Add", normal, normal),
  ...binary("Sub", normal, normal),
  ...binary("Mul", normal, normal),
  ...binary("Div", normal, positive),
  ...binary("Pow", positive, normal),
  power(2, normal),
  power(3, normal),
  power(1, normal),
  power(0, normal),
  power(0.5, positive),
  power(-1.5, positive),
  power(1.5, positive),
  ...[2, 3, 0].map(
    (exponent): RuleCase => ({
      op: "Pow",
      what: `to the whole number ${exponent}`,
      inputs: [of([3, 4]), { shape: [], values: [exponent], dtype: "int64", isWeight: true }],
    }),
  ),
  {
    op: "Pow",
    what: "to whole numbers of a run",
    inputs: [of([2, 3], positive), { shape: [3], values: [2, -1, 3], dtype: "int64" }],
  },
  ...["Sum", "Mean"].map(
    (op): RuleCase => ({
      op,
      what: "three inputs",
      inputs: [of([2, 3]), of([3]), of([2, 1])],
      isSingle: op === "Mean",
    }),
  ),
  ...["Min", "Max"].map(
    (op): RuleCase => ({
      op,
      what: "three inputs",
      inputs: [of([4, 3], apart), of([3], normal), of([4, 1], inUnit)],
    }),
  ),
  { op: "Max", what: "one input", inputs: [of([4, 3])] },
  { op: "Min", what: "one input", inputs: [of([4, 3])] },
  unary("Neg", normal, { linearIn: [0] }),
  unary("Abs", apart),
  unary("Sqrt", positive),
  unary("Reciprocal", positive),
  unary("Exp", normal),
  unary("Log", positive),
  unary("Sin", normal),
  unary("Cos", normal),
  unary("Tan", inUnit, { isSingle: true }),
  unary("Sinh", normal, { isSingle: true }),
  unary("Cosh", normal, { isSingle: true }),
  unary("Asin", inUnit, { isSingle: true }),
  unary("Acos", inUnit, { isSingle: true }),
  unary("Atan", normal, { isSingle: true }),
  unary("Asinh", normal, { isSingle: true }),
  unary("Acosh", (random) => 1.5 + random(), { isSingle: true }),
  unary("Atanh", inUnit, { isSingle: true }),
  unary("Erf", normal, { isSingle: true }),
  clipped("both bounds", -0.8, 0.7),
  clipped("from below", -0.8, null),
  clipped("from above", null, 0.7),
  clipped("no bounds", null, null),
  {
    op: "Clip",
    what: "bounds of a run",
    inputs: [of([4, 5], apart), ...[-0.8, 0.7].map((bound) => ({ shape: [], values: [bound] }))],
  },
  ...binary(
    "Mod",
    (_random, i) => 0.37 + 1.1 * i,
    (random) => 1.9 + 0.2 * random(),
    { fmod: 1 },
  ),
  unary("Shrink", apart, { attributes: { lambd: { float: 0.4 }, bias: { float: 0.2 } }, isSingle: true }),
  { op: "Where", inputs: [condition, of([2, 3]), of([3])] },
  { op: "Where", what: "wide condition", inputs: [condition, of([]), of([4, 1, 3])] },
  unary("Cast", normal, { attributes: { to: 11 } }),
  { op: "CastLike", inputs: [of([2, 3]), { shape: [1], isWeight: true }] },
  unary("Identity", normal, { linearIn: [0] }),
  unary("Dropout", normal, { linearIn: [0] }),
];
