import * as t from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { describe, matched, plus, type Value } from "./values.ts";

/** A function of expressions. */
export interface Operation {
  /** How many parts it may have. */
  readonly takes: readonly [least: number, most: number];
  readonly apply: (...values: readonly Value[]) => Value;
}

const many = 16;

/** Element by element, on numbers too. */
function mapping(ofNumber: (x: number) => number, ofTensor: (x: Tensor) => Tensor): Operation {
  return { takes: [1, 1], apply: (x) => (typeof x === "number" ? ofNumber(x) : ofTensor(x)) };
}

/** Of two or more values, from left to right. */
function folding(ofNumbers: (a: number, b: number) => number, ofTensors: (a: Tensor, b: Tensor) => Tensor): Operation {
  const both = (a: Value, b: Value) =>
    typeof a === "number" && typeof b === "number" ? ofNumbers(a, b) : ofTensors(...matched(a, b));
  return { takes: [2, many], apply: (...values) => values.reduce(both) };
}

/** A constant part of a call. */
function constant(value: Value | undefined, what: string): number {
  if (typeof value !== "number") throw new Error(`${what} must be a plain number.`);
  return value;
}

/** A picture [B, C, H, W]. */
function picture(value: Value, name: string): Tensor {
  if (typeof value === "number" || value.shape.length !== 4)
    throw new Error(`${name}(…) is of a picture, but this is ${describe(value)}.`);
  return value;
}

function channel(x: Value, index: number, name: string): Tensor {
  const image = picture(x, name);
  const count = image.shape[1];
  if (!(Number.isInteger(index) && index >= 0 && index < count))
    throw new Error(`There is no channel ${index}. This has ${count}, counted from 0.`);
  return t.alongAxis(image, 1, t.axisMap([Array.from({ length: count }, (_, i) => (i === index ? 1 : 0))]));
}

const times: Operation = {
  takes: [2, 2],
  apply: (a, b) => {
    if (typeof a === "number") return typeof b === "number" ? a * b : t.scale(b, a);
    return typeof b === "number" ? t.scale(a, b) : t.mul(...matched(a, b));
  },
};

const power: Operation = {
  takes: [2, 2],
  apply: (a, b) => {
    if (typeof b === "number") return typeof a === "number" ? a ** b : b === 2 ? t.square(a) : t.power(a, b);
    const [base, exponent] = matched(a, b);
    return t.exp(t.mul(exponent, t.log(base)));
  },
};

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logSigmoid = (x: number) => Math.min(0, x) - Math.log1p(Math.exp(-Math.abs(x)));

/** A part of a picture by its edges, as shares of width and height. */
function crop(x: Value, ...edges: readonly Value[]): Tensor {
  const image = picture(x, "crop");
  const [left, top, right, bottom] = edges.map((edge) => constant(edge, "An edge of crop(…)"));
  const [height, width] = [image.shape[2], image.shape[3]];
  const place = (share: number, side: number) => Math.min(side, Math.max(0, Math.round(share * side)));
  const window = {
    left: place(left, width),
    top: place(top, height),
    width: place(right, width) - place(left, width),
    height: place(bottom, height) - place(top, height),
  };
  if (window.width < 1 || window.height < 1)
    throw new Error("crop(…) leaves no pixel. Its edges are left, top, right, bottom, each 0 to 1.");
  return t.cropWindow(image, window);
}

const alongSide = (name: string, axis: number, map: (length: number) => t.AxisMap): Operation => ({
  takes: [1, 1],
  apply: (x) => t.alongAxis(picture(x, name), axis, map(picture(x, name).shape[axis])),
});

const colour = (name: string, index: number): Operation => ({ takes: [1, 1], apply: (x) => channel(x, index, name) });

/** Everything that an expression may call, by name; nothing else can be reached from it. */
export const operations: Readonly<Record<string, Operation>> = {
  "+": { takes: [2, 2], apply: plus },
  "-": { takes: [2, 2], apply: (a, b) => plus(a, times.apply(-1, b)) },
  "*": times,
  "/": {
    takes: [2, 2],
    apply: (a, b) =>
      typeof b === "number" ? (typeof a === "number" ? a / b : t.scale(a, 1 / b)) : t.div(...matched(a, b)),
  },
  "^": power,
  negate: { takes: [1, 1], apply: (x) => times.apply(-1, x) },
  abs: mapping(Math.abs, t.abs),
  sqrt: mapping(Math.sqrt, t.sqrt),
  exp: mapping(Math.exp, t.exp),
  log: mapping(Math.log, t.log),
  sin: mapping(Math.sin, t.sin),
  cos: mapping(Math.cos, t.cos),
  tanh: mapping(Math.tanh, t.tanh),
  sigmoid: mapping(sigmoid, (x) => t.exp(t.logSigmoid(x))),
  log_sigmoid: mapping(logSigmoid, t.logSigmoid),
  min: folding(Math.min, t.smaller),
  max: folding(Math.max, t.larger),
  clamp: {
    takes: [3, 3],
    apply: (x, low, high) => {
      const [from, to] = [constant(low, "The lower end of clamp(…)"), constant(high, "The upper end of clamp(…)")];
      return typeof x === "number" ? Math.min(to, Math.max(from, x)) : t.clamp(x, from, to);
    },
  },
  // Over all values of each sample; a number is a sample of one value.
  mean: mapping((x) => x, t.mean),
  sum: mapping((x) => x, t.sum),
  std: mapping(() => 0, t.std),
  norm: mapping(Math.abs, t.norm),
  quantile: {
    takes: [2, 2],
    apply: (x, q) => {
      const share = constant(q, "The share of quantile(…)");
      if (!(share >= 0 && share <= 1)) throw new Error("The share of quantile(…) is 0 to 1.");
      return typeof x === "number" ? x : t.quantile(x, share);
    },
  },
  dot: {
    takes: [2, 2],
    apply: (a, b) => (typeof a === "number" && typeof b === "number" ? a * b : t.dot(...matched(a, b))),
  },
  channel: { takes: [2, 2], apply: (x, index) => channel(x, constant(index, "The number of a channel"), "channel") },
  red: colour("red", 0),
  green: colour("green", 1),
  blue: colour("blue", 2),
  crop: { takes: [5, 5], apply: crop },
  blur: {
    takes: [2, 2],
    apply: (x, deviation) => {
      const pixels = constant(deviation, "The width of blur(…)");
      if (!(pixels >= 0 && pixels <= 64)) throw new Error("The width of blur(…) is 0 to 64 pixels.");
      return t.blurPlanes(picture(x, "blur"), t.gaussianKernel(pixels));
    },
  },
  dx: alongSide("dx", 3, t.differenceMap),
  dy: alongSide("dy", 2, t.differenceMap),
  mirror: alongSide("mirror", 3, t.reverseMap),
};
