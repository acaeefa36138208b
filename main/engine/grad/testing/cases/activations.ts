import { apart, type Draw, normal } from "../draw.ts";
import type { RuleCase } from "../ruleCase.ts";

const unary = (op: string, values: Draw, more: Partial<RuleCase> = {}): RuleCase => ({
  op,
  inputs: [{ shape: [2, 3, 5], values }],
  ...more,
});
const wide: Draw = (random, i, n) => 2.47 * apart(random, i, n);
const float = (value: number) => ({ float: value });

export const activationCases: readonly RuleCase[] = [
  unary("Sigmoid", normal),
  unary("Tanh", normal),
  unary("Relu", apart),
  unary("LeakyRelu", apart, { isSingle: true }),
  unary("LeakyRelu", apart, { isSingle: true, what: "alpha", attributes: { alpha: float(0.2) } }),
  { op: "PRelu", inputs: [{ shape: [2, 3, 4], values: apart }, { shape: [3, 1] }] },
  { op: "PRelu", what: "one slope", inputs: [{ shape: [2, 3, 4], values: apart }, { shape: [1] }] },
  unary("Elu", apart, { isSingle: true, attributes: { alpha: float(1.3) } }),
  unary("Selu", apart, { isSingle: true }),
  unary("Selu", apart, { isSingle: true, what: "alpha", attributes: { alpha: float(1.2), gamma: float(0.8) } }),
  unary("Celu", apart, { isSingle: true, attributes: { alpha: float(1.4) } }),
  unary("ThresholdedRelu", apart, { isSingle: true, attributes: { alpha: float(0.45) } }),
  unary("Softplus", normal, { isSingle: true }),
  unary("Softsign", normal, { isSingle: true }),
  unary("HardSigmoid", wide, { isSingle: true }),
  unary("HardSigmoid", wide, { isSingle: true, what: "alpha", attributes: { alpha: float(1 / 6), beta: float(0.4) } }),
  unary("HardSwish", wide, { isSingle: true }),
  unary("Gelu", normal, { isSingle: true, opset: 20 }),
  unary("Gelu", normal, { isSingle: true, opset: 20, what: "tanh", attributes: { approximate: "tanh" } }),
  unary("Mish", normal, { isSingle: true, opset: 18 }),
];
