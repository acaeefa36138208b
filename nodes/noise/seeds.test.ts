import { expect, test } from "vitest";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { sliceRows, zeros } from "../../shared/tensor/index.ts";
import { node } from "./seeds.ts";

const build = (seeds: readonly number[], generator: "philox" | "torch-cpu", later: "brownian" | "sequence") =>
  node.build!({}, { seeds, generator, later }, undefined as never).noise;

test.each(["philox", "torch-cpu"] as const)(
  "%s: every image has the noise of its own seed, to the bit",
  (generator) => {
    for (const later of ["brownian", "sequence"] as const) {
      for (const dtype of ["float32", "float64"] as const) {
        const like = zeros([4, 2, 3, 3], dtype);
        const source = build([5, 2 ** 53 - 2, 9], generator, later);
        const batch = [source.initial(like.shape, dtype), source.between(like, 4, 1), source.stream("a")(like)];
        // The list ends at 9, so the fourth image has 10.
        for (const [b, seed] of [5n, 2n ** 53n - 2n, 9n, 10n].entries()) {
          const alone = gaussianSource({ seed, generator, perSample: false, later });
          const one = sliceRows(like, b, b + 1);
          const known = [alone.initial(one.shape, dtype), alone.between(one, 4, 1), alone.stream("a")(one)];
          batch.forEach((draw, i) => void expect(sliceRows(draw, b, b + 1).data).toEqual(known[i].data));
        }
      }
    }
  },
);

test.each([
  [[], "There is no seed. Enter one or more."],
  [[1, 2.5], "2.5 is no seed. Seeds are whole numbers from 0 to 2^53."],
  [[-1], "-1 is no seed. Seeds are whole numbers from 0 to 2^53."],
  [[0, 7], null],
])("seeds %j: %s", (seeds, message) => {
  const problems: string[] = [];
  const context = { problem: (found: { message: string }) => void problems.push(found.message) } as never;
  node.forecast!({}, { seeds, generator: "philox", later: "brownian" }, context);
  expect(problems).toEqual(message === null ? [] : [message]);
});
