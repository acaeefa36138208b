import type { OnnxAttributes } from "../../../onnx/document.ts";
import { apart, type Draw, normal, positive } from "../draw.ts";
import type { RuleCase } from "../ruleCase.ts";

function pool(op: string, values: Draw, sides: readonly number[], attributes: OnnxAttributes): RuleCase {
  const words = Object.entries(attributes).map(([name, value]) => `${name} ${value}`);
  return {
    op,
    what: `[${sides}] ${words.join(", ")}`,
    inputs: [{ shape: [2, 3, ...sides], values, keeps: [1] }],
    attributes,
    isSingle: true,
  };
}

const average = (sides: readonly number[], attributes: OnnxAttributes): RuleCase => ({
  ...pool("AveragePool", normal, sides, attributes),
  linearIn: [0],
  opset: 19,
});
const max = (sides: readonly number[], attributes: OnnxAttributes) => pool("MaxPool", apart, sides, attributes);

/** Norms over windows; the sum of absolute values has kinks at 0. */
const norms = (p: number): RuleCase[] => {
  const values = p === 1 ? positive : apart;
  return [
    pool("LpPool", values, [5, 6], { p, kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] }),
    pool("LpPool", values, [7], { p, kernel_shape: [3], strides: [2] }),
    pool("GlobalLpPool", values, [4, 3], { p }),
  ];
};

export const poolingCases: readonly RuleCase[] = [
  average([4, 6], { kernel_shape: [2, 3], strides: [2, 3] }),
  average([5, 6], { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] }),
  average([5, 6], { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1], count_include_pad: 1 }),
  average([7], { kernel_shape: [3], strides: [2], pads: [0, 2] }),
  average([3, 4, 3], { kernel_shape: [2, 2, 2], strides: [1, 2, 1] }),
  average([6, 7], { kernel_shape: [3, 3], dilations: [2, 1] }),
  average([6, 7], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
  average([7, 8], { kernel_shape: [3, 3], strides: [2, 3], pads: [1, 1, 1, 1], ceil_mode: 1 }),
  average([7, 8], { kernel_shape: [3, 3], strides: [2, 3], pads: [1, 1, 1, 1], ceil_mode: 1, count_include_pad: 1 }),
  average([6, 5], { kernel_shape: [3, 3], auto_pad: "SAME_UPPER" }),
  max([4, 6], { kernel_shape: [2, 3], strides: [2, 3] }),
  max([7, 7], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  max([9], { kernel_shape: [3], strides: [1], dilations: [2] }),
  max([7, 8], { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 }),
  max([4, 4, 4], { kernel_shape: [2, 2, 2], strides: [2, 1, 2] }),
  { ...max([5, 5], { kernel_shape: [2, 2] }), what: "indices given", outputs: 2, of: [0] },
  ...[1, 2, 3].flatMap(norms),
  {
    ...pool("LpPool", positive, [6, 5], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
    refused: "over the end",
  },
  {
    op: "MaxUnpool",
    inputs: [{ shape: [1, 2, 2, 2] }, { shape: [1, 2, 2, 2], values: [0, 3, 8, 10, 21, 18, 31, 24], dtype: "int64" }],
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    isSingle: true,
    linearIn: [0],
  },
  ...["GlobalAveragePool", "GlobalMaxPool"].flatMap((op) =>
    [[6], [4, 3], [2, 3, 2]].map((sides) => pool(op, apart, sides, {})),
  ),
];
