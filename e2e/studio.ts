import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ElectronApplication, _electron as electron, type Locator, type Page } from "playwright";
import { expect } from "playwright/test";
import type { Bridge } from "../shared/contract.ts";

/** The checkout: Playwright is started there. */
const root = resolve(".");

/** Folders of one person: settings, output, own files. They outlive the app, so that a test can start it again. */
export interface Home {
  readonly data: string;
  readonly output: string;
  readonly files: string;
  remove(): Promise<void>;
}

/** A home that nobody has used yet. */
export function freshHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-e2e-"));
  const [data, output, files] = ["data", "output", "files"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [data, files]) mkdirSync(path);
  // The software renderer of a test machine is no device worth probing for.
  writeFileSync(join(data, "settings.json"), JSON.stringify({ theme: "dark", device: "cpu", layout: {} }));
  return {
    data,
    output,
    files,
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

/** Arguments of the app that make it live in a home. */
export function homeArguments({ data, output }: Home): string[] {
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return [...asRoot, `--user-data-dir=${data}`, `--output-folder=${output}`];
}

/** The window as a person uses it. Waits for what it shows, never for time. */
export class Studio {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  node(id: string): Locator {
    return this.page.getByTestId(`node-${id}`);
  }

  /** The control of a parameter on its node. */
  param(node: string, name: string): Locator {
    const control = this.page.getByTestId(`param-${node}-${name}`).first();
    return control
      .locator("input, textarea")
      .or(control.and(this.page.locator("input, textarea")))
      .first();
  }

  /** Types a value into a parameter and leaves the field. */
  async setParam(node: string, name: string, value: string): Promise<void> {
    const field = this.param(node, name);
    await field.fill(value);
    await field.blur();
  }

  /** Opens a choice and takes an entry. */
  async choose(node: string, name: string, entry: string): Promise<void> {
    await this.page.getByTestId(`param-${node}-${name}`).first().click();
    await this.page.getByRole("option", { name: entry }).first().click();
  }

  async expectState(node: string, state: string | RegExp): Promise<void> {
    await expect(this.page.getByTestId(`state-${node}`)).toHaveAttribute("data-state", state);
  }

  /** Waits until the window works and nothing runs. */
  async ready(): Promise<void> {
    await expect(this.page.locator("[data-run-state]")).toHaveAttribute("data-run-state", "idle", { timeout: 60_000 });
    await expect(this.page.getByTestId("canvas")).toBeVisible();
  }

  async startRun(): Promise<void> {
    await this.page.getByTestId("run").click();
    await expect(this.page.locator("[data-run-state]")).not.toHaveAttribute("data-run-state", "idle");
  }

  /** Presses Run and waits for the end. */
  async run(): Promise<void> {
    const before = await this.runsDone();
    await this.page.getByTestId("run").click();
    await expect.poll(() => this.runsDone(), { timeout: 60_000 }).toBeGreaterThan(before);
    await this.ready();
  }

  /** How many runs ended since the window was first asked: counted by their events, so that none is too quick to see. */
  private runsDone(): Promise<number> {
    return this.page.evaluate(() => {
      const here = window as unknown as { fairlead: Bridge; endedRuns?: Set<string> };
      if (here.endedRuns === undefined) {
        const ended = new Set<string>();
        here.endedRuns = ended;
        here.fairlead.on("job.event", ({ job, event }) => {
          if (["done", "error", "stopped"].includes(event.event)) ended.add(job);
        });
      }
      return here.endedRuns.size;
    });
  }

  /** Expects a picture on a node's card, decoded and not blank in size. */
  async expectImage(node: string): Promise<void> {
    const image = this.page.getByTestId(`card-image-${node}`).first();
    await expect(image).toBeVisible();
    const width = () =>
      image.evaluate((element) => {
        const picture = element.matches("img, canvas") ? element : element.querySelector("img, canvas");
        return picture instanceof HTMLImageElement
          ? picture.naturalWidth
          : (picture as HTMLCanvasElement | null)?.width;
      });
    await expect.poll(width).toBeGreaterThan(0);
  }

  async press(keys: string): Promise<void> {
    await this.page
      .getByTestId("canvas")
      .focus()
      .catch(() => {});
    await this.page.keyboard.press(keys);
  }

  /** Drags from one port to another. */
  async connect(from: string, to: string): Promise<void> {
    const [start, end] = [this.page.getByTestId(`port-${from}`), this.page.getByTestId(`port-${to}`)];
    await start.hover();
    await this.page.mouse.down();
    const target = await centre(end);
    await this.page.mouse.move(target.x - 20, target.y, { steps: 8 });
    await this.page.mouse.move(target.x, target.y, { steps: 4 });
    await this.page.mouse.up();
  }

  /** Drops files from outside onto the canvas, through the browser's own drag and drop. */
  async drop(...paths: string[]): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page);
    const { x, y } = await centre(this.page.getByTestId("canvas"));
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
      await session.send("Input.dispatchDragEvent", { type, x, y, data });
    }
    await session.detach();
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(root, "test-results/shots", `${name}.png`) });
  }
}

async function centre(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error("Nothing to aim at.");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** The app as built in the checkout, in the Electron that set-up found. */
export class StudioApp extends Studio {
  readonly electron: ElectronApplication;
  /** Everything that the page complained about. */
  readonly complaints: string[] = [];

  constructor(app: ElectronApplication, page: Page) {
    super(page);
    this.electron = app;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
  }

  /** Makes the system's dialogs answer a path: nothing can press their buttons. */
  async answerDialogs(path: string): Promise<void> {
    await this.electron.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
      dialog.showSaveDialog = (async () => ({ canceled: false, filePath: chosen })) as typeof dialog.showSaveDialog;
    }, path);
  }

  /** Ends the engine process as the system would, without a warning. */
  async killEngine(): Promise<void> {
    const pid = await this.electron.evaluate(({ app }) => {
      return app.getAppMetrics().find(({ type, name }) => type === "Utility" && name === "Fairlead engine")?.pid;
    });
    if (pid === undefined) throw new Error("No engine process is running.");
    process.kill(pid, "SIGKILL");
  }

  async close(): Promise<void> {
    const closed = this.electron.waitForEvent("close");
    await this.electron.evaluate(({ app }) => app.exit()).catch(() => {});
    await closed;
  }
}

/** Starts the app in a home and waits until it can be used. */
export async function startStudio(home: Home): Promise<StudioApp> {
  const { executable } = JSON.parse(readFileSync(join(root, ".cache/electron.json"), "utf8")) as { executable: string };
  const app = await electron.launch({ executablePath: executable, args: [root, ...homeArguments(home)] });
  const studio = new StudioApp(app, await app.firstWindow());
  await studio.ready();
  return studio;
}

/** Files in the output folder, sorted. */
export function outputs({ output }: Home): string[] {
  try {
    return readdirSync(output).sort();
  } catch {
    return [];
  }
}
