import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

const unfinished = /^\.(.+)\.[0-9a-f]{12}\.tmp$/;

/**
 * Removes what saving left beside the given documents when the program was killed in the middle of it: the temporary
 * files that were never renamed. Called at start, when nothing is being saved. Folders that are gone are no error.
 */
export async function clearLeftovers(documents: readonly string[]): Promise<void> {
  const folders = new Set(documents.map((path) => dirname(path)));
  await Promise.all(
    [...folders].map(async (folder) => {
      const names = await readdir(folder).catch((): string[] => []);
      const ours = names.filter((name) => {
        const saved = unfinished.exec(name)?.[1];
        return saved !== undefined && documents.includes(join(folder, saved));
      });
      await Promise.all(ours.map((name) => rm(join(folder, name), { force: true }).catch(() => {})));
    }),
  );
}
