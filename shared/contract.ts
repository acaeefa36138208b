import { z } from "zod";
import type { RunEvent } from "./events.ts";
import type { LibraryChange } from "./library.ts";
import { libraryCalls } from "./libraryCalls.ts";
import { type DeviceReport, deviceNames } from "./plan.ts";
import { draft, draftKey, openTabs, restored } from "./session.ts";

/**
 * The one contract between window, main process and engine process. Workflows travel as text, so that
 * every digit of a seed survives; pictures travel as PNG bytes. Inputs are parsed where they arrive.
 */

const device = z.enum(deviceNames);
/** Memory that networks and their calls may take, in GB; none = what the machine has free. */
const memoryGb = z.number().positive().nullable().optional();

/** A document that main knows: `handle` stands for a path that a person chose; the page never names paths. */
const opened = z.object({
  handle: z.string().nullable(),
  /** File name without folder and extension, or the name inside a picture. */
  name: z.string(),
  /** For display only. */
  path: z.string().nullable(),
  /** Text of the workflow, as in the file. */
  text: z.string(),
  /** True if it came out of a picture: saving asks for a new file. */
  fromPicture: z.boolean(),
});
export type OpenedDocument = z.infer<typeof opened>;

const recentFile = z.object({ handle: z.string(), name: z.string(), path: z.string() });
export type RecentFile = z.infer<typeof recentFile>;

export const settingsSchema = z.object({
  theme: z.enum(["system", "dark", "light"]),
  device,
  memoryGb,
  /** Size of everything in the window, 1 as designed. */
  scale: z.number().min(0.8).max(1.5),
  /** Whether things move on their way: as the system says, or never. */
  motion: z.enum(["system", "reduced"]),
  /** Shortcuts of the person's own, by command; an empty list takes them away. */
  keys: z.record(z.string(), z.array(z.string())),
  /** Layout of panels, opaque to main. */
  layout: z.record(z.string(), z.unknown()),
});
export type Settings = z.infer<typeof settingsSchema>;

/** What holds until a person sets something else. */
export const defaultSettings: Settings = {
  theme: "system",
  device: "auto",
  scale: 1,
  motion: "system",
  keys: {},
  layout: {},
};

const diagnostic = z.object({
  severity: z.enum(["error", "warning"]),
  node: z.string().nullable(),
  port: z.string().nullable(),
  message: z.string(),
});

const cost = z.object({
  nfe: z.number(),
  upperBound: z.boolean(),
  runs: z.number(),
  backward: z.number(),
  sessions: z.number(),
  bytes: z.number(),
  peakBytes: z.number(),
});

/** What planning found out about a document, for problems, cost chip and plots on cards. */
const checked = z.object({
  diagnostics: z.array(diagnostic),
  /** Forecast of the next run, cached steps not counted; null while there are errors. */
  cost: cost.nullable(),
  /** Estimated seconds of the next run, null before anything was measured. */
  seconds: z.number().nullable(),
  steps: z.array(z.object({ node: z.string(), cached: z.boolean(), nfe: z.number() })),
  /** Values known without running: sigmas of a schedule node, networks of a folder, and the like, by node. */
  known: z.record(
    z.string(),
    z.object({
      sigmas: z.array(z.number()).optional(),
      /** Of a node that cuts a schedule: its parts in their order, the first level of each the last of the one before. */
      parts: z.array(z.array(z.number())).optional(),
      networks: z.array(z.string()).optional(),
      /** Of a node that gives a curve: its value at each step of the walk. */
      curve: z.array(z.number()).optional(),
    }),
  ),
  /** Milliseconds the check took. */
  ms: z.number(),
});
export type Checked = z.infer<typeof checked>;

const example = z.object({
  name: z.string(),
  about: z.string(),
  text: z.string(),
  /** A picture of its results as WebP, null if there is none. */
  thumbnail: z.instanceof(Uint8Array).nullable(),
  isOwn: z.boolean(),
});
export type Example = z.infer<typeof example>;

const job = z.object({
  id: z.string(),
  /** Counts runs since the app started: "From run 14". */
  number: z.number(),
  document: z.string(),
  name: z.string(),
  state: z.enum(["waiting", "running"]),
});
export type Job = z.infer<typeof job>;

/** The text of a document and where relative paths in it start (a handle, or null for an unsaved one). */
const source = { document: z.string(), text: z.string(), handle: z.string().nullable() };
const nothing = z.object({});

/** Requests of the window, by name. `engine.*` are passed on to the engine process. */
export const calls = {
  "app.info": {
    in: nothing,
    out: z.object({
      version: z.string(),
      platform: z.string(),
      /** Folder that save nodes write to. */
      outputFolder: z.string(),
      maximized: z.boolean(),
      /** Nobody has started the program with this folder of settings before. */
      isFirstStart: z.boolean(),
      /** Text of the workflow to open with, when no document was restored. */
      welcome: z.string(),
    }),
  },
  "settings.get": { in: nothing, out: settingsSchema },
  "settings.set": { in: settingsSchema.partial(), out: settingsSchema },
  "window.control": { in: z.object({ action: z.enum(["minimize", "maximize", "close", "close-now"]) }), out: nothing },
  "document.open": { in: nothing, out: opened.nullable() },
  "document.openRecent": { in: z.object({ handle: z.string() }), out: opened },
  "document.recent": { in: nothing, out: z.array(recentFile) },
  /** A file the person dropped: the preload got its path from the File object and main gave a handle. */
  "document.openDropped": { in: z.object({ handle: z.string() }), out: opened },
  /** Fails with code `changed` if another program wrote the file since it was opened or saved. */
  "document.save": { in: z.object({ handle: z.string(), text: z.string() }), out: recentFile },
  "document.saveAs": { in: z.object({ suggestedName: z.string(), text: z.string() }), out: recentFile.nullable() },
  /** Writes a copy for others; the document keeps its file. */
  "document.share": {
    in: z.object({ suggestedName: z.string(), text: z.string() }),
    out: z.object({ path: z.string() }).nullable(),
  },
  /** Takes the file as it is on disk for known: the next save writes over what another program wrote. */
  "document.keepMine": { in: z.object({ handle: z.string() }), out: nothing },
  /** What was open when the app ended; asked once, at the start of the page. */
  "session.restore": { in: nothing, out: restored },
  "session.keep": { in: openTabs, out: nothing },
  /** Keeps a document that is not saved, against crashes. */
  "draft.keep": { in: draft, out: nothing },
  "draft.drop": { in: draftKey, out: nothing },
  /** Workflows to start from: those that come with the app, then the person's own. */
  "document.examples": { in: nothing, out: z.array(example) },
  /** Keeps a workflow as a template of the person's own, in place of one of the same name. */
  "template.save": {
    in: z.object({ name: z.string(), text: z.string(), thumbnail: z.instanceof(Uint8Array).nullable() }),
    out: nothing,
  },
  "template.remove": { in: z.object({ name: z.string() }), out: nothing },
  /** Lets the person choose a file or folder for a parameter; the path is relative to the document where it can be. */
  "path.choose": {
    in: z.object({
      what: z.enum(["model-folder", "image", "npy", "onnx", "checkpoint"]),
      handle: z.string().nullable(),
    }),
    out: z.object({ path: z.string() }).nullable(),
  },
  /** A dropped picture as a path for an image parameter. */
  "path.ofDropped": {
    in: z.object({ handle: z.string(), document: z.string().nullable() }),
    out: z.object({ path: z.string() }),
  },
  /** Pastes as the system's own key does: what was copied last arrives as an event of the page. */
  "clipboard.paste": { in: nothing, out: nothing },
  /** Keeps a picture that was pasted as a file. */
  "clipboard.keep": { in: z.object({ picture: z.instanceof(Uint8Array) }), out: z.object({ path: z.string() }) },
  /** Writes a picture that the last run left on a node to a file that the person chooses. */
  "image.export": {
    in: z.object({
      document: z.string(),
      node: z.string(),
      index: z.number().int().nonnegative(),
      format: z.enum(["png", "jpeg", "webp"]),
      bitDepth: z.union([z.literal(8), z.literal(16)]),
      embedWorkflow: z.boolean(),
      suggestedName: z.string(),
    }),
    out: z.object({ path: z.string() }).nullable(),
  },
  /** Writes a plot, drawn by the window, to a file that the person chooses. */
  "plot.export": {
    in: z.object({
      format: z.enum(["png", "svg", "csv"]),
      bytes: z.instanceof(Uint8Array),
      suggestedName: z.string(),
    }),
    out: z.object({ path: z.string() }).nullable(),
  },
  /** Writes a drawing of a graph to a file that the person chooses; a PNG carries the workflow. */
  "graph.export": {
    in: z.object({
      format: z.enum(["png", "svg"]),
      bytes: z.instanceof(Uint8Array),
      text: z.string(),
      suggestedName: z.string(),
    }),
    out: z.object({ path: z.string() }).nullable(),
  },
  /** Shows a file that a run wrote in the file manager. */
  "output.reveal": { in: z.object({ path: z.string() }), out: nothing },
  ...libraryCalls,
  "engine.check": { in: z.object({ ...source, device, memoryGb }), out: checked },
  /** Queues a run. Random and increment seeds are resolved here and come back as text. */
  "engine.run": {
    in: z.object({ ...source, device, memoryGb, name: z.string() }),
    out: z.object({ job, seeds: z.array(z.object({ node: z.string(), param: z.string(), seed: z.string() })) }),
  },
  "engine.stop": { in: z.object({ job: z.string() }), out: nothing },
  "engine.queue": { in: nothing, out: z.array(job) },
  "engine.devices": {
    in: nothing,
    out: z.array(z.object({ device, available: z.boolean(), reason: z.string().optional() })),
  },
} as const;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.infer<(typeof calls)[N]["in"]>;
export type CallOutput<N extends CallName> = z.infer<(typeof calls)[N]["out"]>;

/** Events to the window, by name. */
export interface WindowEvents {
  /** Something a job reports. */
  "job.event": { readonly job: string; readonly document: string; readonly number: number; readonly event: RunEvent };
  "queue.changed": { readonly jobs: readonly Job[] };
  "engine.status": {
    readonly state: "starting" | "ready" | "stopped";
    readonly reason?: string;
    readonly device?: DeviceReport;
  };
  "window.state": { readonly maximized: boolean; readonly focused: boolean };
  /** Something new about models on disk. */
  "library.changed": LibraryChange;
  /** Another program changed or removed an open file. */
  "document.changed": { readonly handle: string; readonly isGone: boolean };
  /** The person closes the window: the page asks about unsaved work, then calls window.control close-now. */
  "window.closing": Record<string, never>;
}
export type WindowEventName = keyof WindowEvents;

/** Errors cross processes as data. */
export interface ContractError {
  readonly code: "invalid" | "refused" | "not-found" | "io" | "changed" | "engine" | "bug";
  readonly message: string;
  readonly node?: string;
  readonly port?: string;
  readonly hint?: string;
}

export type CallResult<N extends CallName> =
  | { readonly ok: true; readonly value: CallOutput<N> }
  | { readonly ok: false; readonly error: ContractError };

/** What the preload puts on `window.fairlead`; nothing else crosses. */
export interface Bridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallResult<N>>;
  /** Returns a function that ends the subscription. */
  on<N extends WindowEventName>(name: N, listener: (event: WindowEvents[N]) => void): () => void;
  /** Takes a dropped File object: gives main its path and returns a handle for it. */
  dropped(file: object): Promise<string>;
}
