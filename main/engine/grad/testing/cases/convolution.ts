import type { OnnxAttributes } from "../../../onnx/document.ts";
import type { CaseInput, RuleCase } from "../ruleCase.ts";

interface Shape {
  readonly sides: readonly number[];
  readonly kernel: readonly number[];
  readonly channels?: number;
  readonly out?: number;
  readonly group?: number;
  readonly bias?: boolean;
  readonly attributes?: OnnxAttributes;
}

const words = (attributes: OnnxAttributes) =>
  Object.entries(attributes)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

function convolution(op: "Conv" | "ConvTranspose", shape: Shape): RuleCase {
  const { sides, kernel, channels = 4, out = 4, group = 1, bias = false, attributes = {} } = shape;
  const weight = op === "Conv" ? [out, channels / group] : [channels, out / group];
  const inputs: CaseInput[] = [
    { shape: [2, channels, ...sides] },
    { shape: [...weight, ...kernel], keeps: true },
    ...(bias ? [{ shape: [out], keeps: true }] : []),
  ];
  return {
    op,
    what: `[${sides}] by [${kernel}], group ${group}, ${words(attributes)}`,
    inputs,
    attributes: { ...attributes, group },
    isSingle: true,
    linearIn: [0, 1],
  };
}

/** Strides, dilations, groups and pads in all combinations, sides odd and even in turn. */
const grid: readonly Shape[] = [1, 2, 3].flatMap((stride) =>
  [1, 2].flatMap((dilation) =>
    [1, 2, 4].map((group, i) => ({
      sides: [(stride + group) % 2 ? 7 : 8, dilation === 1 ? 6 : 9],
      kernel: [3, i === 1 ? 2 : 3],
      group,
      bias: i === 1,
      attributes: {
        strides: [stride, 1 + (stride % 3)],
        dilations: [dilation, 1],
        pads: [
          [0, 0, 0, 0],
          [1, 1, 1, 1],
          [2, 0, 1, 1],
        ][i],
      },
    })),
  ),
);

const transposedGrid: readonly Shape[] = grid.map((shape, i) => {
  const strides = shape.attributes!.strides as readonly number[];
  const more = strides.map((stride) => (i % 2 ? Math.max(0, stride - 1) : 0));
  return { ...shape, sides: [4, 3], attributes: { ...shape.attributes!, output_padding: more } };
});

/** With its kernel as a weight, which is turned for stride 1. */
function byWeight(kernel: readonly number[], attributes: OnnxAttributes, group = 1): RuleCase {
  const one = convolution("Conv", { sides: [6, 7], kernel, out: 6, bias: true, group, attributes });
  const [x, weight, bias] = one.inputs;
  return { ...one, what: `a weight, ${one.what}`, inputs: [x, { ...weight!, isWeight: true }, bias], linearIn: [0] };
}

export const convolutionCases: readonly RuleCase[] = [
  byWeight([3, 3], { pads: [1, 1, 1, 1] }),
  byWeight([3, 2], { pads: [0, 1, 2, 0] }),
  byWeight([3, 3], { dilations: [2, 1], pads: [1, 0, 2, 1] }),
  byWeight([1, 1], {}),
  byWeight([1, 1], { pads: [1, 0, 0, 1] }),
  byWeight([4, 3], { auto_pad: "SAME_LOWER" }),
  byWeight([3, 3], { strides: [1, 2] }),
  byWeight([3, 3], { pads: [1, 1, 1, 1] }, 2),
  ...grid.map((shape) => convolution("Conv", shape)),
  convolution("Conv", { sides: [9], kernel: [4], attributes: { strides: [2], pads: [1, 2] }, bias: true }),
  convolution("Conv", {
    sides: [4, 5, 4],
    kernel: [2, 3, 2],
    group: 2,
    attributes: { strides: [2, 1, 2], pads: [0, 1, 0, 1, 1, 1] },
  }),
  convolution("Conv", { sides: [6, 6], kernel: [1, 1], channels: 3, out: 5, bias: true }),
  convolution("Conv", { sides: [8, 8], kernel: [4, 4], channels: 3, out: 2, attributes: { strides: [4, 4] } }),
  convolution("Conv", { sides: [5, 4], kernel: [5, 4] }),
  convolution("Conv", { sides: [5, 5], kernel: [3, 3], group: 4, out: 8, attributes: { pads: [1, 1, 1, 1] } }),
  convolution("Conv", { sides: [6, 5], kernel: [3, 3], attributes: { auto_pad: "SAME_UPPER" } }),
  convolution("Conv", { sides: [6, 5], kernel: [4, 2], attributes: { auto_pad: "SAME_LOWER" } }),
  convolution("Conv", { sides: [6, 5], kernel: [3, 3], attributes: { auto_pad: "VALID" } }),
  {
    ...convolution("Conv", { sides: [7, 8], kernel: [3, 3], attributes: { auto_pad: "SAME_UPPER", strides: [2, 2] } }),
    refusedOpen: "automatic padding",
  },
  ...transposedGrid.map((shape) => convolution("ConvTranspose", shape)),
  convolution("ConvTranspose", { sides: [5], kernel: [4], attributes: { strides: [2], pads: [1, 1] }, bias: true }),
  convolution("ConvTranspose", { sides: [3, 2, 3], kernel: [2, 2, 3], group: 2, attributes: { strides: [2, 1, 2] } }),
  convolution("ConvTranspose", { sides: [5, 5], kernel: [3, 3], attributes: { auto_pad: "VALID", strides: [2, 2] } }),
  convolution("ConvTranspose", {
    sides: [4, 5],
    kernel: [3, 3],
    attributes: { auto_pad: "SAME_UPPER", strides: [2, 2] },
  }),
  {
    ...convolution("ConvTranspose", {
      sides: [4, 5],
      kernel: [3, 3],
      attributes: { output_shape: [9, 10], strides: [2, 2] },
    }),
    refusedOpen: "automatic padding",
  },
];
