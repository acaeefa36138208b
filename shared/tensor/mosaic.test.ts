import { expect, test } from "vitest";
import { pullback } from "./backward.ts";
import { track } from "./kernel.ts";
import { mosaic, stripsOf } from "./mosaic.ts";
import { cropWindow } from "./planes.ts";
import type { Tensor } from "./tensor.ts";

test.each([
  [10, 4, 1],
  [100, 32, 8],
  [33, 32, 16],
  [7, 7, 3],
  [64, 16, 0],
])("strips of %i places by %i cover all and count as one", (side, most, least) => {
  for (const scale of [1, 3]) {
    const sums = new Array(side * scale).fill(0);
    const strips = stripsOf(side, most, least, scale);
    for (const { start, weights } of strips) {
      expect(weights).toHaveLength(Math.min(side, most) * scale);
      weights.forEach((weight, i) => {
        expect(weight).toBeGreaterThanOrEqual(0);
        sums[start + i] += weight;
      });
    }
    for (const sum of sums) expect(sum).toBeCloseTo(1, 12);
    strips.slice(1).forEach(({ start }, i) => {
      expect(strips[i].start + most * scale - start).toBeGreaterThanOrEqual(least * scale);
    });
  }
});

const shape = [2, 3, 11, 17];
const size = 2 * 3 * 11 * 17;
const wave = (seed: number): Tensor => ({
  data: Float64Array.from({ length: size }, (_, i) => Math.sin(i * 1.3 + seed)),
  shape,
});

/** A tensor cut into tiles and put together again. */
function recomposed(x: Tensor): Tensor {
  const [rows, columns] = [stripsOf(11, 5, 2), stripsOf(17, 8, 3)];
  const tiles = rows.flatMap((row) =>
    columns.map((column) => cropWindow(x, { top: row.start, left: column.start, height: 5, width: 8 })),
  );
  return mosaic(tiles, rows, columns, shape);
}

test("tiles of a tensor make the tensor again", () => {
  recomposed(wave(1)).data.forEach((value, i) => void expect(value).toBeCloseTo(wave(1).data[i], 12));
});

test("the derivative of cutting and joining is the identity too", async () => {
  const x = track(wave(2));
  const [gradient] = await pullback(recomposed(x), wave(5), [x]);
  gradient.data.forEach((value, i) => void expect(value).toBeCloseTo(wave(5).data[i], 12));
});
