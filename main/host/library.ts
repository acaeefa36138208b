// The model library in a process of its own: thousands of headers, pictures of unknown origin and hashes of gigabytes
// hold up neither the window nor a run.

import type { ContractError } from "../../shared/contract.ts";
import { createLibrary } from "../engine/library/library.ts";
import type { Library, LibraryMessage, LibraryMethod, LibraryOptions } from "../engine/library/libraryTypes.ts";

interface Request {
  readonly id: number;
  readonly method: LibraryMethod;
  readonly input: readonly unknown[];
}

function asData(thrown: unknown): ContractError {
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === "refused") return { code, message };
  return { code: typeof code === "string" ? "io" : "bug", message: message ?? String(thrown) };
}

function serve(library: Library, send: (message: LibraryMessage) => void): void {
  process.parentPort.on("message", ({ data: { id, method, input } }: { data: Request }) => {
    const answer = library[method] as (...input: readonly unknown[]) => unknown;
    Promise.resolve()
      .then(() => answer(...input))
      .then(
        (result) => send({ id, result }),
        (error: unknown) => send({ id, error: asData(error) }),
      );
  });
}

const send = (message: LibraryMessage): void => process.parentPort.postMessage(message);
const options = JSON.parse(process.argv[2] ?? "{}") as LibraryOptions;
serve(
  createLibrary(options, (event) => send({ event })),
  send,
);
