import { isAbsolute } from "node:path";
import { type IpcMainInvokeEvent, ipcMain } from "electron";
import { dispatch, type Handlers } from "./dispatch.ts";
import { Failure, toContractError } from "./failure.ts";
import type { Handles } from "./handles.ts";

/** Answers the page's calls, and the preload when a person drops a file. `isOurs` says whether a sender is the page. */
export function serveIpc(handlers: Handlers, handles: Handles, isOurs: (event: IpcMainInvokeEvent) => boolean): void {
  ipcMain.handle("call", async (event, name: unknown, input: unknown) => {
    if (isOurs(event)) return dispatch(handlers, name, input);
    return { ok: false, error: toContractError(new Failure("refused", "Only the window of the app may call it.")) };
  });
  ipcMain.handle("grant", (event, path: unknown) => {
    if (!isOurs(event) || typeof path !== "string" || !isAbsolute(path)) throw new Error("No file was dropped.");
    return handles.grant(path);
  });
}
