import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "playwright/test";
import { countRenders, type RenderCounts } from "../scripts/bench-ui/measure.mjs";
import { test } from "./fixture.ts";
import type { Studio } from "./studio.ts";

type Counting = Window & { readonly benchRenders: { start(): void; stop(): RenderCounts } };

async function corner(studio: Studio, id: string) {
  const box = await studio.node(id).boundingBox();
  return { x: Math.round(box?.x ?? Number.NaN), y: Math.round(box?.y ?? Number.NaN) };
}

test("what is selected is dragged together, a frame with all in it, each in one step", async ({ studio }) => {
  const { page } = studio;
  const places = () => Promise.all(["positive", "negative", "guide", "prompt"].map((id) => corner(studio, id)));
  const before = await places();
  // Nodes stand on whole pixels of the canvas, not of the window.
  const expectMoved = (x: number, y: number, ...moved: number[]) =>
    expect
      .poll(async () => {
        const now = await places();
        return Math.max(
          ...now.flatMap((place, index) => {
            const [dx, dy] = moved.includes(index) ? [x, y] : [0, 0];
            return [place.x - before[index]!.x - dx, place.y - before[index]!.y - dy].map(Math.abs);
          }),
        );
      })
      .toBeLessThanOrEqual(1);
  await studio.node("positive").locator("header").click();
  await studio
    .node("prompt")
    .locator("header")
    .click({ modifiers: ["Shift"] });
  await page.mouse.move(before[0]!.x + 40, before[0]!.y + 10);
  await page.mouse.down();
  await page.mouse.move(before[0]!.x + 20, before[0]!.y - 5, { steps: 4 });
  await expectMoved(-20, -15, 0, 3);
  await page.mouse.up();
  await expectMoved(-20, -15, 0, 3);
  await expect(page.getByTestId("inspector")).toContainText("2 nodes");
  await studio.press("Control+Z");
  await expect.poll(places).toEqual(before);

  const title = (await page.locator(".frame-title").boundingBox())!;
  await page.mouse.move(title.x + 20, title.y + 6);
  await page.mouse.down();
  await page.mouse.move(title.x + 50, title.y + 26, { steps: 4 });
  await expectMoved(30, 20, 0, 1, 2);
  await page.mouse.up();
  await expectMoved(30, 20, 0, 1, 2);
  await studio.press("Control+Z");
  await expect.poll(places).toEqual(before);
});

test("typing in a field renders the card of its node alone, a drag no card", async ({ studio }) => {
  const { page } = studio;
  await page.addInitScript(countRenders);
  await page.reload();
  await studio.ready();
  const counted = async (act: () => Promise<void>) => {
    await page.evaluate(() => (window as unknown as Counting).benchRenders.start());
    await act();
    return page.evaluate(() => (window as unknown as Counting).benchRenders.stop());
  };
  const field = studio.param("prompt", "text");
  await field.click();
  const typed = await counted(() => page.keyboard.type("abcdef"));
  expect(typed.nodes).toBeGreaterThan(0);
  expect(typed.widest).toBe(1);
  await expect(field).toHaveValue(/abcdef/);

  const at = await corner(studio, "noise");
  await page.mouse.move(at.x + 40, at.y + 10);
  await page.mouse.down();
  await page.mouse.move(at.x + 50, at.y + 20, { steps: 3 });
  const dragged = await counted(() => page.mouse.move(at.x + 110, at.y + 60, { steps: 10 }));
  await expect.poll(async () => Math.abs((await corner(studio, "noise")).x - at.x - 70)).toBeLessThanOrEqual(1);
  await page.mouse.up();
  expect(dragged.nodes).toBe(0);
});

/** Opens a grid of 81 nodes named after their column and row, the first two unlinked. */
async function openLarge(studio: Studio & { answerDialogs(path: string): Promise<void> }, folder: string) {
  const nodes = Array.from({ length: 81 }, (_, index) => {
    const [column, row] = [index % 9, Math.floor(index / 9)];
    const position = { x: column * 320, y: row * 240 };
    return { id: `n${column}${row}`, type: "guidance/rescale", title: `At ${column} ${row}`, params: {}, position };
  });
  const edges = nodes.slice(2).flatMap(({ id }, index) => {
    return index % 9 === 0 ? [] : [{ from: [nodes[index + 1]!.id, "denoiser"], to: [id, "denoiser"] }];
  });
  const groups = [{ id: "one", title: "Corner", x: 2520, y: 1880, width: 240, height: 240 }];
  const path = join(folder, "large.fairlead.json");
  writeFileSync(path, JSON.stringify({ fairlead: 1, nodes, edges, groups }));
  await studio.answerDialogs(path);
  await studio.press("Control+O");
  await expect(studio.page.locator("[data-far-layer]")).toBeVisible();
}

test("a large graph seen from afar is selected, moved, linked and opened as up close", async ({ studio, home }) => {
  const { page } = studio;
  await openLarge(studio, home.files);
  const inspector = page.getByTestId("inspector");
  const title = inspector.getByLabel("Title of the node");
  await page.waitForTimeout(500);
  const place = await page.evaluate(() => {
    const canvas = document.querySelector("[data-testid=canvas]")!.getBoundingClientRect();
    const { a, e, f } = new DOMMatrix(getComputedStyle(document.querySelector(".react-flow__viewport")!).transform);
    return { zoom: a, x: canvas.x + e, y: canvas.y + f };
  });
  const on = (x: number, y: number) => [place.x + x * place.zoom, place.y + y * place.zoom] as const;
  const card = (column: number, row: number) => on(column * 320 + 76, row * 240 + 20);
  const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 6 });
    await page.mouse.up();
  };
  await page.mouse.click(...card(2, 1));
  await expect(title).toHaveValue("At 2 1");

  await page.keyboard.down("Shift");
  await drag(on(-40, -40), on(2 * 320 - 40, 2 * 240 - 40));
  await page.keyboard.up("Shift");
  await expect(inspector).toContainText("4 nodes");

  const between = on(4 * 320 + 76, 4 * 240 + 140);
  await drag(card(4, 4), between);
  await page.mouse.click(...between);
  await expect(title).toHaveValue("At 4 4");
  await studio.press("Control+Z");
  await page.mouse.click(...between);
  await expect(title).toHaveCount(0);
  await page.mouse.click(...card(4, 4));
  await expect(title).toHaveValue("At 4 4");

  const links = page.locator("[data-far-layer] canvas").first();
  await expect(links).toHaveAttribute("aria-label", /, 70 links/);
  await drag(on(208, 50), card(1, 0));
  await expect(links).toHaveAttribute("aria-label", /, 71 links/);

  await page.mouse.dblclick(...card(2, 1));
  await expect(studio.node("n21")).toBeVisible();
  await expect(page.locator("[data-far-layer]")).toHaveCount(0);
});
