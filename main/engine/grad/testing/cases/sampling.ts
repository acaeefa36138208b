import { seeded } from "../draw.ts";
import type { RuleCase } from "../ruleCase.ts";

/** Points in and around a picture, kept off the middles and edges of pixels, where slopes jump. */
function points(count: number, sides: readonly number[], corners: number): number[] {
  const random = seeded(5);
  return Array.from({ length: count }, () =>
    [...sides].reverse().map((side) => {
      const part = (random() < 0.5 ? 0.2 : 0.6) + 0.2 * random();
      const place = Math.floor((side + 2) * random()) - 1 + part - 0.5;
      return corners === 1 ? (2 * place) / (side - 1) - 1 : (2 * place + 1) / side - 1;
    }),
  ).flat();
}

function sampled(
  mode: string,
  padding: string,
  corners: number,
  opset: number,
  sides: readonly number[] = [5, 4],
): RuleCase {
  const grid = [2, ...sides.map((_, i) => 2 + i), sides.length];
  const count = grid.slice(0, -1).reduce((all, side) => all * side, 1);
  return {
    op: "GridSample",
    what: `${mode}, ${padding}, corners ${corners}, [${sides}]`,
    inputs: [{ shape: [2, 2, ...sides] }, { shape: grid, values: points(count, sides, corners) }],
    attributes: { mode, padding_mode: padding, align_corners: corners },
    opset,
    isSingle: true,
    linearIn: [0],
  };
}

const paddings = ["zeros", "border", "reflection"];

export const samplingCases: readonly RuleCase[] = [
  ...["bilinear", "nearest", "bicubic"].flatMap((mode) =>
    paddings.flatMap((padding) => [0, 1].map((corners) => sampled(mode, padding, corners, 16))),
  ),
  ...paddings.map((padding, i) => sampled(["linear", "cubic", "nearest"][i], padding, i % 2, 20)),
  ...paddings.map((padding, i) => sampled("linear", padding, i % 2, 20, [3, 4, 2])),
];
