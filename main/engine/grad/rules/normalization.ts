import { floatAttribute, intAttribute } from "../../onnx/document.ts";
import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry } from "../rule.ts";
import { meanOver, positiveAxes, reshapeLike, sumOver, unbroadcast } from "../shapes.ts";

const axesFrom = (first: number, rank: number) => Array.from({ length: rank - first }, (_, i) => first + i);

/** x̂ and 1/√(var + ε) over axes. */
function standardised(context: RuleContext, x: string, axes: readonly number[], epsilon: number) {
  const m = new Arithmetic(context);
  const centred = m.sub(x, meanOver(context, x, axes));
  const variance = meanOver(context, m.mul(centred, centred), axes);
  const inverse = m.div(1, m.unary("Sqrt", m.add(variance, epsilon)));
  return { hat: m.mul(centred, inverse), inverse };
}

/** r · (h − mean h − x̂ · mean(h x̂)) over axes: what standardising does to a cotangent h. */
function throughStandard(
  context: RuleContext,
  h: string,
  hat: string,
  inverse: string,
  axes: readonly number[],
): string {
  const m = new Arithmetic(context);
  const along = m.mul(hat, meanOver(context, m.mul(h, hat), axes));
  return m.mul(m.sub(m.sub(h, meanOver(context, h, axes)), along), inverse);
}

const layerNorm: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const { node } = context;
  const [x, gamma, beta] = node.inputs;
  const shape = context.shape(x);
  const [first] = positiveAxes([intAttribute(node, "axis", -1)], shape.length);
  const axes = axesFrom(first, shape.length);
  const value = context.cotangents[0]!;
  const { hat, inverse } = standardised(context, x, axes, floatAttribute(node, "epsilon", 1e-5));
  return [
    context.wants(0) ? throughStandard(context, m.mul(value, gamma), hat, inverse, axes) : null,
    context.wants(1) ? unbroadcast(context, m.mul(value, hat), shape, gamma) : null,
    beta && context.wants(2) ? unbroadcast(context, value, shape, beta) : null,
  ];
};

/** [C] as [C, 1, …] so that it lies along axis 1 of a value of `rank`. */
function alongChannels({ build }: RuleContext, name: string, rank: number): string {
  if (rank <= 2) return name;
  return build.op("Unsqueeze", [name, build.ints(axesFrom(1, rank - 1))]);
}

const channelSums = (context: RuleContext, value: string, rank: number) =>
  sumOver(context, value, [0, ...axesFrom(2, rank)], true);

const instanceNorm: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const [x, scale] = context.node.inputs;
  const rank = context.shape(x).length;
  const axes = axesFrom(2, rank);
  const value = context.cotangents[0]!;
  const { hat, inverse } = standardised(context, x, axes, floatAttribute(context.node, "epsilon", 1e-5));
  const h = m.mul(value, alongChannels(context, scale, rank));
  return [
    context.wants(0) ? throughStandard(context, h, hat, inverse, axes) : null,
    context.wants(1) ? channelSums(context, m.mul(value, hat), rank) : null,
    context.wants(2) ? channelSums(context, value, rank) : null,
  ];
};

/** Groups of channels as one axis: [N, G, −1]. Before set 21 scale and bias are per group, since then per channel. */
const groupNorm: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const { build, node, opset } = context;
  const [x, scale] = node.inputs;
  const rank = context.shape(x).length;
  const groups = intAttribute(node, "num_groups", 1);
  const value = context.cotangents[0]!;
  const grouped = (name: string) => build.op("Reshape", [name, build.ints([0, groups, -1])]);
  const { hat, inverse } = standardised(context, grouped(x), [2], floatAttribute(node, "epsilon", 1e-5));
  const isPerGroup = opset < 21;
  const h = isPerGroup
    ? m.mul(grouped(value), alongChannels(context, scale, 3))
    : grouped(m.mul(value, alongChannels(context, scale, rank)));
  const [wide, own] = isPerGroup ? [hat, grouped(value)] : [reshapeLike(context, hat, x), value];
  return [
    context.wants(0) ? reshapeLike(context, throughStandard(context, h, hat, inverse, [2]), x) : null,
    context.wants(1) ? channelSums(context, m.mul(own, wide), isPerGroup ? 3 : rank) : null,
    context.wants(2) ? channelSums(context, own, isPerGroup ? 3 : rank) : null,
  ];
};

const batchNorm: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const { node } = context;
  if (intAttribute(node, "training_mode", 0) === 1) context.refuse("it is in training mode");
  const [x, scale, , mean, variance] = node.inputs;
  const rank = context.shape(x).length;
  const value = context.cotangents[0]!;
  const inverse = m.div(1, m.unary("Sqrt", m.add(variance, floatAttribute(node, "epsilon", 1e-5))));
  const hat = () => m.mul(m.sub(x, alongChannels(context, mean, rank)), alongChannels(context, inverse, rank));
  const ofVariance = () => {
    const along = m.mul(channelSums(context, m.mul(value, hat()), rank), scale);
    return m.mul(m.mul(along, m.mul(inverse, inverse)), -0.5);
  };
  return [
    context.wants(0) ? m.mul(value, alongChannels(context, m.mul(scale, inverse), rank)) : null,
    context.wants(1) ? channelSums(context, m.mul(value, hat()), rank) : null,
    context.wants(2) ? channelSums(context, value, rank) : null,
    context.wants(3) ? m.unary("Neg", m.mul(channelSums(context, value, rank), m.mul(scale, inverse))) : null,
    context.wants(4) ? ofVariance() : null,
  ];
};

const rmsNorm: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const { node } = context;
  const [x, scale] = node.inputs;
  const shape = context.shape(x);
  const [first] = positiveAxes([intAttribute(node, "axis", -1)], shape.length);
  const axes = axesFrom(first, shape.length);
  const square = meanOver(context, m.mul(x, x), axes);
  const inverse = m.div(1, m.unary("Sqrt", m.add(square, floatAttribute(node, "epsilon", 1e-5))));
  const hat = m.mul(x, inverse);
  const value = context.cotangents[0]!;
  const h = m.mul(value, scale);
  const along = m.mul(hat, meanOver(context, m.mul(h, hat), axes));
  return [
    context.wants(0) ? m.mul(m.sub(h, along), inverse) : null,
    context.wants(1) ? unbroadcast(context, m.mul(value, hat), shape, scale) : null,
  ];
};

const lpNorm: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const { node, build } = context;
  const [x] = node.inputs;
  const [y] = node.outputs;
  const axes = [intAttribute(node, "axis", -1)];
  const isEuclidean = intAttribute(node, "p", 2) === 2;
  const norm = build.op(isEuclidean ? "ReduceL2" : "ReduceL1", [x, build.ints(axes)], { keepdims: 1 });
  const value = context.cotangents[0]!;
  const direction = isEuclidean ? y : m.unary("Sign", x);
  const along = m.mul(direction, sumOver(context, m.mul(value, y), axes));
  const isPositive = build.op("Greater", [norm, m.number(0)]);
  const safe = m.select(isPositive, norm, 1);
  return [m.select(isPositive, m.div(m.sub(value, along), safe), 0)];
};

const softmaxAxis = ({ node }: RuleContext) => [intAttribute(node, "axis", -1)];

const softmax: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const [y] = context.node.outputs;
  const weighted = m.mul(context.cotangents[0]!, y);
  return [m.sub(weighted, m.mul(y, sumOver(context, weighted, softmaxAxis(context))))];
};

const logSoftmax: GradientRule = (context) => {
  const m = new Arithmetic(context);
  const value = context.cotangents[0]!;
  const share = m.unary("Exp", context.node.outputs[0]);
  return [m.sub(value, m.mul(share, sumOver(context, value, softmaxAxis(context))))];
};

/** Rules of normalisations and of softmax. */
export const normalization: Readonly<Record<string, RuleEntry>> = {
  LayerNormalization: { rule: layerNorm, about: "r (h − mean h − x̂ mean(h x̂)), h = ȳ γ; γ: Σ ȳ x̂; β: Σ ȳ" },
  InstanceNormalization: { rule: instanceNorm, about: "as layer normalisation, over the spatial axes" },
  GroupNormalization: { rule: groupNorm, about: "as layer normalisation, over groups of channels" },
  BatchNormalization: { rule: batchNorm, about: "ȳ γ / √(var + ε) (inference); all of its weights" },
  RMSNormalization: { rule: rmsNorm, about: "r (h − x̂ mean(h x̂)), h = ȳ γ" },
  LpNormalization: { rule: lpNorm, about: "(ȳ − y Σ ȳ y) / ‖x‖; 0 at 0" },
  Softmax: { rule: softmax, about: "y (ȳ − Σ ȳ y)" },
  LogSoftmax: { rule: logSoftmax, about: "ȳ − e^y Σ ȳ" },
};
