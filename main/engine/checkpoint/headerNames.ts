/**
 * The first name that an object of a JSON text has twice, wherever it lies; null if there is none. `JSON.parse` keeps
 * the last of equal names and says nothing. The text must be valid JSON.
 */
export function repeatedName(json: string): string | null {
  /** Names of the objects that are open; null stands for a list. */
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    if (sign === "{") open.push(new Set());
    else if (sign === "[") open.push(null);
    else if (sign === "}" || sign === "]") open.pop();
    else if (sign === '"') {
      const end = endOfText(json, at);
      const names = open[open.length - 1];
      if (names && isName(json, end)) {
        const name = JSON.parse(json.slice(at, end)) as string;
        if (names.has(name)) return name;
        names.add(name);
      }
      at = end - 1;
    }
  }
  return null;
}

/** Index after the closing quote of the text that begins at `start`. */
function endOfText(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** A text is a name where a colon follows. */
function isName(json: string, end: number): boolean {
  let at = end;
  while (/\s/.test(json[at])) at++;
  return json[at] === ":";
}
