import { randomUUID } from "node:crypto";
import { Failure } from "./failure.ts";

/**
 * The paths that a person chose in this app, under random names. The page knows only the names: it can read and write
 * what was chosen in a dialog, dropped on the window or opened before, and nothing else.
 */
export interface Handles {
  /** The handle of an absolute path; the same path keeps its handle. */
  grant(path: string): string;
  /** The path behind a handle. Throws `not-found` for a handle that was never given out. */
  path(handle: string): string;
  /** Takes over a handle of an earlier start, so that restored documents find their files. */
  restore(handle: string, path: string): void;
}

/** An empty set of handles. */
export function createHandles(): Handles {
  const paths = new Map<string, string>();
  const handles = new Map<string, string>();
  const restore = (handle: string, path: string): void => {
    paths.set(handle, path);
    handles.set(path, handle);
  };
  return {
    restore,
    grant(path) {
      const known = handles.get(path);
      if (known !== undefined) return known;
      const handle = randomUUID();
      restore(handle, path);
      return handle;
    },
    path(handle) {
      const path = paths.get(handle);
      if (path === undefined) throw new Failure("not-found", "This file is not open any more. Open it again.");
      return path;
    },
  };
}
