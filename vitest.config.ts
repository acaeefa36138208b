import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "shared/**/*.test.ts",
      "nodes/**/*.test.ts",
      "main/**/*.test.ts",
      "renderer/**/*.test.{ts,tsx}",
      "scripts/**/*.test.ts",
    ],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    // As the end-to-end tests: a busy machine may stall a process beyond any limit.
    retry: process.env.CI ? 1 : 0,
  },
});
