import { expect } from "playwright/test";
import { test } from "./fixture.ts";

test("a scale becomes a curve: drawn, priced, run, undone and flattened again", async ({ studio }) => {
  const { page } = studio;
  const cost = page.getByTestId("cost");
  await expect(cost).toContainText("40");
  await page.getByTestId("param-guide-scale").first().hover();
  await page.getByTestId("draw-guide-scale").first().click();
  const editor = page.getByTestId("curve-editor");
  await expect(editor).toBeVisible();
  await expect(editor.getByTestId("curve-step")).toHaveCount(20);
  const line = editor.getByTestId("curve-line");
  const flat = await line.getAttribute("d");

  const plot = (await editor.getByTestId("curve-plot").boundingBox())!;
  await page.mouse.dblclick(plot.x + plot.width / 2, plot.y + 40);
  await expect(editor.getByText("Point 2 of 3")).toBeVisible();
  const drawn = await line.getAttribute("d");
  expect(drawn).not.toBe(flat);

  const point = (await editor.getByTestId("curve-point-0").boundingBox())!;
  await page.mouse.move(point.x + point.width / 2, point.y + point.height / 2);
  await page.mouse.down();
  await page.mouse.move(point.x + 10, plot.y + 60, { steps: 5 });
  await page.mouse.move(point.x + 10, plot.y + 150, { steps: 5 });
  await page.mouse.up();
  const dragged = await line.getAttribute("d");
  expect(dragged).not.toBe(drawn);
  await page.keyboard.press("Control+z");
  await expect(line).toHaveAttribute("d", drawn!);
  await page.keyboard.press("Control+Shift+z");
  await expect(line).toHaveAttribute("d", dragged!);
  await studio.screenshot("curve-editor");

  await editor.getByRole("button", { name: "Presets" }).click();
  await page.getByRole("menuitem", { name: /^Interval/ }).click();
  await expect(editor.getByRole("tab", { name: "Sigma" })).toHaveAttribute("aria-selected", "true");
  await expect(cost).not.toContainText("40");
  await page.keyboard.press("Escape");
  await expect(editor).toBeHidden();
  const planned = await cost.textContent();
  expect(Number.parseInt(planned!, 10)).toBeLessThan(40);
  await studio.run();
  await studio.expectImage("decode");

  await page.getByTestId("param-guide-scale").first().click();
  await editor.getByRole("button", { name: "Make it a plain number again" }).click();
  await expect(studio.param("guide", "scale")).toBeVisible();
  await expect(cost).toContainText("40");
  expect(studio.complaints).toEqual([]);
});

test("a curve copied in one place is pasted in another, and a point takes numbers", async ({ studio }) => {
  const { page } = studio;
  await page.getByTestId("param-guide-scale").first().hover();
  await page.getByTestId("draw-guide-scale").first().click();
  const editor = page.getByTestId("curve-editor");
  await editor.getByTestId("curve-point-1").click();
  await studio.setParam("guide", "scale-y", "7.5");
  await expect(editor.getByTestId("curve-point-1")).toHaveAttribute("aria-valuenow", "7.5");
  await editor.getByTestId("curve-point-1").press("ArrowUp");
  await expect(editor.getByTestId("curve-point-1")).toHaveAttribute("aria-valuenow", "7.6");
  await editor.getByRole("button", { name: "Copy the curve" }).click();
  const copied = await editor.getByTestId("curve-line").getAttribute("d");
  await editor.getByTestId("curve-point-1").press("Delete");
  await expect(editor.getByTestId("curve-line")).not.toHaveAttribute("d", copied!);
  await editor.getByRole("button", { name: "Paste a curve" }).click();
  await expect(editor.getByTestId("curve-line")).toHaveAttribute("d", copied!);
  expect(studio.complaints).toEqual([]);
});
