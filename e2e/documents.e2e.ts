import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "playwright/test";
import { test } from "./fixture.ts";
import { startStudio } from "./studio.ts";

test("a saved workflow is the same after a restart", async ({ home }) => {
  const file = join(home.files, "fox.fairlead.json");
  const first = await startStudio(home);
  await first.setParam("prompt", "text", "a fox on a blue background");
  await first.answerDialogs(file);
  await first.press("Control+Shift+S");
  await expect(first.page.getByTestId("tab-0")).toContainText("fox");
  await first.setParam("guide", "scale", "7");
  await first.press("Control+S");
  await expect.poll(() => JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ fairlead: 1 });
  const scaleInFile = () => {
    const { nodes } = JSON.parse(readFileSync(file, "utf8")) as { nodes: { id: string; params: { scale?: number } }[] };
    return nodes.find(({ id }) => id === "guide")?.params.scale;
  };
  await expect.poll(scaleInFile).toBe(7);
  // Until drafts are dropped, an end is a crash.
  await first.page.waitForTimeout(1000);
  await first.close();

  const second = await startStudio(home);
  await second.answerDialogs(file);
  await second.press("Control+O");
  await expect(second.param("prompt", "text")).toHaveValue("a fox on a blue background");
  await expect(second.param("guide", "scale")).toHaveValue(/^7(\.0*)?$/);
  await second.run();
  await second.expectImage("decode");
  await second.screenshot("reopened");
  await second.close();
});

test("undo and redo go through edits and deletions", async ({ studio }) => {
  const scale = studio.param("guide", "scale");
  const before = await scale.inputValue();
  await studio.setParam("guide", "scale", "9");
  await studio.press("Control+Z");
  await expect(scale).toHaveValue(before);
  await studio.press("Control+Shift+Z");
  await expect(scale).toHaveValue(/^9(\.0*)?$/);

  await studio.node("note").click({ position: { x: 40, y: 10 } });
  await studio.page.keyboard.press("Delete");
  await expect(studio.node("note")).toHaveCount(0);
  await studio.press("Control+Z");
  await expect(studio.node("note")).toBeVisible();
  await expect(scale).toHaveValue(/^9(\.0*)?$/);
});

test("a dropped picture brings its graph back", async ({ studio, home }) => {
  await studio.setParam("prompt", "text", "a fox on a blue background");
  await studio.run();
  await studio.press("Control+N");
  await expect(studio.node("prompt")).toHaveCount(0);
  await studio.drop(join(home.output, "hello.png"));
  await expect(studio.param("prompt", "text")).toHaveValue("a fox on a blue background");
  await studio.run();
  await studio.expectImage("decode");
});

test("a drawing of the graph carries the workflow and what the run made", async ({ studio, home }) => {
  const drawing = join(home.files, "graph.png");
  await studio.setParam("prompt", "text", "a fox on a blue background");
  await studio.run();
  const drawTo = async (file: string, command: string) => {
    await studio.answerDialogs(file);
    await studio.press("Control+K");
    await studio.page.keyboard.type(command);
    await studio.page.keyboard.press("Enter");
    await expect(studio.page.getByTestId("toast").last()).toContainText(file.split("/").at(-1)!);
  };
  await drawTo(drawing, "graph as png");
  await drawTo(join(home.files, "graph.svg"), "graph as svg");
  const svg = readFileSync(join(home.files, "graph.svg"), "utf8");
  expect(svg).toContain(">Encode text</text>");
  expect(svg).toContain('href="data:image/png;base64,');

  await studio.press("Control+N");
  await expect(studio.node("prompt")).toHaveCount(0);
  await studio.drop(drawing);
  await expect(studio.param("prompt", "text")).toHaveValue("a fox on a blue background");
});

test("what was copied last is pasted, a picture of another program too; fields keep their text", async ({ studio }) => {
  const { page, electron } = studio;
  await electron.evaluate(({ clipboard, nativeImage }) => {
    const picture = nativeImage.createFromBitmap(Buffer.alloc(4 * 6 * 4, 200), { width: 6, height: 4 });
    // The name that older versions of Electron have for it.
    (clipboard as unknown as { writeImage(image: typeof picture): void }).writeImage(picture);
  });
  await studio.press("Control+V");
  await expect(studio.node("load")).toBeVisible();
  await expect(studio.param("load", "path")).toHaveValue(/\.png$/);
  await studio.press("Control+C");
  await studio.press("Control+V");
  await expect(studio.node("load-2")).toBeVisible();
  const field = studio.param("prompt", "text");
  await field.focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+V");
  await expect(field).toHaveValue(/"image\/load"/);
  await expect(studio.node("load-3")).toHaveCount(0);
});

test("a file that carries no workflow says so and changes nothing", async ({ studio, home }) => {
  const { writeFileSync } = await import("node:fs");
  const file = join(home.files, "broken.fairlead.json");
  writeFileSync(file, '{"fairlead": 1, "nodes": [');
  await studio.drop(file);
  await expect(studio.page.getByTestId("toast").first()).toBeVisible();
  await expect(studio.node("prompt")).toBeVisible();
});
