import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "playwright/test";
import { test } from "./fixture.ts";
import { startStudio } from "./studio.ts";

test("the first start shows four hints that block nothing; skipped once, they stay away", async ({ home }) => {
  rmSync(join(home.data, "settings.json"));
  const first = await startStudio(home);
  const tour = first.page.getByTestId("tour");
  await expect(tour).toContainText("Run the graph");
  await first.screenshot("tour");
  await first.run();
  await tour.getByRole("button", { name: "Next" }).click();
  await expect(tour).toContainText("2 of 4");
  await first.screenshot("tour-2");
  await tour.getByRole("button", { name: "Skip the tour" }).click();
  await expect(tour).toHaveCount(0);
  await first.close();

  const second = await startStudio(home);
  await expect(second.page.getByTestId("tour")).toHaveCount(0);
  await second.page.getByTestId("file-menu").click();
  await second.page.getByRole("menuitem", { name: "Show the tour" }).click();
  for (let step = 1; step < 4; step++) {
    await expect(second.page.getByTestId("tour")).toContainText(`${step} of 4`);
    await second.page.getByTestId("tour").getByRole("button", { name: "Next" }).click();
  }
  await second.page.getByRole("button", { name: "Done" }).click();
  await expect(second.page.getByTestId("tour")).toHaveCount(0);
  await second.close();
});
