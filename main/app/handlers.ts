import { dirname, extname, resolve, sep } from "node:path";
import type { BrowserWindow } from "electron";
import type { CallInput, CallOutput } from "../../shared/contract.ts";
import { embeddable } from "../../shared/workflow/serialize.ts";
import { writeAtomic } from "../engine/files/atomic.ts";
import { embedInPng } from "../engine/files/png.ts";
import type { Dialogs, FileKind } from "./dialogs.ts";
import type { Handlers } from "./dispatch.ts";
import { pathInDocument, safeName } from "./documentName.ts";
import type { Documents } from "./documents.ts";
import type { EngineClient } from "./engineClient.ts";
import { Failure } from "./failure.ts";
import type { Handles } from "./handles.ts";
import type { LibraryClient } from "./libraryClient.ts";
import { libraryHandlers } from "./libraryHandlers.ts";
import type { PastedPictures } from "./pastedPictures.ts";
import type { Recent } from "./recent.ts";
import type { Session } from "./session.ts";
import type { SettingsStore } from "./settings.ts";
import { readWelcome, type Templates } from "./templates.ts";

/** What the calls of the window are answered with. */
export interface Parts {
  readonly version: string;
  readonly outputFolder: string;
  readonly examplesFolder: string;
  readonly window: () => BrowserWindow;
  readonly closeNow: () => void;
  readonly showInFolder: (path: string) => void;
  readonly settings: SettingsStore;
  readonly handles: Handles;
  readonly recent: Recent;
  readonly dialogs: Dialogs;
  readonly pasted: PastedPictures;
  readonly documents: Documents;
  readonly session: Session;
  readonly templates: Templates;
  readonly engine: EngineClient;
  readonly library: LibraryClient;
}

/** Answers to all calls of the contract. */
export function createHandlers(parts: Parts): Handlers {
  return {
    ...appHandlers(parts),
    ...documentHandlers(parts),
    ...sessionHandlers(parts),
    ...fileHandlers(parts),
    ...engineHandlers(parts),
    ...libraryHandlers(parts),
  };
}

type Group<Prefix extends string> = {
  [N in keyof Handlers as N extends `${Prefix}.${string}` ? N : never]: Handlers[N];
};

function appHandlers(parts: Parts): Group<"app" | "settings" | "window"> {
  return {
    "app.info": async () => ({
      version: parts.version,
      platform: process.platform,
      outputFolder: parts.outputFolder,
      maximized: parts.window().isMaximized(),
      isFirstStart: parts.settings.isFirst,
      welcome: await readWelcome(parts.examplesFolder),
    }),
    "settings.get": async () => parts.settings.get(),
    "settings.set": (part) => parts.settings.change(part),
    "window.control": async ({ action }) => {
      control(parts, action);
      return {};
    },
  };
}

function control({ window, closeNow }: Parts, action: CallInput<"window.control">["action"]): void {
  if (action === "minimize") window().minimize();
  else if (action === "close") window().close();
  else if (action === "close-now") closeNow();
  else if (window().isMaximized()) window().unmaximize();
  else window().maximize();
}

function documentHandlers({ documents, recent, templates }: Parts): Group<"document" | "template"> {
  return {
    "document.open": () => documents.open(),
    "document.openRecent": ({ handle }) => documents.openHandle(handle),
    "document.recent": () => recent.list(),
    "document.openDropped": ({ handle }) => documents.openHandle(handle),
    "document.save": ({ handle, text }) => documents.save(handle, text),
    "document.saveAs": ({ suggestedName, text }) => documents.saveAs(suggestedName, text),
    "document.share": ({ suggestedName, text }) => documents.share(suggestedName, text),
    "document.keepMine": ({ handle }) => documents.keepMine(handle).then(nothing),
    "document.examples": () => templates.list(),
    "template.save": (template) => templates.save(template).then(nothing),
    "template.remove": ({ name }) => templates.remove(name).then(nothing),
  };
}

const nothing = () => ({});

function sessionHandlers({ session }: Parts): Group<"session" | "draft"> {
  return {
    "session.restore": () => session.restore(),
    "session.keep": (open) => session.keepTabs(open).then(nothing),
    "draft.keep": (draft) => session.keepDraft(draft).then(nothing),
    "draft.drop": ({ key }) => session.dropDraft(key).then(nothing),
  };
}

function fileHandlers(parts: Parts): Group<"path" | "clipboard" | "image" | "plot" | "graph" | "output"> {
  const { dialogs, handles, engine, outputFolder } = parts;
  const documentPath = (handle: string | null) => (handle === null ? null : handles.path(handle));
  /** Files that were exported outside the output folder, and may be shown as well. */
  const exported = new Set<string>();
  const exportTo = async (name: string, kind: FileKind, write: (path: string) => Promise<unknown>) => {
    const ending = kind === "jpeg" ? ".jpg" : `.${kind}`;
    const chosen = await dialogs.save(`${safeName(name)}${ending}`, kind);
    if (chosen === null) return null;
    const path = extname(chosen) === "" ? `${chosen}${ending}` : chosen;
    await write(path);
    exported.add(path);
    return { path };
  };
  return {
    "path.choose": async ({ what, handle }): Promise<CallOutput<"path.choose">> => {
      const chosen = what === "model-folder" ? await dialogs.openFolder() : await dialogs.open(what);
      return chosen === null ? null : { path: pathInDocument(documentPath(handle), chosen) };
    },
    "path.ofDropped": async ({ handle, document }) => ({
      path: pathInDocument(documentPath(document), handles.path(handle)),
    }),
    "clipboard.paste": async () => {
      parts.window().webContents.paste();
      return {};
    },
    "clipboard.keep": async ({ picture }) => ({ path: await parts.pasted.keep(picture) }),
    "image.export": ({ suggestedName, ...input }) =>
      exportTo(suggestedName, input.format, (path) => engine.call("export", { ...input, path })),
    "plot.export": ({ suggestedName, format, bytes }) =>
      exportTo(suggestedName, format, (path) => writeAtomic(path, bytes)),
    "graph.export": ({ suggestedName, format, bytes, text }) =>
      exportTo(suggestedName, format, (path) =>
        writeAtomic(path, format === "png" ? embedInPng(bytes, embeddable(text)) : bytes),
      ),
    "output.reveal": async ({ path }) => {
      const file = resolve(path);
      const isOurs = exported.has(file) || file.startsWith(resolve(outputFolder) + sep);
      if (!isOurs) throw new Failure("refused", "Only files that Fairlead wrote are shown.");
      parts.showInFolder(file);
      return {};
    },
  };
}

function engineHandlers({ engine, handles }: Parts): Group<"engine"> {
  const withFolder = <I extends { readonly handle: string | null }>({ handle, ...input }: I) => ({
    ...input,
    baseFolder: handle === null ? null : dirname(handles.path(handle)),
  });
  return {
    "engine.check": (input) => engine.call("check", withFolder(input)),
    "engine.run": (input) => engine.call("run", withFolder(input)),
    "engine.stop": async (input) => {
      await engine.call("stop", input);
      return {};
    },
    "engine.queue": async () => [...(await engine.call("queue", null))],
    "engine.devices": () => engine.call("devices", null),
  };
}
