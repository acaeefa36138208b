import type { Dialogs } from "./dialogs.ts";
import type { Handlers } from "./dispatch.ts";
import { pathInDocument } from "./documentName.ts";
import type { Handles } from "./handles.ts";
import type { LibraryClient } from "./libraryClient.ts";

type LibraryHandlers = {
  [N in keyof Handlers as N extends `${"library" | "download"}.${string}` ? N : never]: Handlers[N];
};

interface Parts {
  readonly library: LibraryClient;
  readonly dialogs: Dialogs;
  readonly handles: Handles;
}

const nothing = () => ({});

/** Answers to the calls about models on disk and their downloads. */
export function libraryHandlers({ library, dialogs, handles }: Parts): LibraryHandlers {
  const inDocument = (document: string | null, path: string) => ({
    path: pathInDocument(document === null ? null : handles.path(document), path),
  });
  return {
    "library.get": () => library.call("state"),
    "library.addFolder": async () => {
      const chosen = await dialogs.openFolder();
      if (chosen !== null) await library.call("addFolder", chosen);
      return {};
    },
    "library.removeFolder": ({ path }) => library.call("removeFolder", path).then(nothing),
    "library.scan": () => library.call("rescan").then(nothing),
    "library.stopScan": () => library.call("stopScan").then(nothing),
    "library.hash": async ({ id }) => ({ sha256: await library.call("hash", id) }),
    "library.preview": async ({ id }) => ({ picture: await library.call("preview", id) }),
    "library.path": async ({ id, document }) => inDocument(document, await library.call("path", id)),
    "library.identify": async ({ handle, document }) => {
      const found = await library.call("identify", handles.path(handle));
      return "problem" in found ? found : { ...found, ...inDocument(document, found.path) };
    },
    "download.start": (request) => library.call("startDownload", request),
    "download.pause": ({ id }) => library.call("pauseDownload", id).then(nothing),
    "download.resume": ({ id }) => library.call("resumeDownload", id).then(nothing),
    "download.remove": ({ id }) => library.call("removeDownload", id).then(nothing),
  };
}
