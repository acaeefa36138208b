// `node scripts/make-works.mjs`: writes docs/works.md anew from docs/data/works.json and what the nodes cite.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runnerImport } from "vite";
import { root } from "./paths.mjs";

const load = (file) => runnerImport(join(root, file), { configFile: false, root, logLevel: "error" });
const [{ module: nodes }, { module: page }] = [await load("nodes/catalog.ts"), await load("scripts/make-works.ts")];
const groups = JSON.parse(readFileSync(join(root, "docs/data/works.json"), "utf8"));
writeFileSync(join(root, "docs/works.md"), page.worksPage(groups, nodes.catalog.list));
