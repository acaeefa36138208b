import { expect, test } from "vitest";
import { panAt } from "./autoPan.ts";

const canvas = { left: 100, top: 50, right: 900, bottom: 650 };

test("the view follows a drag at the edges, quicker the farther it is dragged, and rests in the middle", () => {
  expect(panAt({ x: 500, y: 300 }, canvas)).toEqual({ x: 0, y: 0 });
  expect(panAt({ x: 110, y: 300 }, canvas).x).toBeGreaterThan(panAt({ x: 130, y: 300 }, canvas).x);
  expect(panAt({ x: 120, y: 300 }, canvas).x).toBeGreaterThan(0);
  expect(panAt({ x: 890, y: 640 }, canvas)).toEqual({ x: -11.25, y: -11.25 });
  expect(panAt({ x: -500, y: 300 }, canvas).x).toBe(15);
});
