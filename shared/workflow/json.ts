/** JSON with integers of any size: beyond 2^53 they are bigint. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | { [key: string]: JsonValue };

/** What is wrong with a text, with line and column from 1. */
export class JsonError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, text: string, at: number) {
    const before = text.slice(0, at).split("\n");
    const line = before.length;
    const column = (before.at(-1)?.length ?? 0) + 1;
    super(`${message} (line ${line}, column ${column}).`);
    this.name = "JsonError";
    this.line = line;
    this.column = column;
  }
}

/** Deeper nesting is refused: no document needs it, and other programs could not read it back. */
const maxDepth = 10_000;

/** Longer integers are refused: turning text into a number takes time that grows with the square of its length. */
const maxDigits = 10_000;

const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const space = /[ \t\r\n]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside strings
const plain = /[^"\\\u0000-\u001f]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

interface OpenList {
  readonly kind: "list";
  readonly value: JsonValue[];
}
interface OpenObject {
  readonly kind: "object";
  readonly value: { [key: string]: JsonValue };
  key: string;
}

/**
 * Reads JSON without recursion. Integers beyond 2^53 keep every digit as bigint; keys such as `__proto__` become plain
 * own properties. Throws a JsonError that says where.
 */
export function parseJson(text: string): JsonValue {
  return new Reader(text).read();
}

class Reader {
  readonly #text: string;
  readonly #stack: (OpenList | OpenObject)[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  read(): JsonValue {
    for (;;) {
      this.#skip();
      const opened = this.#open();
      if (opened) continue;
      let value = this.#scalarOrEmpty();
      // Closes every container that ends here; goes on with the next element of the first that does not.
      for (;;) {
        const top = this.#stack[this.#stack.length - 1];
        if (!top) return this.#end(value);
        this.#put(top, value);
        if (this.#more(top)) break;
        this.#stack.pop();
        value = top.value;
      }
    }
  }

  /** Enters a container that has elements; empty ones are left to #scalarOrEmpty. */
  #open(): boolean {
    const first = this.#text[this.#at];
    if (first !== "{" && first !== "[") return false;
    const start = this.#at;
    this.#at += 1;
    this.#skip();
    const isEmpty = this.#text[this.#at] === (first === "{" ? "}" : "]");
    if (isEmpty) {
      this.#at = start;
      return false;
    }
    if (this.#stack.length >= maxDepth) this.#fail(`It is nested deeper than ${maxDepth} levels`);
    if (first === "[") this.#stack.push({ kind: "list", value: [] });
    else this.#stack.push({ kind: "object", value: {}, key: this.#key() });
    return true;
  }

  #scalarOrEmpty(): JsonValue {
    const first = this.#text[this.#at];
    if (first === '"') return this.#string();
    if (first === "{" || first === "[") {
      this.#at += 1;
      this.#skip();
      this.#at += 1;
      return first === "{" ? {} : [];
    }
    for (const [word, value] of [
      ["true", true],
      ["false", false],
      ["null", null],
    ] as const) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }

  #number(): number | bigint {
    number.lastIndex = this.#at;
    const match = number.exec(this.#text);
    if (!match)
      this.#fail(
        this.#at >= this.#text.length ? "The text ends too early" : `“${this.#text[this.#at]}” is not expected`,
      );
    const [digits, fraction, exponent] = match;
    const value = Number(digits);
    if (fraction === undefined && exponent === undefined && !Number.isSafeInteger(value)) {
      if (digits.length > maxDigits) this.#fail(`A number has more than ${maxDigits} digits`);
      this.#at += digits.length;
      return BigInt(digits);
    }
    if (!Number.isFinite(value)) this.#fail("A number is too large");
    this.#at += digits.length;
    return value;
  }

  #string(): string {
    let result = "";
    this.#at += 1;
    for (;;) {
      plain.lastIndex = this.#at;
      result += plain.exec(this.#text)![0];
      this.#at = plain.lastIndex;
      const stop = this.#text[this.#at];
      if (stop === '"') {
        this.#at += 1;
        return result;
      }
      if (stop !== "\\") this.#fail(stop === undefined ? "A text is not closed" : "A text holds a control character");
      result += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? "";
    if (letter === "u") {
      const hex = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.#fail("A \\u escape is not four hexadecimal digits");
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const character = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    if (character === undefined) this.#fail(`“\\${letter}” is no escape`);
    this.#at += 2;
    return character;
  }

  #key(): string {
    if (this.#text[this.#at] !== '"') this.#fail("A name in double quotes is expected");
    const key = this.#string();
    this.#skip();
    if (this.#text[this.#at] !== ":") this.#fail("A colon is expected after a name");
    this.#at += 1;
    return key;
  }

  #put(top: OpenList | OpenObject, value: JsonValue): void {
    if (top.kind === "list") top.value.push(value);
    else if (top.key === "__proto__")
      Object.defineProperty(top.value, top.key, { value, writable: true, enumerable: true, configurable: true });
    else top.value[top.key] = value;
  }

  /** Whether another element follows in a container; moves past its comma and name, or past its end. */
  #more(top: OpenList | OpenObject): boolean {
    this.#skip();
    const stop = this.#text[this.#at];
    if (stop === (top.kind === "list" ? "]" : "}")) {
      this.#at += 1;
      return false;
    }
    if (stop !== ",") this.#fail(stop === undefined ? "The text ends too early" : `“${stop}” is not expected`);
    this.#at += 1;
    this.#skip();
    if (top.kind === "object") top.key = this.#key();
    return true;
  }

  #end(value: JsonValue): JsonValue {
    this.#skip();
    if (this.#at < this.#text.length) this.#fail("Something follows after the end");
    return value;
  }

  #skip(): void {
    space.lastIndex = this.#at;
    space.exec(this.#text);
    this.#at = space.lastIndex;
  }

  #fail(message: string): never {
    throw new JsonError(message, this.#text, this.#at);
  }
}
