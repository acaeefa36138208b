import { createHash, randomBytes } from "node:crypto";
import {
  access,
  chmod,
  constants,
  copyFile,
  link,
  mkdir,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { describeFileError } from "./fileError.ts";

export interface AtomicOptions {
  /** How many older contents stay beside the file, as `.<name>.bak`, `.<name>.bak2`, …; 0 unless told. */
  readonly backups?: number;
}

/**
 * Writes a file so that it holds the old content or the new, never anything else: temporary file in the same folder,
 * fsync, rename. A link stays, its target is written; the file's mode stays. Throws a FileError, and then the old
 * content is untouched and no temporary file is left.
 */
export async function writeAtomic(
  path: string,
  content: Uint8Array | string,
  { backups = 0 }: AtomicOptions = {},
): Promise<void> {
  let temporary: string | null = null;
  try {
    const file = await linkTarget(path);
    const folder = dirname(file);
    await mkdir(folder, { recursive: true });
    const mode = await writableMode(file);
    temporary = join(folder, `.${siblingStem(basename(file))}.${randomBytes(6).toString("hex")}.tmp`);
    await writeSynced(temporary, content, mode);
    if (backups > 0 && mode !== null) await keepBackup(file, content, backups);
    await rename(temporary, file);
    await syncFolder(folder);
  } catch (error) {
    if (temporary !== null) await rm(temporary, { force: true }).catch(() => {});
    throw describeFileError("Writing", path, error);
  }
}

const maxStemBytes = 200;

/**
 * What temporary files and backups of a file are named after: its name, shortened where the additions would not fit
 * into the 255 bytes that file systems allow.
 */
export function siblingStem(name: string): string {
  if (Buffer.byteLength(name) <= maxStemBytes) return name;
  const room = maxStemBytes - 9;
  let stem = "";
  for (const letter of name) {
    if (Buffer.byteLength(stem) + Buffer.byteLength(letter) > room) break;
    stem += letter;
  }
  return `${stem}~${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

/** The file behind a link, also one that does not exist yet. */
async function linkTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const target = await readlink(path).catch(() => null);
    return target === null ? path : resolve(dirname(path), target);
  }
}

/** Mode of a file that may be written, null if there is none. Renaming alone would replace write-protected files. */
async function writableMode(file: string): Promise<number | null> {
  try {
    const { mode } = await stat(file);
    await access(file, constants.W_OK);
    return mode & 0o7777;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function writeSynced(path: string, content: Uint8Array | string, mode: number | null): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  // File systems without modes refuse; what was written is fine all the same.
  if (mode !== null) await chmod(path, mode).catch(() => {});
}

/** Moves the older backups back by one and puts the present content first, unless it stays the same. */
async function keepBackup(file: string, content: Uint8Array | string, backups: number): Promise<void> {
  const next = typeof content === "string" ? Buffer.from(content) : content;
  if ((await readFile(file)).equals(next)) return;
  const backup = (age: number) =>
    join(dirname(file), `.${siblingStem(basename(file))}.bak${age === 1 ? "" : String(age)}`);
  for (let age = backups - 1; age >= 1; age--) {
    await rename(backup(age), backup(age + 1)).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
  await rm(backup(1), { force: true });
  // A second name for the old content costs nothing and is never half there; where there are no such names, a copy.
  await link(file, backup(1)).catch(() => copyFile(file, backup(1)));
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

/** Makes the rename durable; some systems cannot open folders, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
