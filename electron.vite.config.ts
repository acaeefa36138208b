import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";
import { catalogPlugin } from "./scripts/catalogPlugin.mjs";

// The oldest runtime that the bundle has to run on: Electron 25 (Node 18, Chromium 114), where no newer one can be
// fetched. Main and preload are CommonJS: a sandboxed preload cannot be anything else, and Electron 25 has no ESM main.
const node = "node18";
const browser = "chrome114";

// Native packages stay outside the bundles; everything else is bundled, because only `dependencies` are externalised.
export default defineConfig({
  main: {
    build: {
      target: node,
      outDir: "out/main",
      sourcemap: true,
      rolldownOptions: {
        input: {
          app: "main/app/app.ts",
          host: "main/host/host.ts",
          library: "main/host/library.ts",
          probe: "main/engine/runtime/probe.ts",
        },
        output: { format: "cjs", entryFileNames: "[name].cjs", chunkFileNames: "chunks/[name]-[hash].cjs" },
      },
    },
  },
  preload: {
    build: {
      target: node,
      outDir: "out/preload",
      rolldownOptions: {
        input: { preload: "main/preload/preload.ts" },
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: "renderer",
    plugins: [react(), catalogPlugin()],
    build: {
      target: browser,
      outDir: "out/renderer",
      rolldownOptions: { input: resolve("renderer/index.html") },
    },
  },
});
