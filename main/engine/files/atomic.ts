import { randomBytes } from "node:crypto";
import { copyFile, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describeFileError } from "./fileError.ts";

export interface AtomicOptions {
  /** Keeps the old content as `.<name>.bak` beside the file. */
  readonly backup?: boolean;
}

/**
 * Writes a file so that it holds the old content or the new, never anything else: temporary file in the same folder, fsync,
 * rename. Throws a FileError and leaves nothing behind.
 */
export async function writeAtomic(
  path: string,
  content: Uint8Array | string,
  options: AtomicOptions = {},
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path).slice(0, 100)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await writeSynced(temporary, content);
    if (options.backup) await keepBackup(path);
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw describeFileError("Writing", path, error);
  }
}

async function writeSynced(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function keepBackup(path: string): Promise<void> {
  await copyFile(path, join(dirname(path), `.${basename(path)}.bak`)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

/** Makes the rename durable; some systems cannot open folders, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
