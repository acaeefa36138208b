import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { catalog } from "../nodes/catalog.ts";
import { type WorkGroup, worksPage } from "./make-works.ts";

const docs = resolve(__dirname, "../docs");
const groups = JSON.parse(readFileSync(join(docs, "data/works.json"), "utf8")) as WorkGroup[];
const works = groups.flatMap((group) => group.works);

test("docs/works.md is what the nodes cite today; `node scripts/make-works.mjs` writes it anew", () => {
  expect(readFileSync(join(docs, "works.md"), "utf8")).toBe(worksPage(groups, catalog.list));
});

test("each work is listed once, by its arXiv id", () => {
  expect(new Set(works.map(({ id }) => id)).size).toBe(works.length);
  for (const { id } of works) expect(id).toMatch(/^arXiv:\d{4}\.\d{4,5}$/);
});

test("a work that nothing cites is not covered, a cited one names its node and further ones follow", () => {
  const list = [
    { title: "Some", works: [{ id: "arXiv:2207.12598", title: "Classifier-free guidance", shows: "a scale" }] },
    { title: "More", works: [{ id: "arXiv:0000.00000", title: "Nothing", shows: "none" }] },
  ];
  const page = worksPage(
    list,
    catalog.list.filter(({ type }) => type === "guidance/cfg"),
  );
  expect(page).toContain("1 of 2 works are covered.");
  expect(page).toContain("| [2207.12598](https://arxiv.org/abs/2207.12598) | `guidance/cfg` | a scale |");
  expect(page).toContain("| not yet | none |");
  expect(page.split("## Further works")[1]).toContain("Guided Flows");
});
