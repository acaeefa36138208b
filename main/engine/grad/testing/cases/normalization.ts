import type { OnnxAttributes } from "../../../onnx/document.ts";
import { positive } from "../draw.ts";
import type { CaseInput, RuleCase } from "../ruleCase.ts";

const float = (value: number) => ({ float: value });

function layer(shape: readonly number[], axis: number, bias: boolean, attributes: OnnxAttributes = {}): RuleCase {
  const sides = shape.slice(axis < 0 ? axis + shape.length : axis);
  return {
    op: "LayerNormalization",
    what: `[${shape}] from axis ${axis}`,
    inputs: [{ shape }, { shape: sides, values: positive }, ...(bias ? [{ shape: sides }] : [])],
    attributes: { axis, ...attributes },
  };
}

const perChannel = (count: number): CaseInput[] => [
  { shape: [count], values: positive, keeps: true },
  { shape: [count], keeps: true },
];

function instance(shape: readonly number[]): RuleCase {
  return {
    op: "InstanceNormalization",
    what: `[${shape}]`,
    inputs: [{ shape }, ...perChannel(shape[1])],
    attributes: { epsilon: float(1e-3) },
    isSingle: true,
  };
}

function group(shape: readonly number[], groups: number, opset: number): RuleCase {
  return {
    op: "GroupNormalization",
    what: `[${shape}] in ${groups}, set ${opset}`,
    inputs: [{ shape, keeps: [1] }, ...perChannel(opset < 21 ? groups : shape[1])],
    attributes: { num_groups: groups, epsilon: float(1e-4) },
    opset,
    isSingle: true,
  };
}

function batch(shape: readonly number[]): RuleCase {
  const channels = { shape: [shape[1]], keeps: true };
  return {
    op: "BatchNormalization",
    what: `[${shape}]`,
    inputs: [{ shape }, channels, channels, channels, { ...channels, values: positive }],
    attributes: { epsilon: float(1e-3) },
  };
}

const softmax = (op: string, axis: number | null, opset: number): RuleCase => ({
  op,
  what: `axis ${axis ?? "left out"}, set ${opset}`,
  inputs: [{ shape: [2, 3, 4] }],
  attributes: axis === null ? {} : { axis },
  opset,
});

const lp = (p: number, axis: number): RuleCase => ({
  op: "LpNormalization",
  what: `p ${p}, axis ${axis}`,
  inputs: [{ shape: [2, 3, 4], values: positive }],
  attributes: { p, axis },
});

export const normalizationCases: readonly RuleCase[] = [
  layer([2, 3, 5], -1, true),
  layer([2, 3, 5], 1, true, { epsilon: float(0.1) }),
  layer([3, 4], 0, false),
  layer([2, 2, 3, 4], 2, true),
  {
    ...layer([2, 3, 5], -1, true),
    what: "a scale along one axis",
    inputs: [{ shape: [2, 3, 5] }, { shape: [1], values: positive }, { shape: [3, 1] }],
    opset: 17,
    isSingle: true,
  },
  instance([2, 3, 5]),
  instance([2, 3, 4, 3]),
  instance([2, 2, 3, 2, 3]),
  group([2, 6, 3, 2], 3, 18),
  group([2, 6, 3, 2], 3, 21),
  group([2, 4, 5], 4, 21),
  group([1, 4, 5], 1, 21),
  group([2, 4, 2, 3], 4, 18),
  batch([3, 4]),
  batch([2, 3, 4]),
  batch([2, 3, 4, 2]),
  { ...batch([2, 3, 4]), what: "in training", attributes: { training_mode: 1 }, refused: "training mode" },
  {
    op: "RMSNormalization",
    inputs: [{ shape: [2, 3, 5] }, { shape: [5], values: positive }],
    opset: 23,
  },
  {
    op: "RMSNormalization",
    what: "from axis 1",
    inputs: [{ shape: [2, 3, 5] }, { shape: [3, 5], values: positive }],
    attributes: { axis: 1, epsilon: float(0.05) },
    opset: 23,
  },
  ...[1, 2].flatMap((p) => [-1, 0, 1].map((axis) => lp(p, axis))),
  ...["Softmax", "LogSoftmax"].flatMap((op) => [
    softmax(op, -1, 18),
    softmax(op, 1, 18),
    softmax(op, null, 13),
    softmax(op, 1, 11),
    softmax(op, 0, 11),
    softmax(op, null, 11),
  ]),
];
