import { intAttribute, intsAttribute, type OnnxAttributes } from "../../onnx/document.ts";
import type { ExpandContext, Expander } from "./context.ts";

/** The power of norms that pools take. */
const powerOf = ({ node }: ExpandContext) => intAttribute(node, "p", 2);

/** |x|^p */
function raised({ m, build }: ExpandContext, x: string, p: number): string {
  if (p === 1) return m.unary("Abs", x);
  return p === 2 ? m.mul(x, x) : build.op("Pow", [m.unary("Abs", x), m.number(p)]);
}

/** x^(1/p) */
function rooted({ m, build }: ExpandContext, x: string, p: number): string {
  if (p === 1) return x;
  return p === 2 ? m.unary("Sqrt", x) : build.op("Pow", [x, m.number(1 / p)]);
}

/** (Σ |x|^p)^(1/p) over windows: a convolution of every channel by ones. */
const lpPool: Expander = (context) => {
  const { build, node, shape, input, refuse, dtype } = context;
  if (intAttribute(node, "ceil_mode", 0) === 1) return refuse("windows over the end are not supported");
  const kernel = intsAttribute(node, "kernel_shape") ?? refuse("it has no kernel");
  const p = powerOf(context);
  const rank = shape(0).length;
  const sides = build.op("Shape", [input(0)!]);
  const part = (name: string, from: number, to: number) =>
    build.op("Slice", [name, build.ints([from]), build.ints([to]), build.ints([0])]);
  const alone = build.op("Concat", [build.ints([-1, 1]), part(sides, 2, rank)], { axis: 0 });
  const area = kernel.reduce((all, side) => all * side, 1);
  if (area > 2 ** 16) return refuse("its window is too large");
  const ones = build.floats(new Array(area).fill(1), [1, 1, ...kernel], dtype);
  const window: OnnxAttributes = Object.fromEntries(
    Object.entries(node.attributes ?? {}).filter(([name]) => !["p", "kernel_shape", "ceil_mode"].includes(name)),
  );
  const sums = build.op("Conv", [build.op("Reshape", [raised(context, input(0)!, p), alone]), ones], window);
  const back = build.op("Concat", [part(sides, 0, 2), part(build.op("Shape", [sums]), 2, rank)], { axis: 0 });
  return [rooted(context, build.op("Reshape", [sums, back]), p)];
};

const globalLpPool: Expander = (context) => {
  const { build, shape, input } = context;
  const p = powerOf(context);
  const axes = build.ints(Array.from({ length: shape(0).length - 2 }, (_, i) => i + 2));
  return [rooted(context, build.op("ReduceSum", [raised(context, input(0)!, p), axes], { keepdims: 1 }), p)];
};

/** Pools that are norms. */
export const poolExpanders: Readonly<Record<string, Expander>> = { LpPool: lpPool, GlobalLpPool: globalLpPool };
