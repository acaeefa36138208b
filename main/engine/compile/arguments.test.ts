import { expect, test } from "vitest";
import type { CallInfo, Curve } from "../../../shared/denoiser.ts";
import { param } from "../../../shared/node/params.ts";
import { paramArguments } from "./arguments.ts";
import { testRegistry } from "./testing.ts";

const mix = { ...testRegistry.get("test/mix")!, params: { scale: param.curve({ default: 2, about: "" }) } };
const at = { step: 1, steps: 3 } as CallInfo;
const scaleOf = (own: number, wired: Record<string, unknown> = {}) =>
  paramArguments(mix, { scale: own }, wired).scale as Curve;

test("a curve parameter is a function, of a number, a drawn curve or a wire", () => {
  expect(scaleOf(3)(at)).toBe(3);
  const points = [
    [0, 2],
    [1, 4],
  ];
  const { scale } = paramArguments(mix, { scale: { over: "fraction", interpolation: "linear", points } }, {});
  expect((scale as Curve)(at)).toBe(3);
  const wire: Curve = ({ step }) => step;
  expect(scaleOf(3, { scale: wire })).toBe(wire);
  expect(scaleOf(3, { scale: 7 })(at)).toBe(7);
});

test("a number for each sample serves a curve only where there is one sample", () => {
  expect(scaleOf(3, { scale: { data: Float32Array.of(5), shape: [1] } })(at)).toBe(5);
  const several = scaleOf(3, { scale: { data: Float32Array.of(5, 6), shape: [2] } });
  expect(() => several(at)).toThrow("one value for the whole batch, but the number wire carries 2");
});
