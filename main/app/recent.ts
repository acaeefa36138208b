import { access } from "node:fs/promises";
import { z } from "zod";
import type { RecentFile } from "../../shared/contract.ts";
import { documentName } from "./documentName.ts";
import type { Handles } from "./handles.ts";
import { type JsonStore, openJsonStore } from "./jsonStore.ts";

const kept = 20;
const schema = z.array(z.object({ handle: z.string(), path: z.string() }));
type Entry = z.infer<typeof schema>[number];

/** Files that were opened or saved, the last one first. Their handles outlive the app. */
export interface Recent {
  /** Puts a file to the front. */
  add(path: string): Promise<RecentFile>;
  /** Those that still exist. */
  list(): Promise<RecentFile[]>;
}

/** Opens the list kept in `file` and gives its handles back to `handles`. */
export async function openRecent(file: string, handles: Handles): Promise<Recent> {
  const store: JsonStore<Entry[]> = await openJsonStore(file, schema, []);
  for (const { handle, path } of store.get()) handles.restore(handle, path);
  return {
    async add(path) {
      const entry = { handle: handles.grant(path), path };
      await store.set([entry, ...store.get().filter((other) => other.path !== path)].slice(0, kept));
      return described(entry);
    },
    async list() {
      const entries = store.get();
      const exists = await Promise.all(entries.map(({ path }) => isThere(path)));
      return entries.filter((_, index) => exists[index]).map(described);
    },
  };
}

function described({ handle, path }: Entry): RecentFile {
  return { handle, name: documentName(path), path };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
