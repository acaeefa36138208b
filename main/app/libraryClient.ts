import type { LibraryChange } from "../../shared/library.ts";
import type { LibraryMessage, LibraryMethod, LibraryMethods } from "../engine/library/libraryTypes.ts";
import type { HostProcess } from "./engineClient.ts";
import { createPendingCalls } from "./pendingCalls.ts";

/** The model library in its own process, started when it is first asked, and again after it died. */
export interface LibraryClient {
  call<M extends LibraryMethod>(method: M, ...input: LibraryMethods[M]["in"]): Promise<LibraryMethods[M]["out"]>;
  close(): void;
}

/** A client of the process that `spawn` starts; `emit` gets what the library says. */
export function createLibraryClient(
  spawn: () => HostProcess<LibraryMethod, LibraryMessage>,
  emit: (change: LibraryChange) => void,
): LibraryClient {
  const pending = createPendingCalls();
  let host: HostProcess<LibraryMethod, LibraryMessage> | null = null;
  const start = () => {
    const started = spawn();
    started.onMessage((message) => ("event" in message ? emit(message.event) : pending.settle(message)));
    started.onExit(() => {
      host = null;
      pending.rejectAll("The model library stopped unexpectedly. Try again; no file was harmed.");
      emit({ scan: null });
    });
    return started;
  };
  return {
    async call(method, ...input) {
      host ??= start();
      const { id, answer } = pending.add();
      host.post({ id, method, input });
      return (await answer) as LibraryMethods[typeof method]["out"];
    },
    close: () => host?.kill(),
  };
}
