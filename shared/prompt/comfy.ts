import type { Segment } from "./weights.ts";

/** Stand for escaped parentheses while marks are read. */
const open = "\u0001";
const close = "\u0002";
const number = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/**
 * ComfyUI's rules. `(words)` times 1.1; `(words:1.2)` exactly 1.2, whatever is around it; nesting multiplies only
 * without a number. `\(` and `\)` are literal, square brackets too. An opening parenthesis without a closing one is
 * text, and so is everything in parentheses behind a closing one too many.
 */
export function comfySegments(text: string): readonly Segment[] {
  const marked = text.replaceAll("\\)", close).replaceAll("\\(", open);
  return weighted(marked, 1).map((segment) => ({
    ...segment,
    text: segment.text.replaceAll(open, "(").replaceAll(close, ")"),
  }));
}

function weighted(text: string, weight: number): Segment[] {
  return groups(text).flatMap((group) => {
    if (!group.startsWith("(") || !group.endsWith(")") || group.length < 2) return [{ text: group, weight }];
    const inner = group.slice(1, -1);
    const colon = inner.lastIndexOf(":");
    const given = inner.slice(colon + 1);
    if (colon > 0 && number.test(given)) return weighted(inner.slice(0, colon), Number(given));
    return weighted(inner, weight * 1.1);
  });
}

/** Outermost groups with their parentheses, and the text between them. */
function groups(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") {
      if (depth === 0 && i > start) found.push(text.slice(start, i));
      if (depth === 0) start = i;
      depth += 1;
    } else if (text[i] === ")") {
      depth -= 1;
      if (depth !== 0) continue;
      found.push(text.slice(start, i + 1));
      start = i + 1;
    }
  }
  if (start < text.length) found.push(text.slice(start));
  return found;
}
