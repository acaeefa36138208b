import { expect } from "playwright/test";
import { test } from "./fixture.ts";

test("a link that does not fit is refused with the reason", async ({ studio }) => {
  const edges = studio.page.locator(".react-flow__edge");
  const before = await edges.count();
  await studio.connect("prompt-out-conditioning", "sample-in-sigmas");
  await expect(studio.page.getByTestId("toast").first()).toContainText(/conditioning.*sigmas|sigmas.*conditioning/i);
  await expect(edges).toHaveCount(before);
});

test("an error stands on its node and among the problems", async ({ studio }) => {
  await studio.setParam("model", "path", "/nowhere/at-all");
  await expect(studio.page.getByTestId("problems")).toContainText("/nowhere/at-all");
  await studio.expectState("model", "error");
  await studio.setParam("model", "path", "");
  await studio.run();
  await studio.expectImage("decode");
});

test("a killed engine takes nothing with it", async ({ studio }) => {
  await studio.setParam("schedule", "steps", "900");
  await studio.startRun();
  await studio.expectState("sample", "running");
  await studio.killEngine();
  await expect(studio.page.getByTestId("status")).toContainText("The engine stopped unexpectedly (signal SIGKILL)");
  await studio.ready();
  await studio.screenshot("engine-killed");
  await studio.setParam("schedule", "steps", "20");
  await studio.run();
  await studio.expectImage("decode");
});

test("a run can be stopped, and the next one works", async ({ studio }) => {
  await studio.setParam("schedule", "steps", "900");
  await studio.startRun();
  await studio.expectState("sample", "running");
  await studio.page.getByTestId("stop").click();
  await studio.ready();
  await studio.setParam("schedule", "steps", "20");
  await studio.run();
  await studio.expectImage("decode");
});
