import type { NodeDescription } from "../../../shared/node/describe.ts";

/** Nodes that have every word of a query in title, type, keywords or summary; those with it in the title first. */
export function findNodes(catalog: readonly NodeDescription[], query: string): readonly NodeDescription[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return catalog;
  return catalog
    .map((node) => ({ node, score: scoreOf(node, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ node }) => node);
}

/** 0 if a word is nowhere; otherwise the higher, the more prominent the places. */
function scoreOf(node: NodeDescription, words: readonly string[]): number {
  const title = node.title.toLowerCase();
  const names = `${node.type} ${node.keywords.join(" ")}`.toLowerCase();
  const summary = node.summary.toLowerCase();
  let total = 0;
  for (const word of words) {
    const score = title.startsWith(word) ? 8 : title.includes(word) ? 4 : names.includes(word) ? 2 : 1;
    if (score === 1 && !summary.includes(word)) return 0;
    total += score;
  }
  return total;
}
