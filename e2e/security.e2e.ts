import { expect } from "playwright/test";
import type { Bridge } from "../shared/contract.ts";
import { test } from "./fixture.ts";

type Here = { readonly fairlead: Bridge; readonly require?: unknown; readonly process?: unknown };

test("the page sees the bridge and nothing else of the system", async ({ studio }) => {
  const seen = await studio.page.evaluate(() => {
    const here = window as unknown as Here;
    return { bridge: Object.keys(here.fairlead).sort(), require: typeof here.require, process: typeof here.process };
  });
  expect(seen).toEqual({ bridge: ["call", "dropped", "on"], require: "undefined", process: "undefined" });
});

test("the page stays where it is and reaches nothing outside", async ({ studio }) => {
  const address = studio.page.url();
  const opened = await studio.page.evaluate(() => {
    window.location.href = "https://example.com/";
    return window.open("https://example.com/") !== null;
  });
  expect(opened).toBe(false);
  const fetched = await studio.page.evaluate(async () => {
    const addresses = ["https://example.com/", "file:///etc/passwd", "app://fairlead/..%2f..%2fpackage.json"];
    const answers = addresses.map((url) =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return Promise.all(answers);
  });
  expect(fetched).toEqual([false, false, false]);
  expect(studio.page.url()).toBe(address);
  expect(studio.electron.windows()).toHaveLength(1);
});

test("inline scripts do not run", async ({ studio }) => {
  const ran = await studio.page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.documentElement.dataset.injected = 'yes'";
    document.body.append(script);
    return document.documentElement.dataset.injected;
  });
  expect(ran).toBeUndefined();
});

test("calls outside of the contract, foreign paths and forged drops are refused", async ({ studio }) => {
  const answers = await studio.page.evaluate(async () => {
    const { fairlead } = window as unknown as Here;
    const anything = fairlead.call as (
      name: string,
      input: unknown,
    ) => Promise<{ ok: boolean; error: { code: string } }>;
    const forged = (file: object) =>
      fairlead.dropped(file).then(
        () => "granted",
        () => "refused",
      );
    return [
      (await anything("fs.readFile", { path: "/etc/passwd" })).error.code,
      (await anything("document.openRecent", { handle: "/etc/passwd" })).error.code,
      (await anything("document.save", { handle: "../x", text: "" })).error.code,
      (await anything("output.reveal", { path: "/etc/passwd" })).error.code,
      (await anything("settings.set", { theme: "pink" })).error.code,
      await forged({ path: "/etc/passwd" }),
      await forged(new File(["x"], "/etc/passwd")),
    ];
  });
  expect(answers).toEqual(["refused", "not-found", "not-found", "refused", "invalid", "refused", "refused"]);
});
