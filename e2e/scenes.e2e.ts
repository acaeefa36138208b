import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "playwright/test";
import { test } from "./fixture.ts";
import { type StudioApp, startStudio } from "./studio.ts";

/**
 * Ten scenes as they were last looked at: `npx playwright test scenes --update-snapshots` takes them anew. Other systems
 * draw letters otherwise.
 */
test.skip(process.platform !== "linux", "The pictures were taken on Linux.");

/** What differs from run to run: times, costs, and the state of the run. */
const changing = "header [data-testid^=state-], [data-testid=cost], [data-testid=status] > :last-child";

/** Takes a scene, without what differs from run to run. */
async function scene({ page }: StudioApp, name: string): Promise<void> {
  await page.mouse.move(2, 2);
  await page.evaluate((selector) => {
    for (const element of document.querySelectorAll<HTMLElement>(selector)) element.style.visibility = "hidden";
  }, changing);
  await expect.soft(page).toHaveScreenshot(`${name}.png`, { maxDiffPixelRatio: 0.01 });
}

test("ten scenes look as they did", async ({ home }) => {
  const settings = { theme: "dark", device: "cpu", motion: "reduced", layout: {} };
  writeFileSync(join(home.data, "settings.json"), JSON.stringify(settings));
  const bounds = { x: 0, y: 0, width: 1280, height: 800 };
  writeFileSync(join(home.data, "window.json"), JSON.stringify({ bounds, isMaximized: false }));
  const studio = await startStudio(home);
  const { page } = studio;
  const rail = (panel: string) => page.getByTestId(`rail-${panel}`).click();
  await expect(page.getByTestId("cost")).toContainText("evals");
  await scene(studio, "start");

  await studio.run();
  await studio.node("guide").locator("header").click();
  await scene(studio, "finished");

  await studio.node("sample").locator("header").click();
  await page.getByRole("tab", { name: "Scope" }).click();
  await expect(page.getByTestId("scope-run")).toBeVisible();
  await scene(studio, "scope");
  await page.getByRole("tab", { name: "Node", exact: true }).click();

  await page.getByTestId("canvas").hover({ position: { x: 240, y: 120 } });
  await studio.press("Space");
  await page.keyboard.type("empty latent");
  await scene(studio, "search");
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+K");
  await page.keyboard.type("zoom");
  await scene(studio, "palette");
  await page.keyboard.press("Escape");

  await studio.node("latent").locator("header").click();
  await studio.press("Delete");
  await page.getByTestId("drawer-problems").click();
  await expect(page.getByTestId("problems")).toContainText("Latent is not connected");
  await scene(studio, "problems");
  await page.getByTestId("drawer-problems").click();
  await studio.press("Control+Z");

  await rail("settings");
  await page.getByRole("tab", { name: "Light" }).click();
  await rail("settings");
  await studio.press("Escape");
  await scene(studio, "light");

  await rail("templates");
  await page.getByLabel("Search templates").fill("guided text to image");
  await expect(page.getByTestId("template-Guided text to image").locator("img")).toBeVisible();
  await scene(studio, "templates-light");

  await rail("outline");
  await page.getByTestId("outline-guide").click();
  await scene(studio, "outline-light");
  await rail("outline");

  await page.getByTestId("file-menu").click();
  await page.getByRole("menuitem", { name: "Save as template…" }).click();
  await scene(studio, "dialog-light");
  await studio.close();
});
