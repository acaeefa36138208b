import { readdir, realpath, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { siblingStem } from "../engine/files/atomic.ts";

const unfinished = /^\.(.+)\.[0-9a-f]{12}\.tmp$/;

/**
 * Removes what saving left beside the given files when the program was killed in the middle of it: the temporary files
 * that were never renamed, beside the target where a file is a link. Called at start, when nothing is being saved.
 * Folders that are gone are no error.
 */
export async function clearLeftovers(files: readonly string[]): Promise<void> {
  const stems = new Map<string, Set<string>>();
  for (const path of files) {
    const file = await realpath(path).catch(() => path);
    const known = stems.get(dirname(file)) ?? new Set();
    stems.set(dirname(file), known.add(siblingStem(basename(file))));
  }
  await Promise.all(
    [...stems].map(async ([folder, ours]) => {
      const names = await readdir(folder).catch((): string[] => []);
      const left = names.filter((name) => ours.has(unfinished.exec(name)?.[1] ?? ""));
      await Promise.all(left.map((name) => rm(join(folder, name), { force: true }).catch(() => {})));
    }),
  );
}
