import { defineConfig } from "playwright/test";

// One app at a time: each test starts the real program, which wants both cores for itself.
export default defineConfig({
  testDir: "e2e",
  testMatch: "*.e2e.ts",
  outputDir: "test-results/runs",
  snapshotPathTemplate: "{testDir}/scenes/{arg}{ext}",
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // A busy machine may stall a window for half a minute; the list calls such a test flaky.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
});
