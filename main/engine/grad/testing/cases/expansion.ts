import type { OnnxAttributes } from "../../../onnx/document.ts";
import { apart, positive } from "../draw.ts";
import type { CaseInput, RuleCase } from "../ruleCase.ts";

const float = (value: number) => ({ float: value });
const some = (...shape: number[]): CaseInput => ({ shape });
const fixed = (...shape: number[]): CaseInput => ({ shape, keeps: true });
const wide = (...shape: number[]): CaseInput => ({ shape, keeps: [2] });
const scale = (count: number): CaseInput => ({ shape: [count], values: positive, keeps: true });
const whole = (shape: readonly number[], values: readonly number[], dtype: "int32" | "int64" = "int32"): CaseInput => ({
  shape,
  values,
  dtype,
});

function fused(
  op: string,
  inputs: readonly (CaseInput | null)[],
  attributes: OnnxAttributes = {},
  more: Partial<RuleCase> = {},
): RuleCase {
  return { op, domain: "com.microsoft", inputs, attributes, isSingle: true, opset: 17, ...more };
}

const convolution = (what: string, attributes: OnnxAttributes, sum = false) =>
  fused(
    "FusedConv",
    [{ ...some(1, 2, 5, 5), values: apart }, fixed(3, 2, 3, 3), fixed(3), ...(sum ? [some(1, 3, 3, 3)] : [])],
    attributes,
    { what, wrt: [0] },
  );

const hidden = some(2, 3, 8);
const attention = (what: string, attributes: OnnxAttributes, ...rest: (CaseInput | null)[]) =>
  fused("Attention", [some(2, 3, 4), fixed(4, 24), fixed(24), ...rest], { num_heads: 2, ...attributes }, { what });
const multiHead = (what: string, inputs: (CaseInput | null)[], attributes: OnnxAttributes = {}, more = {}) =>
  fused("MultiHeadAttention", inputs, { num_heads: 2, ...attributes }, { what, ...more });
const standard = (what: string, inputs: (CaseInput | null)[], attributes: OnnxAttributes = {}): RuleCase => ({
  op: "Attention",
  what,
  inputs,
  attributes,
  opset: 23,
  isSingle: true,
});
const rotary = (what: string, inputs: (CaseInput | null)[], attributes: OnnxAttributes = {}): RuleCase => ({
  ...standard(what, inputs, attributes),
  op: "RotaryEmbedding",
});
const heads = (count: number, length: number) => fixed(2, count, length, 4);
const group = { groups: 2, activation: 0, epsilon: float(1e-4), channels_last: 1 };
const foreign = { isForeign: true };

export const expansionCases: readonly RuleCase[] = [
  fused("Gelu", [some(2, 5)]),
  fused("FastGelu", [some(2, 5)]),
  fused("FastGelu", [some(2, 5), some(5)], {}, { what: "bias" }),
  fused("BiasGelu", [some(2, 5), some(5)]),
  fused("QuickGelu", [some(2, 5)], { alpha: float(1.5) }),
  fused("BiasSplitGelu", [some(2, 3, 8), some(8)], {}, foreign),
  fused("BiasAdd", [some(2, 3, 8), some(8), some(2, 3, 8)], {}, foreign),
  fused("FusedMatMul", [some(2, 3, 4), some(2, 3, 5)], { transA: 1, alpha: float(0.5) }),
  fused("FusedMatMul", [some(2, 3, 4), some(5, 4)], { transB: 1, alpha: float(2) }, { what: "second turned" }),
  fused("FusedMatMul", [some(2, 3, 4), some(2, 3, 4)], { transBatchA: 1 }, { what: "batch", refused: "the batch" }),
  fused("TransposeMatMul", [some(3, 2), some(3, 4)], { transA: 1 }),
  fused("FusedGemm", [{ ...some(3, 4), values: apart }, some(4, 2), some(2)], {
    activation: "LeakyRelu",
    activation_alpha: float(0.2),
  }),
  convolution("Relu", { activation: "Relu" }),
  convolution("sum and Tanh", { activation: "Tanh" }, true),
  convolution("LeakyRelu", { activation: "LeakyRelu", activation_params: { floats: [0.3] } }),
  convolution("Clip", { activation: "Clip", activation_params: { floats: [-5, 5] } }),
  fused("NhwcConv", [some(1, 5, 5, 2), fixed(3, 2, 3, 3), fixed(3)], { pads: [1, 1, 1, 1] }, foreign),
  fused("SkipLayerNormalization", [hidden, hidden, scale(8), fixed(8), fixed(8)], { epsilon: float(1e-4) }),
  fused(
    "SkipLayerNormalization",
    [hidden, hidden, scale(8), fixed(8), null],
    {},
    { what: "with the sum", outputs: 4, of: [0, 3] },
  ),
  fused("SkipSimplifiedLayerNormalization", [hidden, hidden, scale(8)], { epsilon: float(1e-4) }),
  fused("SkipSimplifiedLayerNormalization", [hidden, hidden, scale(8), fixed(8)], {}, { what: "bias" }),
  { ...fused("SimplifiedLayerNormalization", [hidden, scale(8)], { axis: -1, epsilon: float(1e-4) }), ...foreign },
  {
    op: "SimplifiedLayerNormalization",
    inputs: [hidden, scale(8)],
    attributes: { axis: -1, epsilon: float(1e-4) },
    isSingle: true,
  },
  fused("GroupNorm", [some(2, 3, 3, 4), scale(4), fixed(4)], group, foreign),
  fused("GroupNorm", [some(2, 3, 3, 4), scale(4), fixed(4)], { ...group, activation: 1 }, { ...foreign, what: "SiLU" }),
  fused("SkipGroupNorm", [some(2, 3, 3, 4), scale(4), fixed(4), some(2, 4), fixed(4)], group, {
    ...foreign,
    outputs: 2,
  }),
  fused(
    "EmbedLayerNormalization",
    [
      whole([2, 3], [0, 1, 2, 3, 1, 0]),
      whole([2, 3], [0, 0, 1, 1, 0, 1]),
      fixed(4, 8),
      fixed(3, 8),
      fixed(2, 8),
      scale(8),
      fixed(8),
    ],
    {},
    { outputs: 2, of: [0] },
  ),
  attention("plain", {}),
  attention("causal", { unidirectional: 1 }),
  attention("a mask of places", {}, whole([2, 3], [1, 1, 0, 1, 0, 1])),
  attention("lengths", {}, whole([2], [2, 3])),
  attention("scores added, own scale", { scale: float(0.3) }, null, null, some(2, 2, 3, 3)),
  fused(
    "Attention",
    [some(2, 3, 4), fixed(4, 20), fixed(20)],
    { num_heads: 2, qkv_hidden_sizes: [8, 8, 4] },
    {
      what: "sizes of its own",
    },
  ),
  multiHead("three inputs", [hidden, some(2, 5, 8), some(2, 5, 8)]),
  multiHead("bias", [wide(2, 3, 8), wide(2, 5, 8), wide(2, 5, 4), fixed(20)]),
  multiHead("mask and scores", [hidden, hidden, hidden, null, whole([2, 3], [1, 1, 0, 1, 1, 1]), some(1, 2, 3, 3)]),
  multiHead("causal", [hidden, hidden, hidden], { unidirectional: 1 }),
  multiHead("keys in heads", [hidden, some(2, 2, 5, 4), some(2, 2, 5, 4)]),
  multiHead("packed", [some(2, 3, 2, 3, 4), null, null], {}, foreign),
  multiHead("keys packed", [hidden, some(2, 5, 2, 2, 4), null], {}, foreign),
  standard("in heads", [heads(2, 3), heads(2, 5), heads(2, 5)]),
  standard("mask", [heads(2, 3), heads(2, 5), heads(2, 5), some(3, 5)], { scale: float(0.4) }),
  standard("boolean mask", [
    heads(1, 2),
    heads(1, 3),
    heads(1, 3),
    { shape: [2, 3], values: [1, 0, 1, 1, 1, 0], dtype: "bool" },
  ]),
  standard("causal", [heads(2, 3), heads(2, 3), heads(2, 3)], { is_causal: 1 }),
  standard("softcap", [heads(2, 3), heads(2, 3), heads(2, 3)], { softcap: float(1.5) }),
  standard("shared keys", [heads(4, 3), heads(2, 5), heads(2, 5)]),
  standard("joined heads", [some(2, 3, 8), some(2, 5, 4), some(2, 5, 4)], { q_num_heads: 4, kv_num_heads: 2 }),
  standard("mask and softcap", [heads(2, 3), heads(2, 5), heads(2, 5), some(3, 5)], { softcap: float(1.5) }),
  { ...standard("what a next call takes", [heads(4, 3), heads(2, 5), heads(2, 5)]), outputs: 3 },
  rotary("in heads", [fixed(2, 3, 4, 6), fixed(2, 4, 3), fixed(2, 4, 3)]),
  rotary(
    "woven, by position",
    [fixed(2, 3, 4, 6), fixed(5, 3), fixed(5, 3), whole([2, 4], [0, 1, 2, 3, 4, 3, 2, 1], "int64")],
    {
      interleaved: 1,
    },
  ),
  rotary("a part, joined heads", [wide(2, 4, 12), fixed(2, 4, 2), fixed(2, 4, 2)], {
    num_heads: 2,
    rotary_embedding_dim: 4,
  }),
  fused("RotaryEmbedding", [
    wide(2, 4, 12),
    whole([2, 4], [0, 1, 2, 3, 4, 3, 2, 1], "int64"),
    fixed(5, 3),
    fixed(5, 3),
  ]),
  fused(
    "RotaryEmbedding",
    [fixed(2, 3, 4, 6), whole([1], [1], "int64"), fixed(5, 3), fixed(5, 3)],
    { interleaved: 1 },
    { what: "woven, from a place on" },
  ),
  fused("GemmFastGelu", [some(3, 4), some(4, 2), some(2)], {}, foreign),
  fused("BiasSoftmax", [some(2, 3, 4, 5), some(2, 1, 1, 5)], { axis: 3 }, foreign),
  fused("BiasSoftmax", [some(2, 3, 4), some(3, 4)], { axis: 1 }, { what: "over two axes", refused: "several axes" }),
  fused("FusedMatMulActivation", [some(2, 3, 4), some(5, 4)], { transB: 1, activation: "Tanh" }, foreign),
  fused(
    "NhwcFusedConv",
    [some(1, 5, 5, 2), fixed(3, 2, 3, 3), fixed(3), some(1, 3, 3, 3)],
    { activation: "Sigmoid" },
    foreign,
  ),
  {
    ...standard("a past", [heads(1, 2), heads(1, 2), heads(1, 2), null, heads(1, 2), heads(1, 2)]),
    refused: "a past of keys",
  },
  { op: "MeanVarianceNormalization", inputs: [some(2, 3, 4, 2)], isSingle: true },
  {
    op: "LRN",
    inputs: [{ shape: [2, 5, 3, 2], keeps: [1] }],
    attributes: { size: 3, alpha: float(0.3), beta: float(0.75), bias: float(1.5) },
    isSingle: true,
  },
];
