import { intAttribute, textAttribute } from "../../onnx/document.ts";
import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry } from "../rule.ts";
import { positiveAxes, putBack, reshapeLike, shapeOf, zerosLike } from "../shapes.ts";

/** Adds ȳ at the places that a Gather read; an index that is read twice gets both. */
const gather: GradientRule = (context) => {
  const { build, node, info } = context;
  const [x, index] = node.inputs;
  const shape = context.shape(x);
  const rank = shape.length;
  const [axis] = positiveAxes([intAttribute(node, "axis", 0)], rank);
  const depth = context.shape(index).length;
  const flatIndex = build.op("Reshape", [index, build.ints([-1])]);
  // ȳ with the axes of the index as one axis at the place of `axis`.
  const sides = shapeOf(build, x, info(x).shape);
  const part = (from: number, to: number) =>
    build.op("Slice", [sides, build.ints([from]), build.ints([to]), build.ints([0])]);
  const joinedShape = build.op("Concat", [part(0, axis), build.ints([-1]), part(axis + 1, rank)], { axis: 0 });
  const value = depth === 1 ? context.cotangents[0]! : build.op("Reshape", [context.cotangents[0]!, joinedShape]);
  // Rows to the front, where ScatterND writes whole slices.
  const order = [axis, ...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis)];
  const back = order.map((_, i) => order.indexOf(i));
  const turn = (name: string, perm: readonly number[]) => (axis === 0 ? name : build.op("Transpose", [name], { perm }));
  const rows = build.op("Unsqueeze", [wrapped(context, index, flatIndex, axis), build.ints([1])]);
  const zeros = turn(zerosLike(context, x), order);
  const written = build.op("ScatterND", [zeros, rows, turn(value, order)], { reduction: "add" });
  return [turn(written, back), null];
};

/** Places counted from the front: negative ones lie before the end. */
function wrapped({ build, info, node }: RuleContext, index: string, flat: string, axis: number): string {
  const [x] = node.inputs;
  const wide = info(index).dtype === "int32" ? build.op("Cast", [flat], { to: 7 }) : flat;
  const side = info(x).shape?.[axis];
  const length =
    typeof side === "number"
      ? build.int(side)
      : build.op("Gather", [build.op("Shape", [x]), build.int(axis)], { axis: 0 });
  const isBefore = build.op("Less", [wide, build.int(0)]);
  return build.op("Where", [isBefore, build.op("Add", [wide, length]), wide]);
}

const gatherElements: GradientRule = (context) => {
  const { build, node } = context;
  const [x, index] = node.inputs;
  const axis = intAttribute(node, "axis", 0);
  const inputs = [zerosLike(context, x), index, context.cotangents[0]!];
  return [build.op("ScatterElements", inputs, { axis, reduction: "add" }), null];
};

const gatherNd: GradientRule = (context) => {
  const { build, node } = context;
  const [x, index] = node.inputs;
  if (intAttribute(node, "batch_dims", 0) !== 0) {
    return [putBack(context, (numbers) => build.op("GatherND", [numbers, index], node.attributes)), null];
  }
  return [build.op("ScatterND", [zerosLike(context, x), index, context.cotangents[0]!], { reduction: "add" }), null];
};

const isAdding = (context: RuleContext): boolean => {
  const how = textAttribute(context.node, "reduction", "none");
  if (how !== "none" && how !== "add") context.refuse(`reduction ${how} is not supported`);
  return how === "add";
};

const scatterElements: GradientRule = (context) => {
  const { build, node } = context;
  const [, index, updates] = node.inputs;
  const axis = intAttribute(node, "axis", 0);
  const value = context.cotangents[0]!;
  const cleared = () => build.op("ScatterElements", [value, index, zerosLike(context, updates)], { axis });
  return [
    context.wants(0) ? (isAdding(context) ? value : cleared()) : null,
    null,
    context.wants(2) ? build.op("GatherElements", [value, index], { axis }) : null,
  ];
};

const scatterNd: GradientRule = (context) => {
  const { build, node } = context;
  const [, index, updates] = node.inputs;
  const value = context.cotangents[0]!;
  const cleared = () => build.op("ScatterND", [value, index, zerosLike(context, updates)]);
  return [
    context.wants(0) ? (isAdding(context) ? value : cleared()) : null,
    null,
    context.wants(2) ? build.op("GatherND", [value, index]) : null,
  ];
};

const topK: GradientRule = (context) => {
  const { build, node } = context;
  const [x] = node.inputs;
  const axis = intAttribute(node, "axis", -1);
  const value = context.cotangents[0] ?? zerosLike(context, node.outputs[0]);
  return [build.op("ScatterElements", [zerosLike(context, x), node.outputs[1], value], { axis }), null];
};

const compress: GradientRule = (context) => {
  const { build, node } = context;
  return [putBack(context, (numbers) => build.op("Compress", [numbers, node.inputs[1]], node.attributes)), null];
};

const maxUnpool: GradientRule = (context) => {
  const { build, node } = context;
  const [x, places] = node.inputs;
  const flat = (name: string) => build.op("Reshape", [name, build.ints([-1])]);
  const read = build.op("GatherElements", [flat(context.cotangents[0]!), flat(places)]);
  return [reshapeLike(context, read, x), ...node.inputs.slice(1).map(() => null)];
};

const globalAverage: GradientRule = (context) => {
  const { build, node, info } = context;
  const m = new Arithmetic(context);
  const [x] = node.inputs;
  const shape = context.shape(x);
  const sides = shape.slice(2);
  const isKnown = sides.every((side) => typeof side === "number");
  const count = isKnown ? (sides as number[]).reduce((product, side) => product * side, 1) : null;
  const spatial = build.op("Slice", [
    build.op("Shape", [x]),
    build.ints([2]),
    build.ints([shape.length]),
    build.ints([0]),
  ]);
  const open = () => build.op("CastLike", [build.op("ReduceProd", [spatial], { keepdims: 0 }), m.number(0)]);
  const shared = m.div(context.cotangents[0]!, count ?? open());
  return [build.op("Expand", [shared, shapeOf(build, x, info(x).shape)])];
};

const globalMax: GradientRule = (context) => {
  const { build, node } = context;
  const m = new Arithmetic(context);
  const [x] = node.inputs;
  const axes = Array.from({ length: context.shape(x).length - 2 }, (_, i) => i + 2);
  const isChosen = m.where("Equal", x, node.outputs[0]);
  const count = build.op("ReduceSum", [isChosen, build.ints(axes)], { keepdims: 1 });
  return [m.div(m.mul(isChosen, context.cotangents[0]!), count)];
};

/** Rules of operators that read and write at places. */
export const indexing: Readonly<Record<string, RuleEntry>> = {
  Gather: { rule: gather, about: "added where it was read" },
  GatherElements: { rule: gatherElements, about: "added where it was read" },
  GatherND: { rule: gatherNd, about: "added where it was read" },
  ScatterElements: { rule: scatterElements, about: "ȳ without what was overwritten; updates: read at the places" },
  ScatterND: { rule: scatterNd, about: "ȳ without what was overwritten; updates: read at the places" },
  Compress: { rule: compress, about: "written back to where it was kept" },
  MaxUnpool: { rule: maxUnpool, about: "read at the places" },
  TopK: { rule: topK, about: "written back to where the values came from" },
};

/** Rules of pools over whole maps. */
export const globalPooling: Readonly<Record<string, RuleEntry>> = {
  GlobalAveragePool: { rule: globalAverage, about: "ȳ / (h·w) repeated" },
  GlobalMaxPool: { rule: globalMax, about: "to the greatest, shared among equals" },
};
