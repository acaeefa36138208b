import { apart, positive } from "../draw.ts";
import type { CaseInput, RuleCase } from "../ruleCase.ts";

const float = (value: number) => ({ float: value });
const some = (...shape: number[]): CaseInput => ({ shape });
const channels = { shape: [3], keeps: true };

/** Operators in the form that they had in older operator sets. */
export const olderCases: readonly RuleCase[] = [
  {
    op: "Clip",
    what: "bounds as attributes (set 9)",
    inputs: [{ shape: [4, 5], values: apart }],
    attributes: { min: float(-0.8), max: float(0.7) },
    opset: 9,
    isSingle: true,
  },
  {
    op: "Clip",
    what: "one bound as an attribute (set 10)",
    inputs: [{ shape: [4, 5], values: apart }],
    attributes: { max: float(0.7) },
    opset: 10,
    isSingle: true,
  },
  {
    op: "Pad",
    what: "pads as an attribute (set 10)",
    inputs: [some(3, 4)],
    attributes: { pads: [1, 0, 2, 1], value: float(0.5), mode: "constant" },
    opset: 10,
  },
  {
    op: "TopK",
    what: "count as an attribute (set 9)",
    inputs: [{ shape: [4, 5], values: apart }],
    attributes: { k: 2, axis: 1 },
    outputs: 2,
    of: [0],
    opset: 9,
    isSingle: true,
  },
  { op: "Dropout", what: "set 10", inputs: [some(3, 4)], attributes: { ratio: float(0.5) }, opset: 10 },
  {
    op: "Dropout",
    what: "in training",
    inputs: [
      some(3, 4),
      { shape: [], values: [0.5], isWeight: true },
      { shape: [], values: [1], dtype: "bool", isWeight: true },
    ],
    refused: "training",
  },
  {
    op: "BatchNormalization",
    what: "set 9",
    inputs: [some(2, 3, 4), channels, channels, channels, { ...channels, values: positive }],
    wrt: [0, 1, 2],
    opset: 9,
    isSingle: true,
  },
  {
    op: "Resize",
    what: "set 10",
    inputs: [some(1, 2, 3, 4), { shape: [4], values: [1, 1, 2, 3], isWeight: true }],
    attributes: { mode: "nearest" },
    opset: 10,
    isSingle: true,
    linearIn: [0],
  },
  {
    op: "Resize",
    what: "linear, set 10",
    inputs: [some(1, 2, 3, 4), { shape: [4], values: [1, 1, 2, 2], isWeight: true }],
    attributes: { mode: "linear" },
    opset: 10,
    isSingle: true,
    linearIn: [0],
  },
  {
    op: "Scatter",
    what: "set 10",
    inputs: [some(3, 4), { shape: [2, 2], values: [0, 1, 2, 0], dtype: "int64" }, some(2, 2)],
    attributes: { axis: 0 },
    opset: 10,
  },
  ...["ReduceMax", "ReduceL2", "ReduceLogSumExp", "ReduceProd"].map(
    (op): RuleCase => ({
      op,
      what: "axes as an attribute (set 11)",
      inputs: [{ shape: [2, 3, 4], values: apart }],
      attributes: { axes: [0, -1], keepdims: 0 },
      opset: 11,
      isSingle: true,
    }),
  ),
  ...[13, 17, 21, 23].map(
    (opset): RuleCase => ({
      op: "Softmax",
      what: `set ${opset}`,
      inputs: [some(2, 3)],
      attributes: { axis: 0 },
      opset,
    }),
  ),
  ...[13, 17, 21, 23].map(
    (opset): RuleCase => ({
      op: "Conv",
      what: `set ${opset}`,
      inputs: [some(1, 2, 5, 5), { shape: [3, 2, 3, 3], keeps: true }],
      attributes: { pads: [1, 1, 1, 1], strides: [2, 2] },
      opset,
      isSingle: true,
      linearIn: [0, 1],
    }),
  ),
];
