import { readFileSync } from "node:fs";
import { expect, type Page } from "playwright/test";
import { test } from "./fixture.ts";
import type { StudioApp } from "./studio.ts";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** What axe says about a part of the page. */
interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

interface Axe {
  run(scope: Document | string, options: object): Promise<{ readonly violations: readonly Finding[] }>;
}

/** Serious and critical findings in the page, or in what a selector finds. */
async function findings(page: Page, scope?: string): Promise<string[]> {
  const violations = await page.evaluate(async (selector) => {
    const { axe: tool } = window as unknown as { readonly axe: Axe };
    const { violations: found } = await tool.run(selector ?? document, { resultTypes: ["violations"] });
    return found;
  }, scope);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}\n${failureSummary}`),
    );
}

/** Goes through the window's parts and checks each as it is shown. */
async function walk(studio: StudioApp): Promise<Readonly<Record<string, readonly string[]>>> {
  const { page } = studio;
  const found: Record<string, string[]> = {};
  const check = async (name: string, scope?: string) => {
    const list = await findings(page, scope);
    if (list.length > 0) found[name] = list;
  };
  await check("window");
  for (const panel of ["nodes", "templates", "history", "outline", "settings"]) {
    await page.getByTestId(`rail-${panel}`).click();
    if (panel === "templates") await expect(page.getByLabel("Search templates")).toBeVisible();
    await check(panel, "aside");
  }
  await page.getByTestId("rail-outline").click();
  await page.getByTestId("outline-guide").click();
  await check("outline row", "aside");
  await page.getByTestId("rail-outline").click();

  await studio.node("sample").locator("header").click();
  for (const segment of ["Node", "Scope", "Output"]) {
    await page.getByRole("tab", { name: segment }).click();
    await check(`inspector ${segment}`, "[data-testid=inspector]");
  }
  await page.getByRole("tab", { name: "Node", exact: true }).click();
  for (const tab of ["problems", "queue", "log"]) {
    await page.getByTestId(`drawer-${tab}`).click();
    await check(`drawer ${tab}`, `[data-testid=${tab}]`);
  }
  await page.getByTestId("drawer-log").click();

  await studio.press("Space");
  await check("search", "[role=dialog]");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+K");
  await check("palette", "[data-testid=palette]");
  await page.keyboard.press("Escape");
  await page.keyboard.press("F1");
  await check("shortcuts", "[data-testid=shortcuts]");
  await page.keyboard.press("Escape");
  await studio.node("sample").locator("header").click({ button: "right" });
  await check("context menu", "[role=menu]");
  await page.keyboard.press("Escape");
  await page.getByTestId("param-sample-sampler").first().click();
  await check("choice", "[data-radix-popper-content-wrapper]");
  await page.keyboard.press("Escape");
  await page.getByTestId("file-menu").click();
  await check("file menu", "[role=menu]");
  await page.getByRole("menuitem", { name: "Save as template…" }).click();
  await check("template dialog", "[role=dialog]");
  await page.keyboard.press("Escape");
  return found;
}

test("no part of the window has a serious finding, in either theme", async ({ studio }) => {
  const { page } = studio;
  await page.evaluate(axe);
  await studio.run();
  expect(await walk(studio)).toEqual({});
  await page.getByTestId("rail-settings").click();
  await page.getByRole("tab", { name: "Light" }).click();
  await page.getByTestId("rail-settings").click();
  expect(await walk(studio)).toEqual({});
});

test("F6 goes round the window's parts, and what happens is said aloud", async ({ studio }) => {
  const { page } = studio;
  const focused = () =>
    page.evaluate(() => {
      const region = document.activeElement?.closest("[data-region], nav, [data-testid=canvas], aside, footer");
      return region?.getAttribute("data-region") ?? region?.getAttribute("aria-label") ?? region?.tagName ?? null;
    });
  const round = ["bar", "Panels", "left", "Graph", "Inspector", "drawer", "FOOTER"];
  await page.getByTestId("rail-settings").click();
  await page.getByTestId("drawer-log").click();
  const visited: unknown[] = [];
  for (const _ of round) {
    await page.keyboard.press("F6");
    visited.push(await focused());
  }
  expect(visited.toSorted()).toEqual(round.toSorted());
  expect(round.indexOf("Inspector")).toBe((round.indexOf("Graph") + 1) % round.length);
  const before = await focused();
  await page.keyboard.press("F6");
  await page.keyboard.press("Shift+F6");
  expect(await focused()).toBe(before);

  const said = page.getByTestId("announcer");
  await studio.setParam("guide", "scale", "9");
  await studio.press("Control+Z");
  await expect(said).toHaveText("Undone: Change Scale");
  await studio.run();
  await expect(said).toHaveText(/^Run 1 finished in/);
});

test("settings change size and motion; shortcuts are pressed anew, and conflicts are told", async ({ studio }) => {
  const { page } = studio;
  await page.getByTestId("rail-settings").click();
  const width = () => page.evaluate(() => window.innerWidth);
  const before = await width();
  await page.getByRole("button", { name: "Larger" }).click();
  await expect.poll(width).toBeLessThan(before);
  await page.getByRole("button", { name: "Smaller" }).click();
  await expect.poll(width).toBe(before);
  await page.getByRole("tab", { name: "Reduced" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-motion", "reduced");

  await page.getByRole("button", { name: "Change shortcuts" }).click();
  const change = async (command: string, keys: string) => {
    await page.getByRole("button", { name: new RegExp(`^${command}: .*Change$`) }).click();
    await page.keyboard.press(keys);
  };
  await change("Mute", "Control+B");
  await expect(page.getByRole("alert")).toHaveText("Ctrl B already means “Bypass”.");
  await page.getByRole("button", { name: "Use it here" }).click();
  await expect(page.getByTestId("shortcut-bypass")).toContainText("None");
  await change("Run", "F9");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("shortcuts")).toHaveCount(0);

  await studio.node("guide").locator("header").click();
  await studio.press("Control+B");
  await studio.expectState("guide", "muted");
  await studio.node("guide").locator("header").click({ button: "right" });
  await expect(page.getByRole("menuitem", { name: /^Mute/ })).toContainText("Ctrl B");
  await page.keyboard.press("Escape");
  await page.getByTestId("run").hover();
  await expect(page.getByRole("tooltip")).toContainText("F9");

  await page.keyboard.press("F1");
  await page.getByRole("button", { name: "Reset all" }).click();
  await expect(page.getByTestId("shortcut-bypass")).toContainText("Ctrl B");
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "As the system" }).click();
});
