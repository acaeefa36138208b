/** A prompt that changes on the way: text, a change at a step, or a choice that goes round. */
type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "change"; readonly before: Schedule; readonly after: Schedule; readonly when: When }
  | { readonly kind: "turns"; readonly options: readonly Schedule[] };

/** A part of the walk (written with a decimal point), or a number of steps. */
type When = { readonly part: number } | { readonly steps: number };

export type Schedule = readonly Piece[];

/**
 * Reads AUTOMATIC1111's notation. `[from:to:0.5]` is `from` for the first half of the steps (a whole number: for so many
 * steps), then `to`; `[to:8]` comes in, `[from::8]` goes out; `[a|b|c]` takes turns, step by step. All may be nested.
 * Brackets of any other form, `(words:1.2)` and what a backslash escapes stay as they are. Never throws.
 */
export function parseSchedule(text: string): Schedule {
  const pieces: Piece[] = [];
  let plain = "";
  for (let i = 0; i < text.length; i++) {
    const end = text[i] === "[" ? partnerOf(text, i) : -1;
    const piece = end < 0 ? null : readBracket(text.slice(i + 1, end));
    if (piece) {
      if (plain !== "") pieces.push({ kind: "text", text: plain });
      pieces.push(piece);
      plain = "";
      i = end;
    } else {
      if (text[i] === "\\") plain += text[i++];
      plain += text[i] ?? "";
    }
  }
  if (plain !== "") pieces.push({ kind: "text", text: plain });
  return pieces;
}

/** The prompt of a step (from 0) of a walk of so many steps. */
export function promptAt(schedule: Schedule, step: number, steps: number): string {
  return schedule.map((piece) => textAt(piece, step, steps)).join("");
}

/** Whether a prompt is the same at every step. */
export function isConstant(schedule: Schedule): boolean {
  return schedule.every(({ kind }) => kind === "text");
}

function textAt(piece: Piece, step: number, steps: number): string {
  if (piece.kind === "text") return piece.text;
  if (piece.kind === "turns") return promptAt(piece.options[step % piece.options.length]!, step, steps);
  const last = "part" in piece.when ? Math.trunc(piece.when.part * steps) : piece.when.steps;
  return promptAt(step < Math.min(steps, last) ? piece.before : piece.after, step, steps);
}

function readBracket(inside: string): Piece | null {
  const turns = split(inside, "|");
  const parts = split(inside, ":");
  if (turns.length > 1 && parts.length === 1) return { kind: "turns", options: turns.map(parseSchedule) };
  const when = readWhen(parts.at(-1)!);
  if (when === null || turns.length > 1 || parts.length < 2 || parts.length > 3) return null;
  const [before, after] = parts.length === 3 ? parts : ["", parts[0]];
  return { kind: "change", before: parseSchedule(before!), after: parseSchedule(after!), when };
}

function readWhen(text: string): When | null {
  const number = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(number)) return null;
  return number.includes(".") ? { part: Number(number) } : { steps: Math.trunc(Number(number)) };
}

/** Place of the bracket that closes the one at `start`, or -1. Parentheses that are left open inside count as text. */
function partnerOf(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "[") depth++;
    else if (text[i] === "]" && --depth === 0) return i;
  }
  return -1;
}

/** Parts of a text between marks that stand outside of all brackets in it. */
function split(text: string, mark: string): string[] {
  const parts = [""];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(" || text[i] === "[") depth++;
    if (text[i] === ")" || text[i] === "]") depth = Math.max(0, depth - 1);
    if (text[i] === mark && depth === 0) parts.push("");
    else parts[parts.length - 1] += text[i] === "\\" ? `\\${text[++i] ?? ""}` : text[i];
  }
  return parts;
}
