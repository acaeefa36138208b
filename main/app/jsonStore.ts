import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { writeAtomic } from "../engine/files/atomic.ts";

/** A small JSON file of the app's own, held in memory. */
export interface JsonStore<T> {
  get(): T;
  /** Changes the value; the file follows, written as a whole or not at all. */
  set(value: T): Promise<void>;
}

/**
 * Opens a JSON file. What is missing, unreadable or does not fit the schema counts as `fallback`: settings are never
 * a reason not to start. Writes happen one after the other; the last one wins.
 */
export async function openJsonStore<T>(file: string, schema: z.ZodType<T>, fallback: T): Promise<JsonStore<T>> {
  let value: T = await readJson(file, schema, fallback);
  let writing = Promise.resolve();
  return {
    get: () => value,
    set(next) {
      value = next;
      const text = `${JSON.stringify(next, null, 2)}\n`;
      writing = writing.catch(() => {}).then(() => writeAtomic(file, text));
      return writing;
    },
  };
}

function readJson<T>(file: string, schema: z.ZodType<T>, fallback: T): Promise<T> {
  return readFile(file, "utf8")
    .then((text): T => schema.parse(JSON.parse(text)))
    .catch((): T => fallback);
}
