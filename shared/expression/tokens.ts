/** A piece of an expression; `at` counts characters from 1, for messages. */
export interface Token {
  readonly kind: "number" | "name" | "sign" | "end";
  readonly text: string;
  readonly at: number;
}

/** Longest text of an expression, in characters. */
const maxLength = 4000;

const pieces = /\s+|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<sign>[-+*/^(),])/y;

/** Cuts a text into numbers, names and signs; the last token is the end. Throws a sentence for anything else. */
export function tokensOf(text: string): readonly Token[] {
  if (text.length > maxLength)
    throw new Error(`The expression has ${text.length} characters, more than ${maxLength}. Make it shorter.`);
  const tokens: Token[] = [];
  const pattern = new RegExp(pieces);
  let at = 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) throw new Error(`“${[...text.slice(at)][0]}” at character ${at + 1} means nothing in an expression.`);
    const kind = (["number", "name", "sign"] as const).find((one) => found.groups?.[one] !== undefined);
    if (kind) tokens.push({ kind, text: found[0], at: at + 1 });
    at = pattern.lastIndex;
  }
  return [...tokens, { kind: "end", text: "", at: text.length + 1 }];
}
