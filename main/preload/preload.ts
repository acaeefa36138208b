import { contextBridge, ipcRenderer, webUtils } from "electron";
import type { Bridge, CallResult, WindowEventName, WindowEvents } from "../../shared/contract.ts";

// Names and inputs are checked in the main process: a page that got hold of the bridge could change what runs here.

const listeners = new Map<string, Set<(event: never) => void>>();
ipcRenderer.on("event", (_, name: string, event: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(event as never);
});

/** Absolute path of a file that the person dropped. Electron before 32 keeps it on the File object. */
function pathOf(file: unknown): string {
  if (!(file instanceof File)) throw new Error("Only a dropped file has a path.");
  return webUtils?.getPathForFile(file) ?? (file as { readonly path?: string }).path ?? "";
}

const bridge: Bridge = {
  call: (name, input) => ipcRenderer.invoke("call", name, input) as Promise<CallResult<typeof name>>,
  on<N extends WindowEventName>(name: N, listener: (event: WindowEvents[N]) => void) {
    const set = listeners.get(name) ?? new Set();
    listeners.set(name, set);
    set.add(listener);
    return () => void set.delete(listener);
  },
  dropped: async (file) => (await ipcRenderer.invoke("grant", pathOf(file))) as string,
};

contextBridge.exposeInMainWorld("fairlead", bridge);
