/** The parts of a key event that decide. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode?: number;
  getModifierState?(name: string): boolean;
}

/**
 * "Ctrl+Shift+Z" for a key press: the character that the layout gives (so that Dvorak and AZERTY mean what stands on the
 * key), or where it gives no Latin one, that of the key's place on a US keyboard (Russian, Greek, Hebrew, Thai layouts).
 * Null while an input method composes, for AltGr characters, and for modifiers alone.
 */
export function chordOf(press: KeyPress): string | null {
  if (press.isComposing || press.keyCode === 229) return null;
  if (press.getModifierState?.("AltGraph")) return null;
  const name = keyName(press);
  if (name === null) return null;
  const parts: string[] = [];
  if (press.ctrlKey || press.metaKey) parts.push("Ctrl");
  if (press.altKey) parts.push("Alt");
  // What Shift makes of a digit or a sign is in the sign already.
  if (press.shiftKey && (isLetter(name) || name.length > 1)) parts.push("Shift");
  return [...parts, name].join("+");
}

const modifiers = new Set(["Control", "Meta", "Alt", "Shift", "AltGraph", "CapsLock", "NumLock", "Fn", "OS"]);

/** Signs of a US keyboard by the place of their key. */
const signs: Readonly<Record<string, string>> = {
  Minus: "-",
  Equal: "=",
  BracketLeft: "[",
  BracketRight: "]",
  Backslash: "\\",
  Semicolon: ";",
  Quote: "'",
  Backquote: "`",
  Comma: ",",
  Period: ".",
  Slash: "/",
};

function keyName({ key, code, altKey }: KeyPress): string | null {
  if (modifiers.has(key)) return null;
  if (key === " ") return "Space";
  // Plus joins the parts of a chord, and shares its key with the equals sign.
  if (key === "+") return "=";
  const isPlain = /^[!-~]$/.test(key) || /^[A-Z][A-Za-z0-9]+$/.test(key);
  if (isPlain && !unnamed.has(key)) return key.length === 1 ? key.toUpperCase() : key;
  const [, digit] = /^(?:Digit|Numpad)(\d)$/.exec(code) ?? [];
  // The upper row of AZERTY has é and à where others have digits.
  if (digit !== undefined) return digit;
  // On macOS, Option turns letters into signs.
  const isOwnLetter = /^\p{Script=Latin}$/u.test(key) && !altKey;
  if (isOwnLetter) return upper(key);
  return /^Key([A-Z])$/.exec(code)?.[1] ?? signs[code] ?? null;
}

/** Names of keys that tell nothing of what is on them. */
const unnamed = new Set(["Dead", "Unidentified", "Process"]);

/** Capital of a letter; ß has none of one letter. */
function upper(letter: string): string {
  const capital = letter.toUpperCase();
  return capital.length === 1 ? capital : letter;
}

function isLetter(name: string): boolean {
  return /^\p{L}$/u.test(name);
}
