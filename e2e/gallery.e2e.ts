import { expect } from "playwright/test";
import { test } from "./fixture.ts";
import { startStudio } from "./studio.ts";

test("templates have pictures of their results, are found by a word and open as copies", async ({ studio }) => {
  const { page } = studio;
  await page.getByTestId("rail-templates").click();
  const card = page.getByTestId("template-Guided text to image");
  await expect(card.locator("img")).toBeVisible();
  await page.getByLabel("Search templates").fill("burnt");
  await expect(card).toHaveCount(0);
  await studio.screenshot("gallery");
  await page.getByTestId("template-Cures for burnt colours").click();
  await expect(page.getByRole("tab", { selected: true })).toHaveText("Cures for burnt colours");
  await page.getByLabel("Search templates").fill("no such thing");
  await expect(page.getByText("No template matches")).toBeVisible();
});

test("a workflow is kept as a template of one's own, opened after a restart, and removed", async ({ home }) => {
  const first = await startStudio(home);
  await first.run();
  await first.setParam("guide", "scale", "9");
  await first.page.getByTestId("file-menu").click();
  await first.page.getByRole("menuitem", { name: "Save as template…" }).click();
  await first.page.getByTestId("template-name").fill("My füchse");
  await first.page.keyboard.press("Enter");
  await expect(first.page.getByTestId("toast")).toContainText("My füchse");
  await first.close();

  const second = await startStudio(home);
  await second.page.keyboard.press("Enter");
  await second.page.getByTestId("rail-templates").click();
  const card = second.page.getByTestId("template-My füchse");
  await expect(card.locator("img")).toBeVisible();
  await card.click();
  await expect(second.page.getByRole("tab", { selected: true })).toHaveText("My füchse");
  await expect(second.param("guide", "scale")).toHaveValue(/^9(\.0*)?$/);
  await second.page.getByRole("button", { name: "Remove My füchse" }).click();
  await expect(card).toHaveCount(0);
  await second.page.getByRole("button", { name: "Put back" }).click();
  await expect(card).toBeVisible();
  await second.close();
});

test("the history lists every step, and a click goes back and forth", async ({ studio }) => {
  const { page } = studio;
  const before = await studio.param("guide", "scale").inputValue();
  await studio.setParam("guide", "scale", "9");
  await studio.setParam("schedule", "steps", "12");
  await page.getByTestId("rail-history").click();
  const steps = page.getByTestId("history").getByRole("button");
  await expect(steps).toHaveText(["As opened", "Change Scale", "Change Steps"]);
  await steps.nth(0).click();
  await expect(studio.param("guide", "scale")).toHaveValue(before);
  await steps.nth(2).click();
  await expect(studio.param("guide", "scale")).toHaveValue(/^9(\.0*)?$/);
  await studio.run();
  await expect(steps).toHaveCount(3);
});
