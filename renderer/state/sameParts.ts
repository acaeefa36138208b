/**
 * The next value, with every part that is equal to the same part before replaced by the one before: what reads such a
 * part sees that nothing changed. For values as JSON has them.
 */
export function withSameParts<T>(before: unknown, next: T): T {
  if (Object.is(before, next) || typeof before !== "object" || typeof next !== "object") return next;
  if (before === null || next === null || Array.isArray(before) !== Array.isArray(next)) return next;
  const old = before as Record<string, unknown>;
  const keys = Object.keys(next);
  const parts = keys.map((key) => [key, withSameParts(old[key], (next as Record<string, unknown>)[key])] as const);
  const isSame =
    Object.keys(old).length === keys.length && parts.every(([key, part]) => key in old && Object.is(part, old[key]));
  if (isSame) return before as T;
  return (Array.isArray(next) ? parts.map(([, part]) => part) : Object.fromEntries(parts)) as T;
}
