import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "playwright/test";
import { test } from "./fixture.ts";

test("the Scope shows what guidance does at each step, and its cursor picks one", async ({ studio, home }) => {
  const { page } = studio;
  await studio.node("sample").click();
  await page.getByRole("tab", { name: "Scope" }).click();
  await expect(page.getByText("Nothing measured yet")).toBeVisible();
  await studio.run();

  const scope = page.getByTestId("scope");
  await expect(page.getByTestId("scope-run")).toHaveText("Run 1");
  const norms = scope.getByRole("img", { name: "Prediction norms" });
  await expect(norms).toBeVisible();
  await expect(scope).toContainText("20 of 20");
  await expect(scope).toContainText("4.00");
  // Strong, weak and difference, each with a point for every step.
  const lines = await norms
    .locator("g > path")
    .evaluateAll((paths) => paths.map((path) => path.getAttribute("d") ?? ""));
  expect(lines.filter((line) => line.match(/[ML]/g)?.length === 20)).toHaveLength(3);
  await expect(scope.getByTestId("scope-evaluations")).toContainText("20");

  const film = page.getByTestId("scope-film");
  const last = await page.getByTestId("scope-picture").locator("img").getAttribute("src");
  await film.focus();
  await page.keyboard.press("Home");
  await expect(scope).toContainText("1 of 20");
  await expect(page.getByTestId("scope-picture").locator("img")).not.toHaveAttribute("src", last ?? "");
  const box = await norms.boundingBox();
  if (box === null) throw new Error("The chart has no place.");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(film).not.toHaveAttribute("aria-valuenow", /^(1|20)$/);

  await page.getByRole("tab", { name: "Direction" }).click();
  await expect(page.getByTestId("scope-picture")).toHaveAttribute("data-shows", "direction");

  const save = async (format: string) => {
    const file = join(home.files, `scope.${format}`);
    await studio.answerDialogs(file);
    await page.getByTestId("scope-export").click();
    await page.getByRole("menuitem", { name: format.toUpperCase() }).click();
    await expect(page.getByText(`Saved scope.${format}`)).toBeVisible();
    return readFileSync(file);
  };
  const [head, ...rows] = (await save("csv")).toString().trim().split("\r\n");
  expect(head).toMatch(/^run,sampler,node,step,sigma,sample,norm\.strong/);
  expect(rows).toHaveLength(40);
  const svg = (await save("svg")).toString();
  for (const text of ["Prediction norms", "Difference", "Effective scale"]) expect(svg).toContain(text);
  expect(svg).not.toContain("var(--");
  expect((await save("png")).subarray(1, 4).toString()).toBe("PNG");
  expect(studio.complaints).toEqual([]);
});

test("a second run is laid over the first, told apart by what changed", async ({ studio }) => {
  const { page } = studio;
  await studio.run();
  await studio.setParam("guide", "scale", "9");
  await studio.run();
  // With nothing selected, the shortcut takes the sampler that ran.
  await studio.press("Control+I");
  await expect(page.getByLabel("Title of the node")).toHaveValue("Sample");
  await expect(page.getByTestId("scope-run")).toHaveText("Run 2, scale 9");
  await studio.node("guide").click({ position: { x: 60, y: 12 } });
  await expect(page.getByLabel("Title of the node")).toHaveValue("Guidance");
  await expect(page.getByTestId("scope-run")).toHaveText("Run 2, scale 9");
  await expect(page.getByTestId("scope-compared")).toHaveText("Run 1, scale 4");
  const scale = page.getByRole("img", { name: "Effective scale" });
  await expect(scale.locator("path[d*='L']")).toHaveCount(2);
  await page.getByRole("button", { name: "Hide run 1" }).click();
  await expect(scale.locator("path[d*='L']")).toHaveCount(1);
});

test("guidance by a reward shows what it scored, its slope, its push, and what gradients cost", async ({
  studio,
  home,
}) => {
  const { page } = studio;
  await studio.answerDialogs(resolve("assets/workflows/dps.fairlead.json"));
  await studio.press("Control+O");
  await studio.run();
  await studio.node("guide").click({ position: { x: 30, y: 12 } });
  await page.getByRole("tab", { name: "Scope" }).click();
  const scope = page.getByTestId("scope");
  for (const name of ["Reward of the prediction", "Norm of the reward's gradient", "Norm of the push"])
    await expect(scope.getByRole("img", { name })).toBeVisible();
  await expect(scope.getByTestId("scope-gradient-time")).toContainText(/\d+\u00a0%/);
  const file = join(home.files, "reward.csv");
  await studio.answerDialogs(file);
  await page.getByTestId("scope-export").click();
  await page.getByRole("menuitem", { name: "CSV" }).click();
  await expect(page.getByText("Saved reward.csv")).toBeVisible();
  const [head] = readFileSync(file).toString().split("\r\n");
  for (const name of ["reward", "norm.gradient", "norm.push"]) expect(head?.split(",")).toContain(name);
  await scope.getByTestId("scope-gradient-time").scrollIntoViewIfNeeded();
  await studio.screenshot("scope-reward");
  expect(studio.complaints).toEqual([]);
});
