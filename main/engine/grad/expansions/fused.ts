import { floatAttribute, intAttribute, type OnnxAttributes, textAttribute } from "../../onnx/document.ts";
import type { Arithmetic } from "../rule.ts";
import type { ExpandContext, Expander } from "./context.ts";

/** x Φ(x) */
export function gelu(m: Arithmetic, x: string): string {
  return m.mul(m.mul(x, 0.5), m.add(m.unary("Erf", m.div(x, Math.SQRT2)), 1));
}

/** The tanh form of x Φ(x). */
function fastGelu(m: Arithmetic, x: string): string {
  const inner = m.mul(x, m.add(m.mul(m.mul(x, x), 0.044715), 1));
  return m.mul(m.mul(x, 0.5), m.add(m.unary("Tanh", m.mul(inner, Math.sqrt(2 / Math.PI))), 1));
}

/** The sum of the first input and others that are given. */
function sumOf({ input, m }: ExpandContext, ...others: readonly number[]): string {
  return others.reduce((sum, i) => (input(i) ? m.add(sum, input(i)!) : sum), input(0)!);
}

/** α · A · B with either turned, and the activation that some forms end with. */
const fusedMatMul: Expander = (context) => {
  const { node, build, m, shape, refuse } = context;
  if (intAttribute(node, "transBatchA", 0) || intAttribute(node, "transBatchB", 0)) {
    return refuse("it transposes the batch");
  }
  const side = (i: number, attribute: string) => {
    const rank = shape(i).length;
    if (!intAttribute(node, attribute, 0) || rank < 2) return node.inputs[i];
    const perm = Array.from({ length: rank }, (_, axis) => axis);
    [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
    return build.op("Transpose", [node.inputs[i]], { perm });
  };
  const product = build.op("MatMul", [side(0, "transA"), side(1, "transB")]);
  return [activated(context, m.mul(product, floatAttribute(node, "alpha", 1)))];
};

/** Attributes of the plain operator inside a fused one. */
function plainAttributes({ node }: ExpandContext): OnnxAttributes {
  return Object.fromEntries(Object.entries(node.attributes ?? {}).filter(([name]) => !name.startsWith("activation")));
}

/** The activation that a fused operator ends with. */
function activated({ node, build, m, refuse }: ExpandContext, x: string): string {
  const name = textAttribute(node, "activation", "");
  const given = node.attributes?.activation_params;
  const params = typeof given === "object" && "floats" in given ? given.floats : [];
  const float = (i: number, attribute: string) => ({ float: params[i] ?? floatAttribute(node, attribute, 0) });
  switch (name) {
    case "":
      return x;
    case "Relu":
    case "Sigmoid":
    case "Tanh":
    case "Softplus":
    case "HardSwish":
      return m.unary(name, x);
    case "LeakyRelu":
      return build.op(name, [x], { alpha: float(0, "activation_alpha") });
    case "HardSigmoid":
      return build.op(name, [x], { alpha: float(0, "activation_alpha"), beta: float(1, "activation_beta") });
    case "Clip":
      return build.op(name, [x, m.number(params[0]), m.number(params[1])]);
    default:
      return refuse(`its activation ${name} is not supported`);
  }
}

const fusedConv: Expander = (context) => {
  const { build, m, input } = context;
  const inputs = [0, 1, 2].flatMap((i) => input(i) ?? []);
  const result = build.op("Conv", inputs, plainAttributes(context));
  return [activated(context, input(3) ? m.add(result, input(3)!) : result)];
};

const fusedGemm: Expander = (context) => {
  const inputs = [0, 1, 2].flatMap((i) => context.input(i) ?? []);
  return [activated(context, context.build.op("Gemm", inputs, plainAttributes(context)))];
};

/** Channels at the end. */
const nhwcConv: Expander = (context) => {
  const { build, m, input } = context;
  const first = build.op("Transpose", [input(0)!], { perm: [0, 3, 1, 2] });
  const result = build.op("Conv", [first, ...[1, 2].flatMap((i) => input(i) ?? [])], plainAttributes(context));
  const last = build.op("Transpose", [result], { perm: [0, 2, 3, 1] });
  return [activated(context, input(3) ? m.add(last, input(3)!) : last)];
};

const gemmFastGelu: Expander = ({ build, m, input }) => {
  const product = build.op("MatMul", [input(0)!, input(1)!]);
  return [fastGelu(m, input(2) ? m.add(product, input(2)!) : product)];
};

/** Of the sum of scores and a mask, which broadcasts. */
const biasSoftmax: Expander = (context) => {
  const { node, build, shape, refuse } = context;
  const axis = intAttribute(node, "axis", 1);
  if (axis !== -1 && axis !== shape(0).length - 1) return refuse("its softmax is over several axes");
  return [build.op("Softmax", [sumOf(context, 1)], { axis: -1 })];
};

/** The first half times the GELU of the second, along the last axis. */
const biasSplitGelu: Expander = (context) => {
  const { build, m } = context;
  const [value, gate] = build.many("Split", [sumOf(context, 1)], 2, { axis: -1, num_outputs: 2 });
  return [m.mul(value, gelu(m, gate))];
};

const quickGelu: Expander = ({ m, input, node }) => {
  const x = input(0)!;
  return [m.mul(x, m.unary("Sigmoid", m.mul(x, floatAttribute(node, "alpha", 1.702))))];
};

/** Products, convolutions and activations that the runtime's optimiser fuses. */
export const fusedExpanders: Readonly<Record<string, Expander>> = {
  "com.microsoft.Gelu": ({ m, input }) => [gelu(m, input(0)!)],
  "com.microsoft.FastGelu": (context) => [fastGelu(context.m, sumOf(context, 1))],
  "com.microsoft.BiasGelu": (context) => [gelu(context.m, sumOf(context, 1))],
  "com.microsoft.QuickGelu": quickGelu,
  "com.microsoft.BiasSplitGelu": biasSplitGelu,
  "com.microsoft.BiasAdd": (context) => [sumOf(context, 1, 2)],
  "com.microsoft.FusedMatMul": fusedMatMul,
  "com.microsoft.FusedMatMulActivation": fusedMatMul,
  "com.microsoft.TransposeMatMul": fusedMatMul,
  "com.microsoft.GemmFastGelu": gemmFastGelu,
  "com.microsoft.BiasSoftmax": biasSoftmax,
  "com.microsoft.FusedGemm": fusedGemm,
  "com.microsoft.FusedConv": fusedConv,
  "com.microsoft.NhwcConv": nhwcConv,
  "com.microsoft.NhwcFusedConv": nhwcConv,
};
