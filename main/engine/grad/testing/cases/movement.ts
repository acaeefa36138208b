import type { OnnxAttributes } from "../../../onnx/document.ts";
import type { CaseInput, RuleCase } from "../ruleCase.ts";

const whole = (...values: readonly number[]): CaseInput => ({
  shape: [values.length],
  values,
  dtype: "int64",
  isWeight: true,
});
const fed = (...values: readonly number[]): CaseInput => ({ ...whole(...values), isWeight: false, keeps: true });

function moved(
  op: string,
  what: string,
  shape: readonly number[],
  rest: readonly CaseInput[],
  attributes: OnnxAttributes = {},
  more: Partial<RuleCase> = {},
): RuleCase {
  return { op, what, inputs: [{ shape }, ...rest], attributes, linearIn: [0], ...more };
}

const split = (what: string, rest: readonly CaseInput[], attributes: OnnxAttributes, more: Partial<RuleCase> = {}) =>
  moved("Split", what, [2, 6, 3], rest, attributes, { outputs: 3, ...more });

const slice = (what: string, ...rest: readonly CaseInput[]) => moved("Slice", what, [4, 5, 6], rest);

const pad = (what: string, mode: string, rest: readonly CaseInput[], more: Partial<RuleCase> = {}) =>
  moved(
    "Pad",
    what,
    [2, 4, 5],
    rest,
    { mode },
    { linearIn: mode === "constant" && rest.length > 1 ? [] : [0], ...more },
  );

const concat = (axis: number, ...shapes: readonly (readonly number[])[]): RuleCase => ({
  op: "Concat",
  what: `axis ${axis} of ${shapes.length}`,
  inputs: shapes.map((shape) => ({ shape })),
  attributes: { axis },
});

const axis = (value: number): CaseInput => ({ shape: [], values: [value], dtype: "int64", isWeight: true });
const scalar: CaseInput = { shape: [], values: [0.5], isWeight: true };
const openSide = "open side";

export const movementCases: readonly RuleCase[] = [
  moved("Reshape", "flat", [2, 3, 4], [whole(-1)]),
  moved("Reshape", "kept and inferred sides", [2, 3, 4], [whole(0, -1, 2)]),
  moved("Reshape", "to a shape of a run", [2, 3, 4], [fed(4, 6)]),
  moved("Reshape", "to a scalar", [1, 1], [{ shape: [0], values: [], dtype: "int64", isWeight: true }]),
  moved("Flatten", "axis 1", [2, 3, 4], []),
  moved("Flatten", "axis −1", [2, 3, 4], [], { axis: -1 }),
  moved("Flatten", "axis 0", [2, 3, 4], [], { axis: 0 }),
  moved("Squeeze", "named", [2, 1, 3, 1], [whole(1, -1)]),
  moved("Squeeze", "all", [2, 1, 3, 1], []),
  moved("Squeeze", "set 11", [2, 1, 3, 1], [], { axes: [3] }, { opset: 11 }),
  moved("Unsqueeze", "two", [2, 3], [whole(0, -1)]),
  moved("Unsqueeze", "set 11", [2, 3], [], { axes: [1] }, { opset: 11 }),
  moved("Transpose", "reversed", [2, 3, 4], []),
  moved("Transpose", "turned", [2, 3, 4], [], { perm: [1, 2, 0] }),
  concat(0, [2, 3], [1, 3], [4, 3]),
  concat(-1, [2, 3], [2, 1]),
  concat(1, [2, 3, 2]),
  split("equal", [], { axis: 1, num_outputs: 3 }),
  split("sizes", [whole(1, 3, 2)], { axis: 1 }),
  split("one part wanted", [whole(1, 3, 2)], { axis: 1 }, { of: [1] }),
  split("an odd rest", [], { axis: 2, num_outputs: 2 }, { outputs: 2 }),
  split("set 13", [], { axis: -1 }, { opset: 13 }),
  split("set 11", [], { axis: 1, split: [2, 3, 1] }, { opset: 11 }),
  split("sizes of a run", [fed(1, 3, 2)], { axis: 1 }),
  slice("plain", whole(1, 0), whole(3, 4)),
  slice("from the end", whole(-3), whole(-1), whole(-1)),
  slice("too far", whole(2), whole(2 ** 31 - 1), whole(1)),
  slice("every second", whole(1), whole(6), whole(2), whole(2)),
  slice("backwards", whole(-1, 3), whole(-(2 ** 31), 0), whole(0, 2), whole(-1, -2)),
  slice("backwards to the end that there is", whole(-2), whole(2 ** 31 - 1), whole(1), whole(-1)),
  slice("nothing", whole(3), whole(3), whole(0)),
  slice("places of a run", fed(1), fed(4), whole(1)),
  moved("Slice", "set 9", [4, 5], [], { starts: [1, 0], ends: [3, -1], axes: [0, 1] }, { opset: 9 }),
  moved("Expand", "wider", [3, 1], [whole(2, 3, 4)]),
  moved("Expand", "to a shape with ones", [2, 1, 4], [whole(3, 1)]),
  moved("Expand", "to a shape of a run", [3, 1], [fed(2, 3, 4)]),
  moved("Expand", "a scalar", [], [whole(2, 3)]),
  moved("Tile", "repeats", [2, 3, 1], [whole(2, 1, 4)]),
  moved("Tile", "repeats of a run", [2, 3], [fed(3, 2)]),
  pad("zeros", "constant", [whole(0, 1, 2, 1, 0, 3)]),
  pad("cut", "constant", [whole(0, -1, 2, 0, 1, -2)]),
  pad("value", "constant", [whole(0, 1, 0, 0, 1, 1), scalar]),
  pad("axes", "constant", [whole(1, 2), scalar, whole(-1)]),
  pad("of a run", "constant", [fed(0, 1, 2, 1, 0, 3)]),
  pad("reflected", "reflect", [whole(0, 2, 3, 0, 1, 2)], { refusedOpen: openSide }),
  pad("edge", "edge", [whole(0, 2, 1, 1, 1, 2)], { refusedOpen: openSide }),
  pad("wrapped", "wrap", [whole(0, 2, 1, 1, 1, 2)], { refusedOpen: openSide, opset: 19 }),
  pad("a value of a run", "constant", [whole(0, 1, 0, -1, 1, 1), { shape: [], values: [0.5] }]),
  pad("a value of a run and axes", "constant", [whole(1, 2), { shape: [], values: [0.5] }, whole(-1)]),
  moved("ReverseSequence", "along axis 1", [2, 4, 3], [whole(3, 4)], { batch_axis: 0, time_axis: 1 }),
  ...["DCR", "CRD"].map((mode) =>
    moved("DepthToSpace", mode, [2, 12, 3, 2], [], { blocksize: 2, mode }, { isSingle: true }),
  ),
  moved("SpaceToDepth", "blocks of 2", [2, 3, 4, 6], [], { blocksize: 2 }, { isSingle: true }),
  ...[0, 1].flatMap((exclusive) =>
    [0, 1].map((reverse) =>
      moved("CumSum", `exclusive ${exclusive}, reverse ${reverse}`, [3, 4], [axis(1)], { exclusive, reverse }),
    ),
  ),
  ...[0, 1].flatMap((upper) =>
    [-1, 0, 2].map((k) => moved("Trilu", `upper ${upper}, k ${k}`, [2, 4, 5], [axis(k)], { upper })),
  ),
];
