import { floatAttribute, intAttribute, intsAttribute } from "../../onnx/document.ts";
import { positiveAxes } from "../shapes.ts";
import type { ExpandContext, Expander } from "./context.ts";

const mean = ({ build }: ExpandContext, x: string, axes: readonly number[]) =>
  build.op("ReduceMean", [x, build.ints(axes)], { keepdims: 1 });

/** (x − mean) / √(var + ε) over axes. */
function standardised(context: ExpandContext, x: string, axes: readonly number[], epsilon: number): string {
  const { m } = context;
  const centred = m.sub(x, mean(context, x, axes));
  const variance = mean(context, m.mul(centred, centred), axes);
  return m.div(centred, m.unary("Sqrt", m.add(variance, epsilon)));
}

/** x / √(mean x² + ε) over the last axes, scaled; and that divisor's inverse. */
function rootMeanSquare(context: ExpandContext, x: string, scale: string, epsilon: number, axes = [-1]): string[] {
  const { m } = context;
  const inverse = m.div(1, m.unary("Sqrt", m.add(mean(context, m.mul(x, x), axes), epsilon)));
  return [m.mul(m.mul(x, inverse), scale), inverse];
}

const simplifiedLayerNorm: Expander = (context) => {
  const { node, input, shape } = context;
  const rank = shape(0).length;
  const [first] = positiveAxes([intAttribute(node, "axis", -1)], rank);
  const axes = Array.from({ length: rank - first }, (_, i) => first + i);
  return rootMeanSquare(context, input(0)!, input(1)!, floatAttribute(node, "epsilon", 1e-5), axes);
};

const layerNorm = (context: ExpandContext, x: string, gamma: string, beta: string | null, absent: number) =>
  context.build.op("LayerNormalization", [x, gamma, ...(beta ? [beta] : [])], {
    axis: -1,
    epsilon: { float: floatAttribute(context.node, "epsilon", absent) },
  });

/** Of input + skip + bias; gives that sum too. */
const skipLayerNorm: Expander = (context) => {
  const { m, input, node } = context;
  const both = m.add(input(0)!, input(1)!);
  const sum = input(4) ? m.add(both, input(4)!) : both;
  const middle = mean(context, sum, [-1]);
  const centred = m.sub(sum, middle);
  const variance = m.add(mean(context, m.mul(centred, centred), [-1]), floatAttribute(node, "epsilon", 1e-12));
  return [layerNorm(context, sum, input(2)!, input(3), 1e-12), middle, m.div(1, m.unary("Sqrt", variance)), sum];
};

const skipSimplifiedLayerNorm: Expander = (context) => {
  const { m, input, node } = context;
  const both = m.add(input(0)!, input(1)!);
  const sum = input(3) ? m.add(both, input(3)!) : both;
  const [y, inverse] = rootMeanSquare(context, sum, input(2)!, floatAttribute(node, "epsilon", 1e-12));
  return [y, mean(context, sum, [-1]), inverse, sum];
};

/** Group normalisation of x with channels at the end (or second), and SiLU where asked. */
function groupNormOf(context: ExpandContext, x: string): string {
  const { node, build, m, input } = context;
  const isLast = intAttribute(node, "channels_last", 1) === 1;
  const groups = intAttribute(node, "groups", 1);
  const first = isLast ? build.op("Transpose", [x], { perm: [0, 3, 1, 2] }) : x;
  const grouped = build.op("Reshape", [first, build.ints([0, groups, -1])]);
  const hat = standardised(context, grouped, [2], floatAttribute(node, "epsilon", 1e-5));
  const back = build.op("Reshape", [hat, build.op("Shape", [first])]);
  const along = (i: number) => {
    const own = build.op("CastLike", [input(i)!, x]);
    return isLast ? own : build.op("Unsqueeze", [own, build.ints([1, 2])]);
  };
  const placed = isLast ? build.op("Transpose", [back], { perm: [0, 2, 3, 1] }) : back;
  const y = m.add(m.mul(placed, along(1)), along(2));
  return intAttribute(node, "activation", 0) === 1 ? m.mul(y, m.unary("Sigmoid", y)) : y;
}

const skipGroupNorm: Expander = (context) => {
  const { build, m, input, shape, node } = context;
  if (intAttribute(node, "channels_last", 1) !== 1) return context.refuse("its channels are not at the end");
  const skip = shape(3).length === 2 ? build.op("Unsqueeze", [input(3)!, build.ints([1, 2])]) : input(3)!;
  const both = m.add(input(0)!, skip);
  const sum = input(4) ? m.add(both, input(4)!) : both;
  return [groupNormOf(context, sum), sum];
};

const meanVariance: Expander = (context) => {
  const { m, input, node } = context;
  const axes = intsAttribute(node, "axes") ?? [0, 2, 3];
  const centred = m.sub(input(0)!, mean(context, input(0)!, axes));
  const deviation = m.unary("Sqrt", mean(context, m.mul(centred, centred), axes));
  return [m.div(centred, m.add(deviation, 1e-9))];
};

/** x / (bias + α mean over neighbouring channels of x²)^β: a pool along the channels. */
const localResponse: Expander = ({ build, m, input, node }) => {
  const x = input(0)!;
  const size = intAttribute(node, "size", 1);
  const flat = build.op("Reshape", [m.mul(x, x), build.ints([0, 0, -1])]);
  const begin = Math.floor((size - 1) / 2);
  const pooled = build.op("AveragePool", [build.op("Unsqueeze", [flat, build.ints([1])])], {
    kernel_shape: [size, 1],
    pads: [begin, 0, size - 1 - begin, 0],
    count_include_pad: 1,
  });
  const power = m.add(m.mul(pooled, floatAttribute(node, "alpha", 1e-4)), floatAttribute(node, "bias", 1));
  const divisor = build.op("Pow", [power, m.number(floatAttribute(node, "beta", 0.75))]);
  return [m.div(x, build.op("Reshape", [divisor, build.op("Shape", [x])]))];
};

/** Embeddings of words, places and segments, normalised. */
const embedLayerNorm: Expander = (context) => {
  const { build, m, input, refuse, node } = context;
  const [ids, segments] = [input(0)!, input(1)];
  if ((node.outputs[1] ?? "") !== "" && input(7)) refuse("its mask is not supported");
  const word = build.op("Gather", [input(2)!, ids]);
  const length = build.op("Gather", [build.op("Shape", [ids]), build.int(1)]);
  const range = build.op("Range", [build.int(0), length, build.int(1)]);
  const places = input(8) ?? build.op("Unsqueeze", [range, build.ints([0])]);
  const sum = m.add(word, build.op("Gather", [input(3)!, places]));
  const whole = segments && input(4) ? m.add(sum, build.op("Gather", [input(4)!, segments])) : sum;
  return [layerNorm(context, whole, input(5)!, input(6), 1e-12), zeroMask(context, ids), whole];
};

/** What stands for the lengths of sentences where no mask is given. */
function zeroMask({ build }: ExpandContext, ids: string): string {
  const rows = build.op("Slice", [build.op("Shape", [ids]), build.ints([0]), build.ints([1])]);
  return build.op("Cast", [build.op("Expand", [build.int(0), rows])], { to: 6 });
}

/** Normalisations that the runtime's optimiser fuses, and rare standard ones. */
export const normExpanders: Readonly<Record<string, Expander>> = {
  "com.microsoft.SkipLayerNormalization": skipLayerNorm,
  "com.microsoft.SkipSimplifiedLayerNormalization": skipSimplifiedLayerNorm,
  "com.microsoft.SimplifiedLayerNormalization": simplifiedLayerNorm,
  SimplifiedLayerNormalization: simplifiedLayerNorm,
  "com.microsoft.GroupNorm": (context) => [groupNormOf(context, context.input(0)!)],
  "com.microsoft.SkipGroupNorm": skipGroupNorm,
  "com.microsoft.EmbedLayerNormalization": embedLayerNorm,
  MeanVarianceNormalization: meanVariance,
  LRN: localResponse,
};
