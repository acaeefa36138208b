import type { OnnxAttributes } from "../../../onnx/document.ts";
import { apart } from "../draw.ts";
import type { CaseInput, RuleCase } from "../ruleCase.ts";

const whole = (shape: readonly number[], values: readonly number[], isWeight = false): CaseInput => ({
  shape,
  values,
  dtype: "int64",
  isWeight,
});

const gather = (what: string, axis: number, index: CaseInput): RuleCase => ({
  op: "Gather",
  what,
  inputs: [{ shape: [3, 4, 2] }, index],
  attributes: { axis },
  linearIn: [0],
});

const named = (op: string, what: string, inputs: readonly CaseInput[], attributes: OnnxAttributes = {}): RuleCase => ({
  op,
  what,
  inputs,
  attributes,
  linearIn: [0],
});

const places = whole([2, 3], [0, 2, 1, 2, 2, -1]);
const pairs = whole([3, 2], [0, 1, 2, 3, -1, 0]);

export const indexingCases: readonly RuleCase[] = [
  gather("one place", 0, whole([], [1], true)),
  gather("one place before the end", 1, whole([], [-1], true)),
  gather("one place of a run", 2, whole([], [1])),
  gather("a list", 1, whole([3], [0, 3, 2], true)),
  gather("twice the same, negative", 1, whole([5], [1, 1, -1, 3, -3])),
  gather("a table of places", 0, whole([2, 2], [2, 0, -1, 2])),
  gather("a table along the last axis", -1, whole([2, 3], [1, 0, 1, 1, -2, 0], true)),
  { ...gather("32-bit places", 0, { ...whole([2], [0, -1]), dtype: "int32" }) },
  named("GatherElements", "rows, twice the same", [{ shape: [3, 4] }, places], { axis: 0 }),
  named("GatherElements", "columns", [{ shape: [3, 4] }, places], { axis: -1 }),
  named("GatherND", "elements", [{ shape: [3, 4] }, pairs]),
  named("GatherND", "rows", [{ shape: [3, 4] }, whole([4, 1], [0, 2, 2, -1])]),
  named("GatherND", "in batches", [{ shape: [2, 3, 4] }, whole([2, 1], [1, -1])], { batch_dims: 1 }),
  named("GatherND", "in batches of tables", [{ shape: [2, 3, 4] }, whole([2, 2, 2], [1, 0, 0, 3, 2, 2, 2, 2])], {
    batch_dims: 1,
  }),
  named("ScatterElements", "overwrites", [{ shape: [3, 4] }, whole([2, 2], [0, 1, 2, -1]), { shape: [2, 2] }], {
    axis: 1,
  }),
  named("ScatterElements", "adds", [{ shape: [3, 4] }, places, { shape: [2, 3] }], { axis: 0, reduction: "add" }),
  {
    ...named("ScatterElements", "multiplies", [{ shape: [3, 4] }, places, { shape: [2, 3] }], { reduction: "mul" }),
    refused: "reduction mul",
  },
  named("ScatterND", "overwrites", [{ shape: [3, 4] }, pairs, { shape: [3] }]),
  named("ScatterND", "overwrites rows", [{ shape: [3, 4] }, whole([2, 1], [2, 0]), { shape: [2, 4] }]),
  named("ScatterND", "adds", [{ shape: [3, 4] }, whole([3, 1], [2, 0, 2]), { shape: [3, 4] }], { reduction: "add" }),
  ...[0, -1].flatMap((axis) =>
    [0, 1].map(
      (largest): RuleCase => ({
        op: "TopK",
        what: `axis ${axis}, largest ${largest}`,
        inputs: [{ shape: [4, 5], values: apart }, whole([1], [3], true)],
        attributes: { axis, largest },
        outputs: 2,
        of: [0],
      }),
    ),
  ),
  named("Compress", "along an axis", [{ shape: [3, 4] }, { shape: [4], values: [1, 0, 0, 1], dtype: "bool" }], {
    axis: 1,
  }),
  named("Compress", "flat", [{ shape: [2, 3] }, { shape: [5], values: [0, 1, 1, 0, 1], dtype: "bool" }]),
];
