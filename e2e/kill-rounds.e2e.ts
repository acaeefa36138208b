import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "playwright/test";
import { test } from "./fixture.ts";
import { type Home, type StudioApp, startStudio } from "./studio.ts";

/** A few rounds with every run of the tests; `scripts/kill-rounds.mjs` sets more. */
const rounds = Number(process.env.FAIRLEAD_KILL_ROUNDS ?? 3);
const startMs = 40_000;

/** What may be lost at most. */
const lostMs = 1000;

interface Edit {
  readonly number: number;
  /** When the field took it, in milliseconds since 1970. */
  readonly at: number;
}

/** Everything that is written to disk, and a number at the end of the prompt that grows with every edit. */
class Rounds {
  readonly home: Home;
  readonly file: string;
  edits: Edit[] = [];
  next = 1;
  saves = 0;
  offers = 0;
  readonly losses: number[] = [];

  constructor(home: Home) {
    this.home = home;
    this.file = join(home.files, "kill me 图.fairlead.json");
  }

  /** Edits and saves until the app is killed at a random moment. Returns when that was. */
  async untilKilled(studio: StudioApp): Promise<number> {
    await studio.page.exposeFunction("noteEdit", (text: string, at: number) => {
      this.edits.push({ number: numberIn(text), at });
    });
    await studio.page.evaluate(() => {
      const { noteEdit } = window as unknown as { noteEdit: (text: string, at: number) => void };
      document.addEventListener("input", ({ target }) => noteEdit((target as HTMLTextAreaElement).value, Date.now()));
    });
    const app = studio.electron.process();
    const ended = new Promise((resolve) => app.once("exit", resolve));
    let killedAt = 0;
    const kill = () => {
      killedAt = Date.now();
      app.kill("SIGKILL");
    };
    const timer = setTimeout(kill, 300 + Math.random() * 2700);
    await this.work(studio, () => killedAt > 0).catch((error: unknown) => {
      // The window goes in the middle of whatever was done to it.
      if (killedAt === 0) throw error;
    });
    clearTimeout(timer);
    await ended;
    return killedAt;
  }

  private async work(studio: StudioApp, isOver: () => boolean): Promise<void> {
    const field = studio.param("prompt", "text");
    while (!isOver()) {
      await field.fill(`edit ${this.next++}`);
      if (Math.random() < 0.5) {
        this.saves++;
        await studio.page.keyboard.press("Control+S");
      }
      if (Math.random() < 0.3) await studio.page.waitForTimeout(Math.random() * 400);
    }
  }

  /** No file may be empty or broken: documents, backups, drafts, settings, lists. */
  expectWholeFiles(): void {
    for (const folder of [this.home.files, this.home.data, join(this.home.data, "session")]) {
      const names = readdirSync(folder).filter((name) => /\.json(\.bak\d?)?$/.test(name));
      for (const name of names) {
        expect(() => JSON.parse(readFileSync(join(folder, name), "utf8")), `${name} is whole`).not.toThrow();
      }
    }
    expect(numberIn(readFileSync(this.file, "utf8"))).toBeLessThan(this.next);
  }

  /** Starts the app again; everything but the last second has to be there. */
  async startAgain(killedAt: number): Promise<StudioApp> {
    const studio = await startStudio(this.home);
    const keep = studio.page.getByRole("button", { name: "Keep changes" });
    if (await keep.isVisible()) {
      this.offers++;
      await keep.click();
    }
    const there = numberIn(await studio.param("prompt", "text").inputValue());
    const lost = this.edits.filter(({ number, at }) => number > there && at <= killedAt);
    const first = lost[0];
    this.losses.push(first === undefined ? 0 : killedAt - first.at);
    expect(this.losses.at(-1), `edits since ${first?.number} are lost`).toBeLessThanOrEqual(lostMs);
    this.edits = [];
    return studio;
  }
}

function numberIn(text: string): number {
  return Number(/edit (\d+)/.exec(text)?.[1] ?? 0);
}

test(`killed at ${rounds} random moments, no file is broken and only the last second is lost`, async ({ home }) => {
  test.setTimeout(rounds * startMs + startMs);
  const run = new Rounds(home);
  let studio = await startStudio(home);
  await studio.answerDialogs(run.file);
  await studio.press("Control+Shift+S");
  await expect(studio.page.getByTestId("tab-0")).toContainText("kill me");
  for (let round = 0; round < rounds; round++) {
    const killedAt = await run.untilKilled(studio);
    run.expectWholeFiles();
    studio = await run.startAgain(killedAt);
  }
  await studio.close();
  const worst = Math.max(...run.losses);
  const mean = run.losses.reduce((sum, ms) => sum + ms, 0) / rounds;
  console.log(
    `${rounds} kills, ${run.next - 1} edits, ${run.saves} saves, ${run.offers} recoveries offered; ` +
      `lost at most ${worst} ms of edits, ${mean.toFixed(0)} ms on average`,
  );
});
