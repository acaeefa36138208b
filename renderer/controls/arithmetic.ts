/** Longest text that is read: keeps the depth of nested parentheses far from the end of the stack. */
const longest = 200;

/**
 * Value of an expression in numbers, + − * / ^ and parentheses, or null if it is none or not finite. Decimals take a
 * point or a comma, thousands may be grouped, powers bind to the right, and a sign binds weaker than a power: −2^2 = −4.
 */
export function evaluate(text: string): number | null {
  const tokens = text.length > longest ? null : tokenize(text);
  if (tokens === null || tokens.length === 0) return null;
  const reader = new Reader(tokens);
  const value = sum(reader);
  return value !== null && reader.atEnd && Number.isFinite(value) ? value : null;
}

type Token = number | string;

const signs: Readonly<Record<string, string>> = { "−": "-", "–": "-", "×": "*", "·": "*", "÷": "/" };

function tokenize(text: string): Token[] | null {
  const pattern = /\s*(?:(\d+(?:[.,]\d*)?(?:e[+-]?\d+)?|[.,]\d+(?:e[+-]?\d+)?)|([-+*/^()−–×·÷]))/iy;
  const plain = ungrouped(text).trimEnd();
  const tokens: Token[] = [];
  while (pattern.lastIndex < plain.length) {
    const match = pattern.exec(plain);
    if (match === null) return null;
    const [, number, sign] = match;
    if (number !== undefined) tokens.push(Number(number.replace(",", ".")));
    else if (sign !== undefined) tokens.push(signs[sign] ?? sign);
  }
  return tokens;
}

/** Full-width signs of East Asian keyboards as plain ones, and digits without what groups them: "1 234,5", "1'234", "1,234.5". */
function ungrouped(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/(\d)[ '’\u2009\u202f\u00a0](?=\d{3}(?!\d))/g, "$1")
    .replace(/(?<![\d.,])\d{1,3}(,\d{3})+(?=\.\d)/g, (digits) => digits.replaceAll(",", ""))
    .replace(/(?<![\d.,])\d{1,3}(\.\d{3})+(?=,\d)/g, (digits) => digits.replaceAll(".", ""));
}

class Reader {
  private position = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get atEnd(): boolean {
    return this.position === this.tokens.length;
  }

  /** The next token if it is a number. */
  number(): number | null {
    const token = this.tokens[this.position];
    if (typeof token !== "number") return null;
    this.position++;
    return token;
  }

  /** The next token if it is one of these signs. */
  sign(allowed: string): string | null {
    const token = this.tokens[this.position];
    if (typeof token !== "string" || !allowed.includes(token)) return null;
    this.position++;
    return token;
  }
}

function sum(reader: Reader): number | null {
  return chain(reader, "+-", product);
}

function product(reader: Reader): number | null {
  return chain(reader, "*/", signed);
}

function chain(reader: Reader, operators: string, part: (reader: Reader) => number | null): number | null {
  let left = part(reader);
  for (let sign = reader.sign(operators); sign !== null && left !== null; sign = reader.sign(operators)) {
    const right = part(reader);
    left = right === null ? null : apply(sign, left, right);
  }
  return left;
}

function apply(sign: string, left: number, right: number): number {
  if (sign === "+") return left + right;
  if (sign === "-") return left - right;
  return sign === "*" ? left * right : left / right;
}

function signed(reader: Reader): number | null {
  const sign = reader.sign("+-");
  if (sign === null) return power(reader);
  const value = signed(reader);
  return value === null ? null : apply(sign, 0, value);
}

function power(reader: Reader): number | null {
  const base = atom(reader);
  if (base === null || reader.sign("^") === null) return base;
  const exponent = signed(reader);
  return exponent === null ? null : base ** exponent;
}

function atom(reader: Reader): number | null {
  const number = reader.number();
  if (number !== null) return number;
  if (reader.sign("(") === null) return null;
  const value = sum(reader);
  return reader.sign(")") === null ? null : value;
}
