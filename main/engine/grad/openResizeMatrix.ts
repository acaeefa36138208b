import type { ResizeSetting } from "./resizeMatrix.ts";
import { Arithmetic, type RuleContext } from "./rule.ts";

interface OpenAxis {
  readonly axis: number;
  /** Null: the quotient of the sides. */
  readonly scale: number | null;
  /** The value that is resized. */
  readonly like: string;
}

/**
 * The interpolation along an axis of open sides as a matrix [to, from] that the run computes, for the nearest and the linear
 * mode: row i holds how much each place counts for result i.
 */
export function openResizeMatrix(
  context: RuleContext,
  setting: ResizeSetting,
  { axis, scale, like }: OpenAxis,
): string {
  const { build, dtype } = context;
  const m = new Arithmetic(context);
  const length = (name: string) => build.op("Gather", [build.op("Shape", [name]), build.int(axis)], { axis: 0 });
  const float = (name: string) => build.op("CastLike", [name, build.scalar(0, dtype)]);
  const counted = (count: string, at: number) =>
    build.op("Unsqueeze", [float(build.op("Range", [build.int(0), count, build.int(1)])), build.ints([at])]);
  const [from, to] = [length(like), length(context.cotangents[0]!)];
  const last = m.sub(float(from), m.number(1));
  const step = scale === null ? m.div(float(to), float(from)) : m.number(scale);
  const at = sourceOf(context, setting.coordinates, { i: counted(to, 1), step, from: float(from), to: float(to) });
  const place = setting.mode === "nearest" ? nearestTo(m, at, setting.nearest) : at;
  const inside = build.op("Min", [build.op("Max", [place, m.number(0)]), last]);
  const columns = counted(from, 0);
  if (setting.mode === "nearest") return m.where("Equal", inside, columns);
  return m.unary("Relu", m.sub(1, m.unary("Abs", m.sub(inside, columns))));
}

interface Sides {
  readonly i: string;
  readonly step: string;
  readonly from: string;
  readonly to: string;
}

/** Where result i reads. */
function sourceOf(context: RuleContext, coordinates: string, { i, step, from, to }: Sides): string {
  const m = new Arithmetic(context);
  const halves = () => m.add(m.div(m.add(i, 0.5), step), -0.5);
  const isLong = () => context.build.op("Greater", [to, m.number(1)]);
  switch (coordinates) {
    case "half_pixel":
      return halves();
    case "pytorch_half_pixel":
      return m.select(isLong(), halves(), 0);
    case "asymmetric":
      return m.div(i, step);
    case "align_corners": {
      const steps = m.select(isLong(), m.add(to, -1), 1);
      return m.div(m.mul(i, m.add(from, -1)), steps);
    }
    default:
      return context.refuse(`coordinates ${coordinates} are not supported`);
  }
}

function nearestTo(m: Arithmetic, at: string, rule: string): string {
  switch (rule) {
    case "floor":
      return m.unary("Floor", at);
    case "ceil":
      return m.unary("Ceil", at);
    case "round_prefer_ceil":
      return m.unary("Floor", m.add(at, 0.5));
    default:
      return m.unary("Ceil", m.add(at, -0.5));
  }
}
