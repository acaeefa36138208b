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

test("a wire takes reroute points and nodes; a node gives its place to another", async ({ studio }) => {
  const { page } = studio;
  const wires = page.locator(".react-flow__edge");
  const count = await wires.count();
  const dots = page.locator("[data-wire] circle");
  const points = await dots.count();
  // Where the wire from the first Condition enters Guidance.
  const start = (await page.getByTestId("port-positive-out-denoiser").boundingBox())!;
  const end = (await page.getByTestId("port-guide-in-strong").boundingBox())!;
  const middle = { x: (start.x + end.x) / 2 + 5, y: (start.y + end.y) / 2 + 5 };
  await page.mouse.move(middle.x, middle.y);
  await page.keyboard.down("Alt");
  await page.mouse.click(middle.x, middle.y);
  await page.keyboard.up("Alt");
  await expect(dots).toHaveCount(points + 1);
  await studio.press("Control+Z");
  await expect(dots).toHaveCount(points);

  await page.mouse.click(middle.x, middle.y, { button: "right" });
  await page.getByRole("menuitem", { name: "Insert a node…" }).click();
  await expect(page.getByTestId("search")).toBeVisible();
  await page.keyboard.type("rescale");
  await page.keyboard.press("Enter");
  await expect(wires).toHaveCount(count + 1);
  await studio.press("Delete");
  await expect(wires).toHaveCount(count);

  await studio.node("guide").locator("header").click();
  await studio.press("Shift+R");
  await page.keyboard.type("projected");
  await page.keyboard.press("Enter");
  await expect(wires).toHaveCount(count);
  await expect(studio.node("guide")).not.toHaveAttribute("aria-label", "Guidance");
});

test("a node that is dragged onto a wire is put on it, in one step", async ({ studio }) => {
  const { page } = studio;
  const wires = page.locator(".react-flow__edge");
  const count = await wires.count();
  await page.getByTestId("canvas").hover({ position: { x: 300, y: 60 } });
  await studio.press("Space");
  await page.keyboard.type("rescale");
  await page.keyboard.press("Enter");
  const card = page.locator("[data-testid^=node-rescale]");
  const box = (await card.boundingBox())!;
  const start = (await page.getByTestId("port-guide-out-denoiser").boundingBox())!;
  const end = (await page.getByTestId("port-sample-in-denoiser").boundingBox())!;
  await page.mouse.move(box.x + 60, box.y + 12);
  await page.mouse.down();
  const goal = { x: (start.x + end.x) / 2 + 5, y: (start.y + end.y) / 2 + 5 };
  await page.mouse.move(goal.x - box.width / 2 + 60, goal.y - box.height / 2 + 12, { steps: 12 });
  await page.mouse.up();
  await expect(wires).toHaveCount(count + 1);
  await studio.press("Control+Z");
  await expect(wires).toHaveCount(count);
  expect(Math.round((await card.boundingBox())!.x)).toBe(Math.round(box.x));
});

test("problems lead to the port and offer the way out", async ({ studio }) => {
  const { page } = studio;
  await studio.node("latent").locator("header").click();
  await studio.press("Delete");
  await expect(studio.node("latent")).toHaveCount(0);
  await page.getByRole("button", { name: /^Problems/ }).click();
  const row = page.getByTestId("problems").getByRole("button", { name: /Latent is not connected/ });
  await row.click();
  await expect(page.getByTestId("inspector")).toContainText("sampler/sample");
  await page.getByTestId("problems").getByRole("button", { name: "Add Empty latent" }).click();
  await expect(row).toHaveCount(0);
  await studio.run();
  await studio.expectImage("decode");
});

test("the outline adds, connects, changes and runs by keyboard alone", async ({ studio }) => {
  const { page } = studio;
  await studio.press("Control+Shift+O");
  await page.getByTestId("outline-model").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await expect(page.getByTestId("outline-guide")).toBeVisible();
  await page.getByTestId("outline-guide").focus();
  await page.keyboard.press("Control+B");
  await studio.expectState("guide", "bypassed");
  await page.keyboard.press("Control+B");
  await page.keyboard.press("ArrowRight");
  const weak = page.getByTestId("outline-guide-weak");
  await expect(weak).toContainText("Condition");
  await weak.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: /^Disconnect/ }).focus();
  await page.keyboard.press("Enter");
  await expect(weak).toContainText("Not connected");
  await weak.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Condition (negative)" }).focus();
  await page.keyboard.press("Enter");
  await expect(weak).toContainText("Condition");
  await weak.focus();
  await page.keyboard.press("Control+Enter");
  await studio.expectImage("decode");
  await page.keyboard.press("F1");
  await expect(page.getByTestId("shortcuts")).toContainText("Bypass");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("shortcuts")).toHaveCount(0);
});
