import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright";
import { expect } from "playwright/test";
import { test } from "./fixture.ts";
import { type StudioApp, startStudio } from "./studio.ts";

// Each is several tasks in one start of the program.
test.describe.configure({ timeout: 240_000 });

/**
 * What a new user does, by what the window shows: roles, labels and words, never ids. Nothing here knows how the
 * program is made.
 */
class Person {
  readonly page: Page;

  constructor({ page }: StudioApp) {
    this.page = page;
  }

  get inspector(): Locator {
    return this.page.getByRole("complementary", { name: "Inspector" });
  }

  card(title: string): Locator {
    return this.page.getByRole("group", { name: title, exact: true });
  }

  /** A port by its tooltip: "Image: image". */
  port(card: Locator, tip: string): Locator {
    return card.getByTitle(tip, { exact: true });
  }

  /** Takes an entry of the open search by its title. */
  async take(title: string): Promise<void> {
    await this.page.keyboard.type(title);
    await this.page
      .getByRole("option")
      .filter({ has: this.page.getByText(title, { exact: true }) })
      .first()
      .click();
    await expect(this.page.getByRole("dialog", { name: "Add a node" })).toHaveCount(0);
  }

  /** Drags a wire to an empty place near the top left of the canvas, and takes a node for it. */
  async pull(port: Locator, title: string): Promise<void> {
    await this.arrange();
    const canvas = (await this.page.getByRole("region", { name: "Graph" }).boundingBox())!;
    await this.drag(port, { x: canvas.x + 24, y: canvas.y + 16 });
    await this.take(title);
  }

  private async drag(from: Locator, to: { readonly x: number; readonly y: number }): Promise<void> {
    const start = await middle(from);
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move(to.x + 12, to.y + 4, { steps: 6 });
    await this.page.mouse.move(to.x, to.y, { steps: 3 });
    await this.page.mouse.up();
  }

  /** Auto layout, and everything in view. */
  async arrange(): Promise<void> {
    const { x, y, width, height } = (await this.page.getByRole("region", { name: "Graph" }).boundingBox())!;
    // Where nothing lies: with nodes selected, only those are laid out.
    await this.page.mouse.click(x + width / 2, y + height - 24);
    await this.page.keyboard.press("Control+L");
    await this.page.keyboard.press("f");
  }

  /** Presses what the problems panel offers, one after the other, until nothing is wrong. */
  async followProblems(): Promise<void> {
    const toggle = this.page.getByRole("button", { name: /^Problems/ });
    if ((await toggle.getAttribute("aria-expanded")) !== "true") await toggle.click();
    const panel = this.page.getByRole("region", { name: "Problems" });
    // While nothing is checked yet, nothing is wrong yet.
    await expect(panel.getByRole("button", { name: fixes }).first()).toBeVisible();
    await expect(async () => {
      const fix = panel.getByRole("button", { name: fixes });
      if ((await fix.count()) > 0) await fix.first().click({ timeout: 1000 });
      await expect(panel).toContainText("No problems", { timeout: 500 });
    }).toPass({ timeout: 40_000, intervals: [100] });
    await toggle.click();
  }

  /** Starts a run and waits until the window says that it is over. */
  async run(): Promise<void> {
    const end = this.finished();
    const before = (await end.count()) > 0 ? await end.textContent() : null;
    await this.page.getByRole("button", { name: "Run", exact: true }).click();
    if (before !== null) await expect(end.filter({ hasText: before })).toHaveCount(0);
    await expect(end).toBeVisible({ timeout: 60_000 });
  }

  /** What the strip at the bottom says when a run is over. */
  finished(): Locator {
    return this.page.getByRole("contentinfo").getByText(/^Finished in/);
  }

  /** The picture on a card, as a person sees it. */
  async picture(card: Locator): Promise<Buffer> {
    const picture = card.getByRole("img", { name: /^Sample 1/ });
    await expect(picture).toBeVisible();
    return picture.screenshot();
  }

  async fileMenu(entry: string): Promise<void> {
    await this.page.getByRole("button", { name: "File menu" }).click();
    await this.page.getByRole("menuitem", { name: entry }).click();
  }
}

const fixes = /^(Add|Connect|Use|Set|Remove|Replace)/;

async function middle(locator: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = (await locator.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}

test("from nothing to a picture, guided, compared, kept and found again", async ({ studio, home }) => {
  const person = new Person(studio);
  const { page } = person;
  await page.emulateMedia({ reducedMotion: "reduce" });
  const sample = person.card("Sample");

  await test.step("build text to image from nothing", async () => {
    await page.getByRole("button", { name: "New workflow" }).click();
    const canvas = (await page.getByRole("region", { name: "Graph" }).boundingBox())!;
    await page.mouse.dblclick(canvas.x + 60, canvas.y + 60);
    await person.take("Load model");
    await person.pull(person.port(person.card("Load model"), "Model: model"), "Encode text");
    await person.pull(person.port(person.card("Encode text"), "Conditioning: conditioning"), "Condition");
    await person.pull(person.port(person.card("Condition"), "Denoiser: denoiser"), "Sample");
    await person.pull(person.port(sample, "Latent: latent").first(), "Decode latent");
    await person.pull(person.port(person.card("Decode latent"), "Image: image"), "Preview");
    await person.followProblems();
    await person.arrange();
    await person.card("Encode text").getByRole("textbox", { name: "Text" }).fill("a red apple on a white background");
    await person.run();
    await person.picture(person.card("Preview"));
    await studio.screenshot("task-from-nothing");
  });

  const plain = await person.picture(person.card("Preview"));
  await test.step("add a negative prompt", async () => {
    const [from, to] = [
      await middle(person.port(person.card("Condition"), "Denoiser: denoiser")),
      await middle(person.port(sample, "Denoiser: denoiser")),
    ];
    await page.mouse.click((from.x + to.x) / 2, (from.y + to.y) / 2, { button: "right" });
    await page.getByRole("menuitem", { name: "Insert a node…" }).click();
    await person.take("Guidance");
    await person.pull(person.port(person.card("Guidance"), "Weak: denoiser"), "Condition");
    const second = person.card("Condition").last();
    await person.pull(person.port(second, "Conditioning: conditioning"), "Encode text");
    await person.followProblems();
    await person.arrange();
    await person.card("Encode text").last().getByRole("textbox", { name: "Text" }).fill("green leaves");
    await person.run();
    expect((await person.picture(person.card("Preview"))).equals(plain)).toBe(false);
  });

  await test.step("compare two scales", async () => {
    const header = (title: string) => person.card(title).getByText(title, { exact: true });
    await header("Guidance").click();
    for (const title of ["Sample", "Decode latent", "Preview"]) await header(title).click({ modifiers: ["Shift"] });
    await page.keyboard.press("Control+Shift+D");
    await expect(person.card("Preview")).toHaveCount(2);
    await person.arrange();
    await header("Guidance").last().click();
    const scale = person.inspector.getByRole("spinbutton", { name: "Scale" });
    await scale.fill("12");
    await scale.press("Enter");
    await person.run();
    const [one, other] = [person.card("Preview").first(), person.card("Preview").last()];
    expect((await person.picture(one)).equals(await person.picture(other))).toBe(false);
    await studio.screenshot("task-two-scales");
  });

  await test.step("swap the sampler", async () => {
    await sample.first().getByText("Sample", { exact: true }).click();
    await person.inspector.getByRole("combobox", { name: "Sampler" }).click();
    await page.getByRole("option", { name: /^Heun/ }).first().click();
    const before = await person.picture(person.card("Preview").first());
    await person.run();
    expect((await person.picture(person.card("Preview").first())).equals(before)).toBe(false);
  });

  await test.step("save a template of one's own", async () => {
    await person.fileMenu("Save as template…");
    await page.getByRole("textbox", { name: "Name" }).fill("Two scales");
    await page.getByRole("button", { name: "Save template" }).click();
    await page.getByRole("button", { name: "Templates and recent files" }).click();
    const mine = page.getByRole("region", { name: "Your templates" });
    await expect(mine.locator("img")).toBeVisible();
    await mine.getByRole("button", { name: "Rename Two scales" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Scales side by side");
    await page.getByRole("button", { name: "Rename", exact: true }).click();
    await mine.getByRole("button", { name: /^Scales side by side/ }).click();
    await expect(page.getByRole("tab", { selected: true })).toHaveText("Scales side by side");
    await expect(person.card("Preview")).toHaveCount(2);
  });

  await test.step("restore a graph from a picture", async () => {
    await person.run();
    const file = join(home.files, "apple.png");
    await studio.answerDialogs(file);
    await person.fileMenu("Export picture…");
    await expect(page.getByText("Saved apple.png")).toBeVisible();
    await page.getByRole("button", { name: "New workflow" }).click();
    await expect(person.card("Preview")).toHaveCount(0);
    await studio.drop(file);
    await expect(person.card("Preview")).toHaveCount(2);
    await expect(page.getByRole("tab", { selected: true })).toHaveText("Scales side by side");
    await expect(person.inspector).toContainText("Nodes16");
  });
});

test("a broken graph is mended by following the problems; a crash takes nothing", async ({ home }) => {
  const { nodes, edges, ...rest } = JSON.parse(readFileSync("assets/workflows/hello.fairlead.json", "utf8")) as {
    nodes: { id: string; params: object }[];
    edges: { to: [string, string] }[];
  };
  const file = join(home.files, "broken.fairlead.json");
  const broken = {
    ...rest,
    nodes: nodes
      .filter(({ id }) => id !== "latent")
      .map((node) =>
        node.id === "schedule" ? { ...node, params: { ...node.params, steps: -3, colour: "red" } } : node,
      ),
    edges: edges.filter(({ to, ...edge }) => {
      const [from] = (edge as unknown as { from: [string, string] }).from;
      return to[0] !== "latent" && from !== "latent" && to[0] !== "decode";
    }),
  };
  writeFileSync(file, JSON.stringify(broken));

  const first = await startStudio(home);
  const person = new Person(first);
  await first.answerDialogs(file);
  await person.fileMenu("Open…");
  await expect(person.page.getByRole("tab", { selected: true })).toHaveText(/Guided|broken/);
  await person.followProblems();
  await person.run();
  await person.picture(person.card("Decode latent"));
  await person.card("Encode text").first().getByRole("textbox", { name: "Text" }).fill("a fox on a blue background");
  await person.page.getByRole("region", { name: "Graph" }).focus();
  await expect(person.page.getByText("Unsaved changes")).toBeVisible();
  await person.page.waitForTimeout(1000);
  const ended = new Promise((resolve) => first.electron.process().once("exit", resolve));
  first.electron.process().kill("SIGKILL");
  await ended;

  const again = await startStudio(home);
  const second = new Person(again);
  await second.page.getByRole("button", { name: "Keep changes" }).click();
  const text = second.card("Encode text").first().getByRole("textbox", { name: "Text" });
  await expect(text).toHaveValue("a fox on a blue background");
  await second.run();
  await second.picture(second.card("Decode latent"));
  await again.close();
});

test("text to image from nothing by keyboard alone", async ({ studio }) => {
  const { page } = studio;
  const { keyboard } = page;
  const person = new Person(studio);
  const hasFocus = (part: Locator) => part.evaluate((element) => element.contains(document.activeElement));
  /** Presses a key until what is meant has the focus. */
  const press = async (key: string, goal: Locator) => {
    await expect(goal).toBeVisible();
    for (let presses = 0; presses < 60; presses++) {
      if (await hasFocus(goal)) return;
      await keyboard.press(key);
    }
    throw new Error(`${key} does not lead to ${goal}.`);
  };
  await keyboard.press("Control+N");
  for (const title of ["Sample", "Decode latent", "Preview"]) {
    await keyboard.press("Control+K");
    await keyboard.type(`Add ${title}`);
    await keyboard.press("Enter");
    await expect(person.card(title)).toBeVisible();
  }

  const problems = page.getByRole("button", { name: /^Problems/ });
  await press("F6", page.getByRole("contentinfo"));
  await press("Tab", problems);
  await keyboard.press("Enter");
  const panel = page.getByRole("region", { name: "Problems" });
  const fix = panel.getByRole("button", { name: fixes }).first();
  await expect(fix).toBeVisible();
  for (let left = 20; left > 0 && (await fix.count()) > 0; left--) {
    await press("Shift+F6", panel);
    await press("Tab", fix);
    const before = await panel.textContent();
    await keyboard.press("Enter");
    await expect(panel).not.toHaveText(before ?? "");
  }
  await expect(panel).toContainText("No problems");

  await keyboard.press("Control+Shift+O");
  await press("F6", page.getByRole("complementary", { name: "Outline" }));
  await press("Tab", page.getByRole("button", { name: /^Encode text/ }));
  await keyboard.press("ArrowRight");
  await press("Tab", page.getByRole("complementary", { name: "Outline" }).getByRole("textbox", { name: "Text" }));
  await keyboard.type("a red apple");
  await keyboard.press("Control+Enter");
  await expect(person.finished()).toBeVisible({ timeout: 60_000 });
  await expect(person.card("Preview").getByRole("img", { name: /^Sample 1/ })).toBeVisible();
});
