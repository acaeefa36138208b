import { expect, test } from "vitest";
import { boundsToKeep, fitBounds, minimumSize, type Rectangle } from "./bounds.ts";

const full: Rectangle = { x: 0, y: 0, width: 1920, height: 1040 };

function isInside(window: Rectangle, area: Rectangle): boolean {
  const right = window.x + window.width <= area.x + area.width;
  const bottom = window.y + window.height <= area.y + area.height;
  return window.x >= area.x && window.y >= area.y && right && bottom;
}

test("the first start is in the middle of the primary screen", () => {
  expect(fitBounds(null, [full])).toEqual({ x: 240, y: 70, width: 1440, height: 900 });
});

test("a rectangle on a screen stays as it is", () => {
  const saved = { x: 100, y: 50, width: 1200, height: 800 };
  expect(fitBounds(saved, [full])).toEqual(saved);
});

test.each<[string, Rectangle]>([
  ["on an unplugged screen to the right", { x: 3000, y: 100, width: 1440, height: 900 }],
  ["on an unplugged screen to the left", { x: -1800, y: -200, width: 1440, height: 900 }],
  ["with the title bar above the screen", { x: 200, y: -500, width: 1440, height: 900 }],
  ["with only a corner in reach", { x: 1900, y: 100, width: 1440, height: 900 }],
  ["larger than the screen, as after a change of scale", { x: 0, y: 0, width: 3840, height: 2080 }],
  ["reaching past the right edge", { x: 1000, y: 300, width: 1440, height: 900 }],
])("a window %s opens wholly on the screen", (_, saved) => {
  expect(isInside(fitBounds(saved, [full]), full)).toBe(true);
});

test("negative coordinates are right where a screen is there", () => {
  const left = { x: -1920, y: 0, width: 1920, height: 1040 };
  const saved = { x: -1800, y: 60, width: 1440, height: 900 };
  expect(fitBounds(saved, [full, left])).toEqual(saved);
});

test("a position comes back with its screen", () => {
  const right = { x: 1920, y: 0, width: 2560, height: 1400 };
  const saved = { x: 2200, y: 100, width: 1440, height: 900 };
  expect(isInside(fitBounds(saved, [full]), full)).toBe(true);
  expect(fitBounds(saved, [full, right])).toEqual(saved);
});

test("starts without its screen do not take a window away from it, moving it does", () => {
  const right = { x: 1920, y: 0, width: 2560, height: 1400 };
  let saved: Rectangle = { x: 2200, y: 100, width: 1440, height: 900 };
  const start = (screens: Rectangle[], moved?: Rectangle) => {
    const opened = fitBounds(saved, screens);
    saved = boundsToKeep(saved, opened, moved ?? opened);
    return opened;
  };
  for (let i = 0; i < 3; i++) expect(isInside(start([full]), full)).toBe(true);
  expect(start([full, right])).toEqual({ x: 2200, y: 100, width: 1440, height: 900 });
  const moved = { x: 10, y: 20, width: 1200, height: 800 };
  start([full], moved);
  expect(start([full, right])).toEqual(moved);
});

test("at another scale of the screen the window stays on it, whole", () => {
  const saved = { x: 400, y: 200, width: 1440, height: 800 };
  const half: Rectangle = { x: 0, y: 0, width: 960, height: 520 };
  const doubled: Rectangle = { x: 0, y: 0, width: 3840, height: 2080 };
  expect(fitBounds(saved, [doubled])).toEqual(saved);
  expect(fitBounds(saved, [half])).toEqual({ x: 0, y: 0, ...minimumSize });
  expect(boundsToKeep(saved, fitBounds(saved, [half]), fitBounds(saved, [half]))).toEqual(saved);
});

test("a screen below the smallest window keeps the title bar in reach", () => {
  const small = { x: 0, y: 0, width: 800, height: 480 };
  const fitted = fitBounds({ x: 0, y: 0, width: 1440, height: 900 }, [small]);
  expect(fitted).toEqual({ x: 0, y: 0, ...minimumSize });
});

test.each([
  { x: Number.NaN, y: 0, width: 1440, height: 900 },
  { x: 0, y: 0, width: 0, height: 900 },
  { x: 0, y: 0, width: 1440, height: Number.POSITIVE_INFINITY },
])("nonsense counts as nothing saved: %o", (saved) => {
  expect(fitBounds(saved, [full])).toEqual(fitBounds(null, [full]));
});
