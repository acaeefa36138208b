import { test as base } from "playwright/test";
import { freshHome, type Home, type StudioApp, startStudio } from "./studio.ts";

/** `home`: folders of a new person. `studio`: the app started in it, closed and photographed at the end. */
export const test = base.extend<{ home: Home; studio: StudioApp }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures that this one needs.
  home: async ({}, use) => {
    const home = freshHome();
    await use(home);
    await home.remove();
  },
  studio: async ({ home }, use, about) => {
    const studio = await startStudio(home);
    await use(studio);
    await studio.screenshot(about.title.replaceAll(/[^a-z0-9]+/gi, "-")).catch(() => {});
    await studio.close();
  },
});
