import { expect, test } from "vitest";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { sliceRows, zeros } from "../../shared/tensor/index.ts";
import { node } from "./tiled.ts";

const of = (seed: bigint, perSample = false) =>
  gaussianSource({ seed, generator: "philox", perSample, later: "brownian" });
const tiled = (width: number, height: number, seed = 3n, perSample = false) =>
  node.build!({ noise: of(seed, perSample) }, { width, height }, undefined as never).noise;

test("every draw repeats with the period of the tile, whose noise is the source's", () => {
  const [shape, small] = [
    [2, 3, 7, 8],
    [2, 3, 3, 4],
  ];
  for (const dtype of ["float32", "float64"] as const) {
    const [source, known] = [tiled(4, 3), of(3n)];
    const [like, tile] = [zeros(shape, dtype), zeros(small, dtype)];
    const draws = [source.initial(shape, dtype), source.between(like, 4, 2), source.stream("a")(like)];
    const tiles = [known.initial(small, dtype), known.between(tile, 4, 2), known.stream("a")(tile)];
    draws.forEach((draw, i) => {
      expect(draw.shape).toEqual(shape);
      expect(draw.data.constructor).toBe(like.data.constructor);
      for (let plane = 0; plane < 6; plane++)
        for (let y = 0; y < 7; y++)
          for (let x = 0; x < 8; x++)
            expect(draw.data[(plane * 7 + y) * 8 + x]).toBe(tiles[i].data[(plane * 3 + (y % 3)) * 4 + (x % 4)]);
    });
  }
});

test.each([[[5, 2, 1, 1]], [[2, 3, 4, 4]], [[2, 9]]])("a tile that covers %j changes nothing", (shape) => {
  const like = zeros(shape, "float64");
  const [source, known] = [tiled(8, 4), of(3n)];
  expect(source.initial(shape, "float64")).toEqual(known.initial(shape, "float64"));
  expect(source.between(like, 4, 2)).toEqual(known.between(like, 4, 2));
});

test("an image of a batch is what it is alone", () => {
  const both = tiled(2, 2, 3n, true).between(zeros([2, 1, 4, 4]), 4, 2);
  expect(sliceRows(both, 1, 2).data).toEqual(tiled(2, 2, 4n).between(zeros([1, 1, 4, 4]), 4, 2).data);
});
