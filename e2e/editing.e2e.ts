import { expect } from "playwright/test";
import { test } from "./fixture.ts";

test("bypass and mute change what runs, and undo gives it back", async ({ studio }) => {
  const { page } = studio;
  await studio.node("decode").locator("header").click();
  await studio.press("Control+M");
  await studio.expectState("decode", "muted");
  await expect(page.getByTestId("run")).toBeVisible();
  await studio.press("Control+M");
  await studio.expectState("decode", "idle");
  await studio.press("Control+Z");
  await studio.expectState("decode", "muted");
  await studio.press("Control+Z");
  await studio.node("guide").locator("header").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Bypass" }).click();
  await studio.expectState("guide", "bypassed");
  await studio.run();
  await studio.expectImage("decode");
});

test("a collapsed card keeps its links, a pinned one its place, and F2 names it", async ({ studio }) => {
  const { page } = studio;
  const card = studio.node("guide");
  await card.locator("header").click();
  const links = await page.locator(".react-flow__edge").count();
  await studio.press("Alt+C");
  const scale = card.getByTestId("param-guide-scale");
  await expect(scale).toHaveCount(0);
  await expect(page.locator(".react-flow__edge")).toHaveCount(links);
  await studio.press("Alt+P");
  await expect(card.getByLabel("Pinned")).toBeVisible();
  const distance = async () => {
    const [a, b] = [await card.boundingBox(), await studio.node("decode").boundingBox()];
    return Math.round((b?.x ?? 0) - (a?.x ?? 0));
  };
  const apart = await distance();
  const before = await card.boundingBox();
  await page.mouse.move(before!.x + 90, before!.y + 12);
  await page.mouse.down();
  await page.mouse.move(before!.x + 160, before!.y + 60, { steps: 5 });
  await page.mouse.up();
  expect(await distance()).toBe(apart);
  await card.locator("header").click();
  await studio.press("F2");
  await page.keyboard.type("Stronger");
  await page.keyboard.press("Enter");
  await expect(card).toHaveAttribute("aria-label", "Stronger");
  await studio.press("Control+Z");
  await studio.press("Control+Z");
  await studio.press("Control+Z");
  await expect(card).toHaveAttribute("aria-label", "Guidance");
  await expect(scale).toBeVisible();
});

test("a layout is one step, and aligned cards share a side", async ({ studio }) => {
  const { page } = studio;
  const left = async (id: string) => Math.round((await studio.node(id).boundingBox())?.x ?? Number.NaN);
  const before = await left("noise");
  await studio.press("Control+L");
  await expect.poll(() => left("noise")).not.toBe(before);
  await studio.press("Control+Z");
  await expect.poll(() => left("noise")).toBe(before);
  await studio.node("noise").locator("header").click();
  await studio
    .node("latent")
    .locator("header")
    .click({ modifiers: ["Shift"] });
  await studio.node("latent").locator("header").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Arrange" }).click();
  await page.getByRole("menuitem", { name: "Align left" }).click();
  await expect.poll(async () => (await left("noise")) - (await left("latent"))).toBe(0);
});
