import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Draft, draft as draftSchema, type OpenTabs, type RestoredTab } from "../../shared/session.ts";
import { writeAtomic } from "../engine/files/atomic.ts";
import type { Handles } from "./handles.ts";
import { openJsonStore } from "./jsonStore.ts";
import type { KnownFiles } from "./knownFiles.ts";

/** What is open and not saved, kept on disk so that neither a crash nor a restart takes it. */
export interface Session {
  /** What was open when the app ended. */
  restore(): Promise<{ tabs: RestoredTab[]; active: string | null }>;
  /** Remembers which tabs are open. */
  keepTabs(open: OpenTabs): Promise<void>;
  /** Keeps a document until `dropDraft`, as a whole or as it was before. */
  keepDraft(draft: Draft): Promise<void>;
  dropDraft(key: string): Promise<void>;
  /** Paths of the files that are open. */
  openPaths(): readonly string[];
}

interface Parts {
  readonly folder: string;
  readonly handles: Handles;
  readonly known: KnownFiles;
  /** Text of the workflow in a file; rejects with a sentence. */
  readonly read: (path: string) => Promise<string>;
}

const tabsSchema = z.object({
  tabs: z.array(z.object({ key: z.uuid(), name: z.string(), path: z.string().nullable() })),
  active: z.string().nullable(),
});
type Tab = z.infer<typeof tabsSchema>["tabs"][number];

const keptDraft = draftSchema.omit({ handle: true }).extend({
  path: z.string().nullable(),
  time: z.number(),
  /** Hash of the file that the edits began with. */
  base: z.string().nullable(),
});
type KeptDraft = z.infer<typeof keptDraft>;

const ending = ".draft.json";

/** Opens the session kept in `folder`. What is damaged there counts as missing. */
export async function openSession({ folder, handles, known, read }: Parts): Promise<Session> {
  const store = await openJsonStore(join(folder, "tabs.json"), tabsSchema, { tabs: [], active: null });
  const inTurn = createTurns();
  const pathOf = (handle: string | null) => (handle === null ? null : handles.path(handle));

  const restoredTab = async ({ key, name, path }: Tab, draft: KeptDraft | undefined): Promise<RestoredTab> => {
    const file = path === null ? { text: null, problem: null } : await readFor(path);
    const handle = path === null ? null : handles.grant(path);
    if (draft === undefined) return { key, name, handle, path, ...file, draft: null };
    const isOutdated = path !== null && draft.base !== null && draft.base !== known.known(path);
    return {
      key,
      name,
      handle,
      path,
      ...file,
      draft: { text: draft.text, isDirty: draft.isDirty, time: draft.time, isOutdated },
    };
  };
  const readFor = async (path: string) => {
    try {
      const text = await read(path);
      await known.see(path);
      return { text, problem: null };
    } catch (error) {
      return { text: null, problem: (error as Error).message };
    }
  };
  return {
    async restore() {
      const { tabs, active } = store.get();
      const drafts = await readDrafts(folder);
      const isOpen = (key: string) => tabs.some((tab) => tab.key === key);
      // A document that was changed before the list of tabs was written is in no tab yet.
      const others = [...drafts.values()].filter(({ key, isDirty }) => isDirty && !isOpen(key));
      const all = await Promise.all([...tabs, ...others].map((tab) => restoredTab(tab, drafts.get(tab.key))));
      return { tabs: all.filter(({ path, draft }) => path !== null || draft !== null), active };
    },
    async keepTabs({ tabs, active }) {
      const next = { tabs: tabs.map(({ key, name, handle }) => ({ key, name, path: pathOf(handle) })), active };
      await inTurn("tabs", () => store.set(next));
    },
    async keepDraft({ handle, ...draft }) {
      const path = pathOf(handle);
      const kept: KeptDraft = { ...draft, path, time: Date.now(), base: path === null ? null : known.known(path) };
      await inTurn(draft.key, () => writeAtomic(join(folder, draft.key + ending), JSON.stringify(kept)));
    },
    dropDraft: (key) => inTurn(key, () => rm(join(folder, key + ending), { force: true })),
    openPaths: () => store.get().tabs.flatMap(({ path }) => (path === null ? [] : [path])),
  };
}

async function readDrafts(folder: string): Promise<Map<string, KeptDraft>> {
  await mkdir(folder, { recursive: true }).catch(() => {});
  const names = await readdir(folder).catch((): string[] => []);
  const drafts = await Promise.all(
    names.filter((name) => name.endsWith(ending)).map((name) => readDraft(join(folder, name))),
  );
  return new Map(drafts.flatMap((draft) => (draft === null ? [] : [[draft.key, draft] as const])));
}

function readDraft(file: string): Promise<KeptDraft | null> {
  return readFile(file, "utf8")
    .then((text) => keptDraft.parse(JSON.parse(text)))
    .catch(() => null);
}

/** Runs what concerns one name one after the other, so that a late write never undoes a removal. */
function createTurns(): (name: string, work: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>();
  return (name, work) => {
    const turn = (last.get(name) ?? Promise.resolve()).catch(() => {}).then(work);
    last.set(name, turn);
    return turn;
  };
}
