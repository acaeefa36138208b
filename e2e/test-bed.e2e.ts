import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Locator } from "playwright";
import { expect } from "playwright/test";
import { test } from "./fixture.ts";

/** Share of a plot's pixels that are clearly pink: the colour of samples. */
function pinkShare(plot: Locator): Promise<number> {
  return plot.locator("canvas").evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let pink = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i]! > data[i + 1]! + 60 && data[i + 2]! > data[i + 1]! + 30) pink++;
    return pink / (data.length / 4);
  });
}

test("points of a test bed are watched, a component is dragged, and figures are kept", async ({ studio, home }) => {
  const { page } = studio;
  await studio.answerDialogs(resolve("assets/workflows/test-bed.fairlead.json"));
  await studio.press("Control+O");
  await expect(studio.node("density")).toContainText("No plot yet");
  await studio.run();

  const density = page.getByTestId("card-plot-density");
  const paths = page.getByTestId("card-plot-paths");
  await expect(density.getByRole("img", { name: "5000 points" })).toBeVisible();
  expect(await pinkShare(density)).toBeGreaterThan(0.003);
  await expect(studio.node("compare")).toContainText("100.0 %");
  await studio.screenshot("test-bed");

  // At the start of the walk the points are all over the place: hardly any is in sight.
  const atEnd = await pinkShare(paths);
  await paths.getByRole("slider", { name: "Time" }).fill("0");
  await expect(paths).toContainText("sigma 14.6");
  expect(await pinkShare(paths)).toBeLessThan(atEnd / 2);
  await paths.getByRole("button", { name: "Play" }).click();
  await expect(paths.getByRole("button", { name: "Pause" })).toBeVisible();
  await expect(paths).toContainText("60 / 60");

  await studio.node("bed").locator("header").click();
  const inspector = page.getByTestId("inspector");
  const x = inspector.getByLabel("Component 1: x");
  await expect(x).toHaveValue("2.0");
  const middle = await studio.node("bed").getByTestId("component-0").boundingBox();
  if (middle === null) throw new Error("No component to drag.");
  const [fromX, fromY] = [middle.x + middle.width / 2, middle.y + middle.height / 2];
  await page.mouse.move(fromX, fromY);
  await page.mouse.down();
  await page.mouse.move(fromX - 20, fromY + 8, { steps: 6 });
  await page.mouse.up();
  await expect(x).not.toHaveValue("2.0");
  const moved = Number((await x.inputValue()).replace("−", "-"));
  expect(moved).toBeLessThan(1.9);
  await studio.press("Control+Z");
  await expect(x).toHaveValue("2.0");
  await studio.press("Control+Shift+Z");
  await studio.run();
  await expect(studio.node("compare")).toContainText("Shift from a");

  await studio.node("paths").locator("header").click();
  await inspector.getByRole("tab", { name: "Output" }).click();
  for (const [format, head] of [
    ["csv", "series,point,moment,sigma,x,y\nSample,0,0,14.6"],
    ["svg", '<svg xmlns="http://www.w3.org/2000/svg"'],
    ["png", "\u0089PNG"],
  ] as const) {
    const file = join(home.files, `paths.${format}`);
    await studio.answerDialogs(file);
    await inspector.getByTestId("plot-format").selectOption(format);
    await inspector.getByTestId("plot-export").click();
    await expect.poll(() => existsSync(file)).toBe(true);
    expect(readFileSync(file, "latin1").slice(0, head.length)).toBe(head);
  }
  // 61 moments of 5000 points, and the head.
  expect(readFileSync(join(home.files, "paths.csv"), "utf8").trimEnd().split("\n")).toHaveLength(61 * 5000 + 1);
  expect(studio.complaints).toEqual([]);
});
