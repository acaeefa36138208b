import { apart, type Draw, normal, positive } from "../draw.ts";
import type { RuleCase } from "../ruleCase.ts";

interface Form {
  readonly what: string;
  readonly axes: readonly number[] | null;
  readonly keeps: number;
}

const forms: readonly Form[] = [
  { what: "all", axes: null, keeps: 0 },
  { what: "all, kept", axes: null, keeps: 1 },
  { what: "last", axes: [-1], keeps: 0 },
  { what: "first and last, kept", axes: [0, 2], keeps: 1 },
  { what: "unordered", axes: [2, 0], keeps: 0 },
];

function reduction(op: string, values: Draw, form: Form, more: Partial<RuleCase> = {}): RuleCase {
  const axes = form.axes && { shape: [form.axes.length], values: form.axes, dtype: "int64" as const, isWeight: true };
  return {
    op,
    what: form.what,
    inputs: [{ shape: [2, 3, 4], values }, ...(axes ? [axes] : [])],
    attributes: { keepdims: form.keeps },
    ...more,
  };
}

const all = (op: string, values: Draw, more: Partial<RuleCase> = {}) =>
  forms.map((form) => reduction(op, values, form, more));

const shifted: Draw = (random) => normal(random, 0, 1) + 0.2;

export const reductionCases: readonly RuleCase[] = [
  ...all("ReduceSum", normal, { linearIn: [0] }),
  ...all("ReduceMean", normal, { linearIn: [0] }),
  ...all("ReduceMax", apart),
  ...all("ReduceMin", apart),
  ...all("ReduceL1", apart, { isSingle: true }),
  ...all("ReduceL2", normal, { isSingle: true }),
  ...all("ReduceSumSquare", normal),
  ...all("ReduceLogSum", positive, { isSingle: true }),
  ...all("ReduceLogSumExp", normal),
  ...all("ReduceProd", shifted, { isSingle: true }),
  {
    op: "ReduceProd",
    what: "one zero",
    inputs: [
      { shape: [2, 3], values: [0, 2, -1.5, 0.5, 0, 1.25] },
      { shape: [1], values: [1], dtype: "int64", isWeight: true },
    ],
    isSingle: true,
  },
  {
    op: "ReduceSum",
    what: "no axes, does nothing",
    inputs: [{ shape: [2, 3] }, { shape: [0], values: [], dtype: "int64", isWeight: true }],
    attributes: { noop_with_empty_axes: 1 },
  },
  {
    op: "ReduceMean",
    what: "axes as an attribute (set 13)",
    inputs: [{ shape: [2, 3, 4] }],
    attributes: { axes: [1, -1], keepdims: 0 },
    opset: 13,
  },
  {
    op: "ReduceSum",
    what: "axes as an attribute (set 11)",
    inputs: [{ shape: [2, 3, 4] }],
    attributes: { axes: [1], keepdims: 1 },
    opset: 11,
  },
];
