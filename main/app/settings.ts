import { existsSync } from "node:fs";
import { z } from "zod";
import { defaultSettings, type Settings, settingsSchema } from "../../shared/contract.ts";
import { openJsonStore } from "./jsonStore.ts";

/** A file of an older version lacks what was added since. */
const fileSchema = z
  .record(z.string(), z.unknown())
  .transform((value) => ({ ...defaultSettings, ...value }))
  .pipe(settingsSchema);

/** What a person set, kept in one JSON file. */
export interface SettingsStore {
  get(): Settings;
  /** There were no settings yet when these were opened. */
  readonly isFirst: boolean;
  /** Takes over the given fields. */
  change(part: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Promise<Settings>;
}

/** Opens the settings; a damaged file counts as none. `apply` is called with them now and after each change. */
export async function openSettings(file: string, apply: (settings: Settings) => void): Promise<SettingsStore> {
  const isFirst = !existsSync(file);
  const store = await openJsonStore(file, fileSchema, defaultSettings);
  apply(store.get());
  // From now on there are: the first start is over once the program was seen.
  if (isFirst) await store.set(store.get()).catch(() => {});
  return {
    isFirst,
    get: store.get,
    async change(part) {
      const given = Object.entries(part).filter(([, value]) => value !== undefined);
      const next = { ...store.get(), ...Object.fromEntries(given) } as Settings;
      const written = store.set(next);
      apply(next);
      await written;
      return next;
    },
  };
}
