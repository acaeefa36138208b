import { expect } from "playwright/test";
import { test } from "./fixture.ts";

test("a subgraph is made, used twice, run, entered, mended and unpacked", async ({ studio }) => {
  const { page } = studio;
  const header = (id: string) => studio.node(id).locator("header");
  const names = () =>
    page
      .locator("[data-testid^=node-]")
      .evaluateAll((cards) => cards.map((card) => card.getAttribute("aria-label")).sort());
  const before = await names();

  await studio.setParam("schedule", "steps", "4");
  await header("sample").click();
  await header("decode").click({ modifiers: ["Control"] });
  await studio.press("Control+G");
  await expect(studio.node("subgraph").getByLabel("Title")).toBeFocused();
  await page.keyboard.type("Paint");
  await page.keyboard.press("Enter");
  await expect(studio.node("subgraph")).toHaveAttribute("aria-label", "Paint");
  await expect(header("subgraph")).toContainText("2 nodes");
  await expect(studio.node("sample")).toHaveCount(0);

  // A second one with the same links: two nodes, one subgraph.
  await header("subgraph").click();
  await studio.press("Control+Shift+D");
  await expect(studio.node("subgraph-2")).toHaveAttribute("aria-label", "Paint");
  await studio.run();
  await studio.expectState("subgraph", "done");
  await studio.expectState("subgraph-2", "done");
  await studio.expectImage("subgraph-2");

  await header("subgraph-2").dblclick();
  await expect(page.getByTestId("breadcrumb")).toContainText("Paint");
  await studio.expectState("sample", "done");
  await studio.expectImage("decode");

  // What one of them shows can be set on each.
  await header("sample").click();
  await page.getByTestId("inspector").getByRole("button", { name: "Show on subgraph" }).first().click();
  await expect(page.getByTestId("inspector").getByRole("button", { name: "Hide on subgraph" })).toBeVisible();
  await studio.press("Escape");
  await expect(page.getByTestId("breadcrumb")).toHaveCount(0);
  await expect(page.getByTestId("param-subgraph-2-sampler").first()).toBeVisible();
  await studio.choose("subgraph-2", "sampler", "Heun");

  // A port that goes inside is missed outside, by the name of the inner node; the problem leads there.
  await studio.node("subgraph").getByTestId("state-subgraph").click();
  await studio.press("Enter");
  await header("inputs").click();
  await page.getByTestId("inspector").getByRole("button", { name: "Remove Noise" }).click();
  await studio.expectState("sample", "error");
  await page.getByTestId("breadcrumb").getByRole("button", { name: "Guided text to image" }).click();
  await expect(studio.node("subgraph")).toContainText("Sample: Noise is not connected.");
  await page.getByTestId("drawer-problems").click();
  await page.getByTestId("problems").getByText("Noise is not connected").first().click();
  await expect(page.getByTestId("breadcrumb")).toBeVisible();
  await expect(studio.node("sample")).toBeVisible();
  await studio.press("Control+Z");
  await studio.expectState("sample", /done|idle|cached/);
  await studio.press("Escape");

  await header("subgraph-2").click();
  await studio.press("Control+Shift+G");
  await expect(studio.node("sample")).toBeVisible();
  await expect(studio.node("subgraph-2")).toHaveCount(0);
  for (let step = 0; step < 7; step++) await studio.press("Control+Z");
  await expect.poll(names).toEqual(before);
  await expect(studio.node("sample")).toBeVisible();
});
