import { intAttribute, textAttribute, typeNumber } from "../../onnx/document.ts";
import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry } from "../rule.ts";
import { reshapeLike, shapeOf } from "../shapes.ts";

/** One of the pixels along an axis that a point reads. */
interface Tap {
  /** Place as a float, still unbounded. */
  readonly place: string;
  /** [N, P]; null for 1. */
  readonly weight: string | null;
  /** Derivative of the weight by the point; null where it is 0. */
  readonly slope: string | null;
}

/** One axis of the picture, as the points of a grid see it. Values are [N, P] for P points. */
interface Axis {
  readonly taps: readonly Tap[];
  /** Side of the picture, as a float. */
  readonly side: string;
  /** Derivative of a place by the number in the grid. */
  readonly scale: string;
}

const nearest = new Set(["nearest"]);
const cubics = new Set(["bicubic", "cubic"]);

/** The pixels around a point, by the mode (operator specification, GridSample). */
function tapsAt(context: RuleContext, place: string, mode: string): readonly Tap[] {
  const m = new Arithmetic(context);
  if (nearest.has(mode)) return [{ place: m.unary("Round", place), weight: null, slope: null }];
  const low = m.unary("Floor", place);
  const t = m.sub(place, low);
  if (!cubics.has(mode)) {
    return [
      { place: low, weight: m.sub(1, t), slope: m.number(-1) },
      { place: m.add(low, 1), weight: t, slope: m.number(1) },
    ];
  }
  return [-1, 0, 1, 2].map((offset) => {
    // Distance to the pixel, and the cubic convolution kernel with a = −0.75 there.
    const d = m.add(t, -offset);
    const size = m.unary("Abs", d);
    const [c3, c2, c1, c0] = offset === 0 || offset === 1 ? [1.25, -2.25, 0, 1] : [-0.75, 3.75, -6, 3];
    const weight = m.add(m.mul(m.add(m.mul(m.add(m.mul(size, c3), c2), size), c1), size), c0);
    const slope = m.mul(m.add(m.mul(m.add(m.mul(size, 3 * c3), 2 * c2), size), c1), m.unary("Sign", d));
    return { place: m.add(low, offset), weight, slope };
  });
}

/** Where a pixel outside is read instead, and whether it counts (0 or 1; null = always). */
function bounded(context: RuleContext, place: string, side: string, alignsCorners: boolean) {
  const m = new Arithmetic(context);
  const { build, node } = context;
  const last = m.sub(side, m.number(1));
  const clamp = (value: string) => build.op("Min", [build.op("Max", [value, m.number(0)]), last]);
  const padding = textAttribute(node, "padding_mode", "zeros");
  if (padding === "border") return { place: clamp(place), counts: null };
  if (padding === "reflection") {
    // Mirrors lie at the outer pixels' centres or edges.
    const start = alignsCorners ? 0 : -0.5;
    const span = alignsCorners ? last : side;
    const period = m.select(build.op("Greater", [span, m.number(0)]), m.mul(span, 2), 1);
    const from = m.add(place, -start);
    const turns = m.unary("Floor", m.div(from, period));
    const within = m.sub(from, m.mul(turns, period));
    const folded = build.op("Min", [within, m.sub(period, within)]);
    return { place: clamp(m.add(folded, start)), counts: null };
  }
  const isInside = build.op("And", [
    build.op("GreaterOrEqual", [place, m.number(0)]),
    build.op("LessOrEqual", [place, last]),
  ]);
  return { place: clamp(place), counts: m.select(isInside, 1, 0) };
}

/** Axes of the picture from the first spatial one on; a grid names them from the last. */
function axesOf(context: RuleContext, depth: number): readonly Axis[] {
  const m = new Arithmetic(context);
  const { build, node, info } = context;
  const [x, grid] = node.inputs;
  const mode = textAttribute(node, "mode", context.opset < 20 ? "bilinear" : "linear");
  const alignsCorners = intAttribute(node, "align_corners", 0) === 1;
  const flat = build.op("Reshape", [grid, build.ints([0, -1, depth])]);
  const sides = shapeOf(build, x, info(x).shape);
  return Array.from({ length: depth }, (_, axis) => {
    const side = build.op("Cast", [build.op("Gather", [sides, build.int(axis + 2)])], {
      to: typeNumber(context.dtype),
    });
    const at = build.op("Gather", [flat, build.int(depth - 1 - axis)], { axis: 2 });
    const scale = m.mul(alignsCorners ? m.sub(side, m.number(1)) : side, 0.5);
    const place = alignsCorners ? m.mul(m.add(at, 1), scale) : m.add(m.mul(m.add(at, 1), scale), -0.5);
    return { taps: tapsAt(context, place, mode), side, scale };
  });
}

/** A pixel that points read, [N, P]: its place in the flat picture, and a tap for each axis with what bounds it. */
interface Corner {
  readonly index: string;
  readonly taps: readonly Tap[];
  readonly counts: readonly string[];
}

/** Every combination of the taps of all axes. */
function cornersOf(context: RuleContext, axes: readonly Axis[]): readonly Corner[] {
  const m = new Arithmetic(context);
  const alignsCorners = intAttribute(context.node, "align_corners", 0) === 1;
  let corners: { place: string | null; taps: Tap[]; counts: string[] }[] = [{ place: null, taps: [], counts: [] }];
  for (const { taps, side } of axes) {
    const found = taps.map((tap) => ({ tap, ...bounded(context, tap.place, side, alignsCorners) }));
    corners = corners.flatMap((corner) =>
      found.map(({ tap, place, counts }) => ({
        place: corner.place === null ? place : m.add(m.mul(corner.place, side), place),
        taps: [...corner.taps, tap],
        counts: counts ? [...corner.counts, counts] : corner.counts,
      })),
    );
  }
  return corners.map(({ place, taps, counts }) => ({
    index: context.build.op("Cast", [context.build.op("Round", [place!])], { to: typeNumber("int64") }),
    taps,
    counts,
  }));
}

/** A value times factors, of which null is 1. */
function times(m: Arithmetic, value: string, factors: readonly (string | null)[]): string {
  return factors.reduce<string>((all, one) => (one === null ? all : m.mul(all, one)), value);
}

/** What each point reads goes back to the pixels it was made of, and by its slope to the point. */
const gridSample: GradientRule = (context) => {
  const { build, node } = context;
  const [x, grid] = node.inputs;
  const depth = context.shape(x).length - 2;
  if (depth !== 2 && depth !== 3) return context.refuse("only pictures and volumes are supported");
  const axes = axesOf(context, depth);
  const corners = cornersOf(context, axes);
  const value = build.op("Reshape", [context.cotangents[0]!, build.ints([0, 0, -1])]);
  const flat = build.op("Reshape", [x, build.ints([0, 0, -1])]);
  return [
    context.wants(0) ? toPicture(context, { corners, value, flat }) : null,
    context.wants(1) ? reshapeLike(context, toGrid(context, axes, { corners, value, flat }), grid) : null,
  ];
};

interface Parts {
  readonly corners: readonly Corner[];
  /** Cotangent [N, C, P], and the picture [N, C, S]. */
  readonly value: string;
  readonly flat: string;
}

function toPicture(context: RuleContext, { corners, value, flat }: Parts): string {
  const { build, node } = context;
  const m = new Arithmetic(context);
  const channels = (name: string) => build.op("Unsqueeze", [name, build.ints([1])]);
  const sides = build.op("Shape", [value]);
  const indices = corners.map(({ index }) => build.op("Expand", [channels(index), sides]));
  const updates = corners.map(({ taps, counts }) =>
    times(
      m,
      value,
      [...taps.map(({ weight }) => weight), ...counts].map((one) => one && channels(one)),
    ),
  );
  const zeros = m.mul(flat, 0);
  const all = (parts: readonly string[]) => (parts.length === 1 ? parts[0] : build.op("Concat", parts, { axis: 2 }));
  const attributes = { axis: 2, reduction: "add" };
  const added = build.op("ScatterElements", [zeros, all(indices), all(updates)], attributes);
  return reshapeLike(context, added, node.inputs[0]);
}

/** [N, P, depth], the last axis of the picture first. */
function toGrid(context: RuleContext, axes: readonly Axis[], { corners, value, flat }: Parts): string {
  const { build } = context;
  const m = new Arithmetic(context);
  const sides = build.op("Shape", [value]);
  // Cotangent times pixel, summed over the channels: what a corner's weight is worth.
  const worth = corners.map(({ index, counts }) => {
    const places = build.op("Expand", [build.op("Unsqueeze", [index, build.ints([1])]), sides]);
    const pixels = build.op("GatherElements", [flat, places], { axis: 2 });
    const sum = build.op("ReduceSum", [m.mul(value, pixels), build.ints([1])], { keepdims: 0 });
    return times(m, sum, counts);
  });
  const gradients = axes.map(({ scale }, axis) => {
    const parts = corners.flatMap(({ taps }, i) => {
      const { slope } = taps[axis];
      if (slope === null) return [];
      const others = taps.filter((_, at) => at !== axis).map(({ weight }) => weight);
      return [times(m, worth[i], [slope, ...others])];
    });
    const total = parts.length === 0 ? m.mul(worth[0], 0) : parts.reduce((sum, part) => m.add(sum, part));
    return build.op("Unsqueeze", [m.mul(total, scale), build.ints([2])]);
  });
  return build.op("Concat", gradients.reverse(), { axis: 2 });
}

/** Rules of reading a picture at points. */
export const sampling: Readonly<Record<string, RuleEntry>> = {
  GridSample: { rule: gridSample, about: "added to the pixels around each point; grid: the slope between them" },
};
