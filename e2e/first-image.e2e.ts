import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "playwright/test";
import { test } from "./fixture.ts";
import { outputs, startStudio } from "./studio.ts";

test("the first start shows a wired graph, and one press of Run an image", async ({ studio, home }) => {
  for (const id of ["model", "prompt", "guide", "sample", "decode", "save"])
    await expect(studio.node(id)).toBeVisible();
  await expect(studio.page.getByTestId("cost")).toContainText("40");
  await studio.screenshot("first-start");
  await studio.run();
  await studio.expectState("sample", "done");
  await studio.expectImage("decode");
  expect(outputs(home)).toEqual(["hello.png"]);
  const bytes = readFileSync(join(home.output, "hello.png"));
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  expect(bytes.includes("fairlead")).toBe(true);
  expect(studio.complaints).toEqual([]);
});

test("after an edited prompt only what depends on it runs", async ({ studio }) => {
  await studio.run();
  await studio.setParam("prompt", "text", "a fox on a blue background");
  await studio.run();
  for (const id of ["prompt", "sample", "decode"]) await studio.expectState(id, "done");
  for (const id of ["empty", "latent"]) await studio.expectState(id, "cached");
});

test("after a changed file name nothing is computed again", async ({ studio, home }) => {
  await studio.run();
  await studio.setParam("save", "name", "again");
  await expect(studio.page.getByTestId("cost")).toContainText(/\b0\b/);
  await studio.run();
  for (const id of ["prompt", "sample", "decode"]) await studio.expectState(id, "cached");
  expect(outputs(home)).toEqual(["again.png", "hello.png"]);
});

test("the light theme shows the same graph", async ({ home }) => {
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(home.data, "settings.json"), JSON.stringify({ theme: "light", device: "cpu", layout: {} }));
  const studio = await startStudio(home);
  await studio.run();
  await studio.expectImage("decode");
  await studio.screenshot("light");
  await studio.close();
});
