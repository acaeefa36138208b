import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(__dirname, "..");

/** What each layer may import: other layers by folder, and packages by name (a trailing slash is a prefix). */
const rules: Readonly<Record<string, { readonly layers: readonly string[]; readonly packages: readonly string[] }>> = {
  shared: { layers: ["shared"], packages: ["zod"] },
  nodes: { layers: ["nodes", "shared"], packages: [] },
  "main/engine": {
    layers: ["main/engine", "shared", "nodes/catalog.ts"],
    packages: ["node:", "onnxruntime-node", "sharp", "@huggingface/tokenizers", "yaml"],
  },
  "main/host": { layers: ["main/host", "main/engine", "shared"], packages: ["node:", "electron"] },
  "main/app": {
    layers: [
      "main/app",
      "main/engine/files",
      "main/engine/engineTypes.ts",
      "main/engine/library/libraryTypes.ts",
      "shared",
    ],
    packages: ["node:", "electron", "zod"],
  },
  "main/preload": { layers: ["main/preload", "shared"], packages: ["electron"] },
  "main/cli": {
    layers: ["main/cli", "main/engine", "shared", "nodes/catalog.ts", "package.json"],
    packages: ["node:"],
  },
  renderer: {
    layers: ["renderer", "shared"],
    packages: [
      "react",
      "reactflow",
      "zustand",
      "immer",
      "zod",
      "radix-ui",
      "cmdk",
      "lucide-react",
      "katex",
      "remark-",
      "@fontsource-variable/",
      "virtual:catalog",
      "@vitejs/plugin-react",
    ],
  },
};

/** Tests, and what several of them share. */
const isForTests = /\.test\.tsx?$|^testing\.ts$|Testing\.ts$/;

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["fixtures", "testing"].includes(entry.name) ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !isForTests.test(entry.name) ? [path] : [];
  });
}

function imports(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const statement = /(?:^|\n)(?:import|export)\s[^;"()=]*?\sfrom\s+"([^"\n]+)"/g;
  const bare = /(?:^|\n)import\s+"([^"\n]+)"|\bimport\("([^"\n]+)"\)/g;
  return [...text.matchAll(statement), ...text.matchAll(bare)].map((match) => match[1] ?? match[2] ?? "");
}

function isAllowed(path: string, target: string, { layers, packages }: (typeof rules)[string]): boolean {
  if (!target.startsWith("."))
    return packages.some(
      (name) =>
        target === name ||
        target.startsWith(name.endsWith(":") || name.endsWith("/") || name.endsWith("-") ? name : `${name}/`) ||
        target.startsWith(`${name}-`),
    );
  const inside = relative(root, join(root, dirname(path), target));
  return layers.some((layer) => inside === layer || inside.startsWith(`${layer}/`));
}

const files = ["shared", "nodes", "main", "renderer"].flatMap(sources);

test("every source file belongs to a layer that has a rule", () => {
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((path) => !Object.keys(rules).some((layer) => path.startsWith(`${layer}/`)))).toEqual([]);
});

test.each(Object.keys(rules))("%s imports only what it may", (layer) => {
  const rule = rules[layer];
  const own = files.filter((path) => path.startsWith(`${layer}/`));
  const foreign = own.flatMap((path) =>
    imports(path)
      .filter((target) => rule && !isAllowed(path, target, rule))
      .map((target) => `${path} imports ${target}`),
  );
  expect(foreign).toEqual([]);
});

test("only one file knows ONNX Runtime", () => {
  expect(files.filter((path) => imports(path).includes("onnxruntime-node"))).toEqual([
    "main/engine/runtime/session.ts",
  ]);
});
