interface Frame {
  readonly items: readonly (readonly [string, unknown])[];
  readonly close: string;
  readonly depth: number;
  /** Levels below the top that get lines of their own inside it. */
  readonly lineLevels: number;
  next: number;
}

export interface WriteOptions {
  /** Spaces of each level; 0 = all on one line. */
  readonly indent?: number;
  /** Levels that get lines of their own; what lies deeper stays on its parent's line. */
  readonly lineLevels?: number;
  /** Line levels inside some fields of the top level, where there are more than elsewhere. */
  readonly deeper?: Readonly<Record<string, number>>;
}

/**
 * Writes JSON without recursion; bigint as bare digits, undefined fields left out. Throws for numbers that JSON does not
 * have, and for functions.
 */
export function writeJson(value: unknown, options: WriteOptions = {}): string {
  const { indent = 0, lineLevels: levels = Number.POSITIVE_INFINITY, deeper = {} } = options;
  const parts: string[] = [];
  const stack: Frame[] = [];
  const line = ({ depth, lineLevels }: Pick<Frame, "depth" | "lineLevels">) =>
    indent > 0 && depth <= lineLevels ? `\n${" ".repeat(indent * depth)}` : "";
  const gap = (frame: Frame) => (indent > 0 && frame.depth > frame.lineLevels ? " " : line(frame));
  const open = (part: unknown, lineLevels: number) => {
    const frame = container(part, stack.length + 1, lineLevels);
    if (!frame) parts.push(scalar(part));
    else if (frame.items.length === 0) parts.push(frame.close === "]" ? "[]" : "{}");
    else {
      parts.push(frame.close === "]" ? "[" : "{");
      stack.push(frame);
    }
  };
  open(value, levels);
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const entry = top.items[top.next];
    if (!entry) {
      stack.pop();
      parts.push(line(top) && line({ ...top, depth: top.depth - 1 }), top.close);
      continue;
    }
    const [key, item] = entry;
    parts.push(top.next === 0 ? line(top) : `,${gap(top)}`);
    top.next += 1;
    if (top.close === "}") parts.push(JSON.stringify(key), indent > 0 ? ": " : ":");
    open(item, top.depth === 1 && Object.hasOwn(deeper, key) ? (deeper[key] ?? 0) : top.lineLevels);
  }
  return parts.join("");
}

function container(value: unknown, depth: number, lineLevels: number): Frame | null {
  const rest = { depth, lineLevels, next: 0 };
  if (Array.isArray(value)) return { items: value.map((item) => ["", item] as const), close: "]", ...rest };
  if (typeof value !== "object" || value === null) return null;
  const items = Object.entries(value).filter(([, item]) => item !== undefined);
  return { items, close: "}", ...rest };
}

function scalar(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint" || typeof value === "boolean" || value === null) return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  throw new TypeError(`JSON has no ${typeof value === "number" ? "number" : "value"} ${String(value)}.`);
}
