import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { chromium } from "playwright";
import { expect } from "playwright/test";
import { test } from "./fixture.ts";
import { homeArguments, outputs, Studio } from "./studio.ts";

const unpacked = resolve("dist/linux-unpacked");

test("the packaged app renders an image, from a folder with blanks and umlauts", async ({ home }) => {
  test.skip(!existsSync(unpacked), "Nothing is packaged here: npm run dist.");
  const folder = join(home.files, "Über den Wolken");
  cpSync(unpacked, folder, { recursive: true });
  // The packaged program takes no inspector, so it is driven through its page alone.
  const app = spawn(join(folder, "fairlead"), [...homeArguments(home), "--remote-debugging-port=0"]);
  const browser = await chromium.connectOverCDP(await debuggingAddress(app), { noDefaults: true });
  const context = browser.contexts()[0];
  const studio = new Studio(context?.pages()[0] ?? (await context!.waitForEvent("page")));
  await studio.ready();
  await studio.run();
  await studio.expectImage("decode");
  // WebP goes through the other native library.
  await studio.choose("save", "format", "WebP");
  await studio.run();
  expect(outputs(home)).toEqual(["hello.png", "hello.webp"]);
  await studio.screenshot("packaged");
  // Without changes, nothing is asked when the program ends.
  await studio.press("Control+z");
  const ended = new Promise((done) => app.once("exit", done));
  app.kill();
  await ended;
});

/** Where Chromium listens, which it says on standard error once it does. */
function debuggingAddress(app: ChildProcess): Promise<string> {
  return new Promise((found, fail) => {
    let said = "";
    app.stderr?.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) found(address);
    });
    app.once("exit", () => fail(new Error(`The packaged app ended:\n${said}`)));
  });
}
