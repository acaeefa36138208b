import type { OpenedDocument, RecentFile } from "../../shared/contract.ts";
import type { Dialogs } from "./dialogs.ts";
import {
  documentName,
  isPicture,
  refuseDocumentName,
  safeName,
  withExtension,
  workflowExtension,
} from "./documentName.ts";
import { Failure } from "./failure.ts";
import type { Handles } from "./handles.ts";
import type { KnownFiles } from "./knownFiles.ts";
import type { Recent } from "./recent.ts";

/** What documents need of the disk. */
export interface DocumentFiles {
  /** Text of the workflow in a file, or in the picture that carries it. */
  readWorkflow(path: string): Promise<string>;
  /** Writes a file as a whole or not at all. */
  write(path: string, bytes: Uint8Array): Promise<void>;
}

/** Opening and saving, as the window asks for it. */
export interface Documents {
  open(): Promise<OpenedDocument | null>;
  openHandle(handle: string): Promise<OpenedDocument>;
  save(handle: string, text: string): Promise<RecentFile>;
  saveAs(suggestedName: string, text: string): Promise<RecentFile | null>;
  /** Writes a copy for others, which is not the document's file. */
  share(suggestedName: string, text: string): Promise<{ path: string } | null>;
  /** Lets the next save write over what another program wrote. */
  keepMine(handle: string): Promise<void>;
}

interface Parts {
  readonly files: DocumentFiles;
  readonly dialogs: Dialogs;
  readonly handles: Handles;
  readonly recent: Recent;
  readonly known: KnownFiles;
}

export function createDocuments({ files, dialogs, handles, recent, known }: Parts): Documents {
  const openPath = async (path: string): Promise<OpenedDocument> => {
    const text = await files.readWorkflow(path);
    if (isPicture(path)) {
      return { handle: null, name: nameInside(text) ?? documentName(path), path, text, fromPicture: true };
    }
    await known.see(path);
    const { handle, name } = await recent.add(path);
    return { handle, name, path, text, fromPicture: false };
  };
  const writeNew = async (path: string, text: string): Promise<Uint8Array> => {
    if (isPicture(path))
      throw new Failure("refused", "A workflow is not written over a picture. Save it as a new file.");
    const problem = refuseDocumentName(path);
    if (problem !== null) throw new Failure("refused", problem);
    const bytes = new TextEncoder().encode(text);
    await files.write(path, bytes);
    return bytes;
  };
  const write = async (path: string, text: string): Promise<RecentFile> => {
    await known.see(path, await writeNew(path, text));
    return recent.add(path);
  };
  return {
    async open() {
      const path = await dialogs.open("workflow");
      return path === null ? null : openPath(path);
    },
    openHandle: async (handle) => openPath(handles.path(handle)),
    async save(handle, text) {
      const path = handles.path(handle);
      if ((await known.compare(path)) === "changed") {
        throw new Failure("changed", `Another program changed ${path}. Reload it, or keep your version.`);
      }
      return write(path, text);
    },
    async share(suggestedName, text) {
      const chosen = await dialogs.save(`${safeName(suggestedName)}${workflowExtension}`, "workflow");
      if (chosen === null) return null;
      const path = withExtension(chosen);
      await writeNew(path, text);
      return { path };
    },
    keepMine: (handle) => known.see(handles.path(handle)),
    async saveAs(suggestedName, text) {
      const path = await dialogs.save(`${safeName(suggestedName)}${workflowExtension}`, "workflow");
      return path === null ? null : write(withExtension(path), text);
    },
  };
}

/** The name that a workflow gives itself, if it has one. */
function nameInside(text: string): string | null {
  try {
    const { name } = JSON.parse(text) as { name?: unknown };
    return typeof name === "string" && name !== "" ? name : null;
  } catch {
    return null;
  }
}
