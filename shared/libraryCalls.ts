import { z } from "zod";
import { download, downloadRequest, libraryState } from "./library.ts";

const nothing = z.object({});
const byId = z.object({ id: z.string() });

/** Requests of the window about models on disk and their downloads: a part of the contract. */
export const libraryCalls = {
  /** Models in the folders that the person named; the first question starts a scan. */
  "library.get": { in: nothing, out: libraryState },
  /** Lets the person choose a folder. */
  "library.addFolder": { in: nothing, out: nothing },
  "library.removeFolder": { in: z.object({ path: z.string() }), out: nothing },
  "library.scan": { in: nothing, out: nothing },
  "library.stopScan": { in: nothing, out: nothing },
  "library.hash": { in: byId, out: z.object({ sha256: z.string() }) },
  /** A small WebP. */
  "library.preview": { in: byId, out: z.object({ picture: z.instanceof(Uint8Array).nullable() }) },
  /** The path of a model as a document names it. */
  "library.path": {
    in: z.object({ id: z.string(), document: z.string().nullable() }),
    out: z.object({ path: z.string() }),
  },
  /** What a dropped file or folder is: the node that opens it, or a sentence why none does. */
  "library.identify": {
    in: z.object({ handle: z.string(), document: z.string().nullable() }),
    out: z.union([
      z.object({ use: z.object({ type: z.string(), param: z.string() }), title: z.string(), path: z.string() }),
      z.object({ problem: z.string() }),
    ]),
  },
  "download.start": { in: downloadRequest, out: download },
  "download.pause": { in: byId, out: nothing },
  "download.resume": { in: byId, out: nothing },
  "download.remove": { in: byId, out: nothing },
} as const;
