import type { OnnxAttributes } from "../../../onnx/document.ts";
import type { CaseInput, RuleCase } from "../ruleCase.ts";

const weight = (values: readonly number[]): CaseInput => ({ shape: [values.length], values, isWeight: true });

function byScale(scales: readonly number[], attributes: OnnxAttributes, opset = 18): RuleCase {
  const words = Object.entries(attributes).map(
    ([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`,
  );
  return {
    op: "Resize",
    what: `scales [${scales}], ${words.join(", ")}`,
    inputs: [{ shape: [2, 2, 4, 6] }, opset < 13 ? weight([]) : null, weight(scales)],
    attributes,
    opset,
    isSingle: true,
    linearIn: [0],
  };
}

function bySize(sides: readonly number[], sizes: readonly number[], attributes: OnnxAttributes): RuleCase {
  return {
    op: "Resize",
    what: `[${sides}] to [${sizes}], ${Object.values(attributes).join(", ")}`,
    inputs: [
      { shape: [2, 2, ...sides] },
      null,
      null,
      { shape: [sizes.length + 2], values: [2, 2, ...sizes], dtype: "int64", isWeight: true },
    ],
    attributes,
    isSingle: true,
    linearIn: [0],
  };
}

const open = "only a run knows";
const coordinates = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"];

/** Modes, coordinates, growing and shrinking. */
const grid: readonly RuleCase[] = ["nearest", "linear", "cubic"].flatMap((mode) =>
  coordinates.flatMap((coordinate_transformation_mode) =>
    [
      [7, 9],
      [3, 4],
      [8, 5],
    ].map((sizes) => ({
      ...bySize([5, 6], sizes, { mode, coordinate_transformation_mode }),
      ...(mode === "cubic" ? { refusedOpen: open } : {}),
    })),
  ),
);

const nearestModes = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

export const resizeCases: readonly RuleCase[] = [
  ...grid,
  ...nearestModes.flatMap((nearest_mode) =>
    ["asymmetric", "half_pixel"].map((coordinate_transformation_mode) =>
      byScale([1, 1, 2, 2], { mode: "nearest", nearest_mode, coordinate_transformation_mode }),
    ),
  ),
  byScale([1, 1, 2, 2], { mode: "nearest", nearest_mode: "floor", coordinate_transformation_mode: "asymmetric" }),
  byScale([1, 1, 3, 2], { mode: "nearest" }),
  byScale([1, 1, 1.6, 2.3], { mode: "nearest" }),
  byScale([1, 1, 1.6, 0.7], { mode: "linear" }),
  byScale([1, 1, 2, 2], { mode: "linear", coordinate_transformation_mode: "align_corners" }),
  byScale([1, 1, 0.5, 0.5], { mode: "linear", coordinate_transformation_mode: "half_pixel" }),
  { ...byScale([1, 1, 2, 1.5], { mode: "cubic", cubic_coeff_a: { float: -0.5 } }), refusedOpen: open },
  { ...byScale([1, 1, 2, 1.5], { mode: "cubic", exclude_outside: 1 }), refusedOpen: open },
  { ...byScale([1, 1, 0.5, 0.75], { mode: "linear", antialias: 1 }), refusedOpen: open },
  { ...byScale([1, 1, 0.5, 0.75], { mode: "cubic", antialias: 1 }), refusedOpen: open },
  byScale([1, 1, 2, 2], { mode: "nearest" }, 11),
  byScale([1, 1, 2, 2], { mode: "linear" }, 13),
  ...["not_larger", "not_smaller"].map(
    (keep_aspect_ratio_policy): RuleCase => ({
      op: "Resize",
      what: keep_aspect_ratio_policy,
      inputs: [{ shape: [1, 2, 4, 6] }, null, null, { shape: [2], values: [7, 9], dtype: "int64", isWeight: true }],
      attributes: { mode: "linear", axes: [2, 3], keep_aspect_ratio_policy },
      isSingle: true,
      linearIn: [0],
      refusedOpen: open,
    }),
  ),
  {
    op: "Resize",
    what: "two axes named",
    inputs: [{ shape: [2, 2, 4, 6] }, null, weight([2, 1.5])],
    attributes: { mode: "linear", axes: [2, -1] },
    isSingle: true,
    linearIn: [0],
  },
  {
    op: "Resize",
    what: "one spatial axis",
    inputs: [{ shape: [2, 3, 5] }, null, weight([1, 1, 2])],
    attributes: { mode: "nearest" },
    isSingle: true,
    linearIn: [0],
  },
  {
    op: "Upsample",
    what: "set 9",
    inputs: [{ shape: [2, 2, 3, 4] }, weight([1, 1, 2, 2])],
    attributes: { mode: "nearest" },
    opset: 9,
    isSingle: true,
    linearIn: [0],
  },
  {
    op: "Resize",
    what: "cropped",
    inputs: [{ shape: [2, 2, 4, 6] }, weight([0, 0, 0.1, 0.1, 1, 1, 0.9, 0.8]), weight([1, 1, 2, 2])],
    attributes: { mode: "linear", coordinate_transformation_mode: "tf_crop_and_resize" },
    isSingle: true,
    refused: "tf_crop_and_resize",
  },
];
