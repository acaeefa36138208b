import { statSync } from "node:fs";

/**
 * What tells a file as it is now from what it was: size, times and place on the disk. Other content of the same size in
 * the same second has another stamp, and so has another file under the same name. Null if there is none.
 */
export function fileStamp(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found ? `${found.size}|${found.mtimeNs}|${found.ctimeNs}|${found.ino}` : null;
}
