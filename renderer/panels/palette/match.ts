/**
 * How well a label and its keywords answer a query: 0 (not at all) to 1. Every word of the query has to be found
 * somewhere; the start of the label counts most, then the start of one of its words, then its inside, then keywords.
 */
export function match(query: string, label: string, keywords: readonly string[] = []): number {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const name = label.toLowerCase();
  const others = keywords.join(" ").toLowerCase();
  const scores = words.map((word) => wordScore(word, name, others));
  return scores.includes(0) ? 0 : scores.reduce((product, score) => product * score, 1);
}

function wordScore(word: string, name: string, others: string): number {
  const at = name.indexOf(word);
  if (at === 0) return 1;
  if (` ${name}`.includes(` ${word}`)) return 0.9;
  if (at > 0) return 0.6;
  if (` ${others}`.includes(` ${word}`)) return 0.4;
  return others.includes(word) ? 0.2 : 0;
}
