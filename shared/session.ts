import { z } from "zod";

/** Name of a tab that outlives the app: a random UUID that the page makes, part of the name of its draft's file. */
const tabKey = z.uuid();

/** What is open, in the order of the tabs. */
export const openTabs = z.object({
  tabs: z.array(z.object({ key: tabKey, name: z.string(), handle: z.string().nullable() })),
  /** Key of the tab in front. */
  active: tabKey.nullable(),
});
export type OpenTabs = z.infer<typeof openTabs>;

/** Key of a tab whose draft is no longer needed. */
export const draftKey = z.object({ key: tabKey });

/** A document as it is now, kept by main until it is saved or closed. */
export const draft = z.object({
  key: tabKey,
  name: z.string(),
  handle: z.string().nullable(),
  text: z.string(),
  /** False for documents without a file that nobody has changed: they come back with the tabs, but nothing is lost. */
  isDirty: z.boolean(),
});
export type Draft = z.infer<typeof draft>;

const restoredTab = z.object({
  key: tabKey,
  name: z.string(),
  handle: z.string().nullable(),
  /** For display only. */
  path: z.string().nullable(),
  /** The file as it is now; null if there is none. */
  text: z.string().nullable(),
  /** A sentence if the file cannot be read. */
  problem: z.string().nullable(),
  draft: z
    .object({
      text: z.string(),
      isDirty: z.boolean(),
      /** When the draft was written, in milliseconds since 1970. */
      time: z.number(),
      /** The file was changed by another program after the edits in the draft began. */
      isOutdated: z.boolean(),
    })
    .nullable(),
});
export type RestoredTab = z.infer<typeof restoredTab>;

/** What was open when the app ended, with edits that were not saved. */
export const restored = z.object({ tabs: z.array(restoredTab), active: tabKey.nullable() });
