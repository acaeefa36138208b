import type { JsonValue } from "./json.ts";

/** Lifts a document from one schema version to the next; `from` is the version it reads. */
export interface Migration {
  readonly from: number;
  migrate(document: { readonly [field: string]: JsonValue }): { [field: string]: JsonValue };
}

/** In order. A new schema version adds one; none is ever edited. */
export const migrations: readonly Migration[] = [];
