import { type Token, tokensOf } from "./tokens.ts";

/** A parsed expression. Signs are calls of the functions that they stand for. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "call"; readonly name: string; readonly parts: readonly Expression[]; readonly at: number };

/** Brackets and signs inside one another. */
const maxDepth = 60;

/** How strongly a sign between two parts binds, and on which side it is bracketed first. */
const signs: Readonly<Record<string, { readonly strength: number; readonly fromRight?: true }>> = {
  "+": { strength: 1 },
  "-": { strength: 1 },
  "*": { strength: 2 },
  "/": { strength: 2 },
  "^": { strength: 4, fromRight: true },
};

/** A minus in front binds more weakly than a power and more strongly than a product: −x^2 is −(x^2). */
const minusStrength = 3;

/**
 * Parses arithmetic: numbers, names, calls `f(a, b)`, brackets, `+ − * / ^` and a sign in front. Throws a sentence with
 * the character where it stops making sense, and for texts that are too long or too deep.
 */
export function parse(text: string): Expression {
  return new Parser(tokensOf(text)).whole();
}

class Parser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Expression {
    if (this.next().kind === "end") throw new Error("The expression is empty. Write one, such as mean(x).");
    const result = this.part(0);
    if (this.next().kind !== "end") throw this.unexpected("a sign such as + or the end");
    return result;
  }

  /** A part in which signs weaker than `strength` end it. */
  private part(strength: number): Expression {
    this.depth += 1;
    if (this.depth > maxDepth)
      throw new Error(`The expression has more than ${maxDepth} parts inside one another. Split it up.`);
    let left = this.front();
    for (;;) {
      const { text, kind, at } = this.next();
      const sign = kind === "sign" && Object.hasOwn(signs, text) ? signs[text] : undefined;
      if (!sign || sign.strength <= strength) break;
      this.position += 1;
      const right = this.part(sign.fromRight ? sign.strength - 1 : sign.strength);
      left = { kind: "call", name: text, parts: [left, right], at };
    }
    this.depth -= 1;
    return left;
  }

  /** A number, a name, a call, brackets, or a sign in front of a part. */
  private front(): Expression {
    const { kind, text, at } = this.next();
    if (kind === "number") return this.take({ kind: "number", value: Number(text) });
    if (kind === "name") {
      this.position += 1;
      return this.isNext("(") ? { kind: "call", name: text, parts: this.list(), at } : { kind: "name", name: text, at };
    }
    if (this.isNext("-")) {
      this.position += 1;
      return { kind: "call", name: "negate", parts: [this.part(minusStrength)], at };
    }
    if (this.isNext("+")) {
      this.position += 1;
      return this.part(minusStrength);
    }
    if (!this.isNext("(")) throw this.unexpected("a number, a name or “(”");
    this.position += 1;
    const inside = this.part(0);
    this.close();
    return inside;
  }

  /** What stands in brackets after a function's name. */
  private list(): Expression[] {
    const parts: Expression[] = [];
    do {
      this.position += 1;
      parts.push(this.part(0));
    } while (this.isNext(","));
    this.close();
    return parts;
  }

  private close(): void {
    if (!this.isNext(")")) throw this.unexpected("“)”");
    this.position += 1;
  }

  private take(expression: Expression): Expression {
    this.position += 1;
    return expression;
  }

  private isNext(sign: string): boolean {
    return this.next().kind === "sign" && this.next().text === sign;
  }

  private next(): Token {
    return this.tokens[this.position];
  }

  private unexpected(wanted: string): Error {
    const { kind, text, at } = this.next();
    const found = kind === "end" ? "The expression ends" : `There is “${text}” at character ${at}`;
    return new Error(`${found} where ${wanted} belongs.`);
  }
}
