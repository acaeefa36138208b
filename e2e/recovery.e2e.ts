import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "playwright/test";
import { test } from "./fixture.ts";
import { type Home, type StudioApp, startStudio } from "./studio.ts";

/** Ends the app as the system would, without a warning. */
async function crash(studio: StudioApp): Promise<void> {
  const ended = new Promise((resolve) => studio.electron.process().once("exit", resolve));
  studio.electron.process().kill("SIGKILL");
  await ended;
}

/** The longest that a change may need until it is safe. */
const safeMs = 1000;

async function saveAs(studio: StudioApp, file: string): Promise<void> {
  await studio.answerDialogs(file);
  await studio.press("Control+Shift+S");
  await expect.poll(() => readText(file)).toContain('"fairlead"');
  // The tab has its name once the window knows that the file is written.
  await expect(studio.page.getByRole("tab", { selected: true })).toHaveText(basename(file, ".fairlead.json"));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const scale = /^9(\.0*)?$/;

async function startAgain(home: Home): Promise<StudioApp> {
  const studio = await startStudio(home);
  await expect(studio.page.getByTestId("recovered")).toBeVisible();
  return studio;
}

test("after a crash the last edits are offered back, of files and of documents that have none", async ({ home }) => {
  const file = join(home.files, "mein Füchschen 图.fairlead.json");
  const first = await startStudio(home);
  await saveAs(first, file);
  await first.setParam("guide", "scale", "9");
  await first.press("Control+N");
  await first.page.getByTestId("canvas").press("Space");
  await first.page.keyboard.type("note");
  await first.page.keyboard.press("Enter");
  await expect(first.page.getByTestId("node-note")).toBeVisible();
  await first.page.waitForTimeout(safeMs);
  await crash(first);

  const second = await startAgain(home);
  await expect(second.page.getByTestId("recovered")).toContainText("mein Füchschen 图");
  await expect(second.page.getByTestId("recovered")).toContainText("Untitled 1");
  await second.screenshot("recovered");
  await second.page.getByRole("button", { name: "Keep changes" }).click();
  await expect(second.page.getByTestId("node-note")).toBeVisible();
  await second.page.getByTestId("tab-0").click();
  await expect(second.param("guide", "scale")).toHaveValue(scale);
  await second.press("Control+Z");
  await expect(second.param("guide", "scale")).not.toHaveValue(scale);
  await second.press("Control+Shift+Z");
  await second.press("Control+S");
  await expect.poll(() => readText(file)).toMatch(/"scale": 9/);
  await second.page.waitForTimeout(safeMs);
  await crash(second);

  const third = await startAgain(home);
  await expect(third.page.getByTestId("recovered")).not.toContainText("Füchschen");
  await third.page.getByRole("button", { name: "Discard changes" }).click();
  await expect(third.page.getByRole("tab")).toHaveCount(1);
  await expect(third.param("guide", "scale")).toHaveValue(scale);
  await third.close();
});

test("a crash of the page alone takes nothing either", async ({ studio }) => {
  await studio.setParam("guide", "scale", "9");
  await studio.page.waitForTimeout(safeMs);
  await studio.electron.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
  });
  const page = studio.page;
  await page.waitForEvent("crash").catch(() => {});
  await expect
    .poll(() =>
      studio.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
          "document.querySelector('[data-testid=recovered]')?.textContent ?? ''",
        ),
      ),
    )
    .toContain("never saved");
});

test("tabs come back in their order, the one in front in front, and closed ones do not", async ({ home }) => {
  const first = await startStudio(home);
  await saveAs(first, join(home.files, "a.fairlead.json"));
  await first.press("Control+N");
  await saveAs(first, join(home.files, "b.fairlead.json"));
  await first.press("Control+N");
  await first.press("Control+N");
  await first.press("Control+W");
  await first.page.getByTestId("tab-1").getByRole("tab").click();
  await first.page.waitForTimeout(safeMs);
  await first.close();
  rmSync(join(home.files, "a.fairlead.json"));

  const second = await startStudio(home);
  await expect(second.page.getByRole("tab")).toHaveText(["b", "Untitled 1"]);
  await expect(second.page.getByRole("tab", { selected: true })).toHaveText("b");
  await expect(second.page.getByTestId("toast")).toContainText("a.fairlead.json");
  await second.close();
});

test("a file that changes on disk is read again, or the person decides", async ({ studio, home }) => {
  const file = join(home.files, "shared.fairlead.json");
  await saveAs(studio, file);
  const original = readText(file);
  const theirs = (text: string) =>
    writeFileSync(file, original.replace('"text": "a large mushroom', `"text": "${text}, a large mushroom`));
  expect(original).toContain('"text": "a large mushroom');
  theirs("theirs");
  await expect(studio.param("prompt", "text")).toHaveValue(/^theirs/);
  await studio.press("Control+Z");
  await expect(studio.param("prompt", "text")).toHaveValue(/^a large mushroom/);
  theirs("once more");
  await expect(studio.page.getByRole("dialog")).toContainText("changed on disk");
  await studio.screenshot("changed-on-disk");
  await studio.page.getByRole("button", { name: "Keep mine" }).click();
  await studio.press("Control+S");
  await expect.poll(() => readText(file)).toContain('"text": "a large mushroom');
  const backups = readdirSync(home.files).filter((name) => name.includes(".bak"));
  expect(backups.some((name) => readText(join(home.files, name)).includes("once more"))).toBe(true);
});

test("what cannot be saved says why, and nothing is lost", async ({ studio, home }) => {
  const folder = join(home.files, "a folder");
  mkdirSync(folder);
  await studio.setParam("guide", "scale", "9");
  for (const [path, why] of [
    [join(folder, "a*b"), "“*”"],
    [join(folder, "CON"), "reserved name"],
    [join(folder, "x".repeat(300)), "Choose a shorter one"],
    [join("/proc", "fox"), "Writing /proc/fox.fairlead.json failed"],
  ] as const) {
    await studio.answerDialogs(path);
    await studio.press("Control+Shift+S");
    await expect(studio.page.getByTestId("toast").filter({ hasText: why })).toBeVisible();
    await expect(studio.page.getByRole("tab").first()).toHaveText(/Guided|Welcome/);
  }
  expect(readdirSync(folder)).toEqual([]);
  await expect(studio.param("guide", "scale")).toHaveValue(scale);
  const long = join(home.files, ...Array.from({ length: 12 }, () => "a rather long name of a folder"), "🦊 100%$");
  await saveAs(studio, `${long}.fairlead.json`);
  await studio.setParam("guide", "scale", "7");
  await studio.press("Control+S");
  await expect.poll(() => readText(`${long}.fairlead.json`)).toMatch(/"scale": 7/);
});
