import type { KnownFiles } from "./knownFiles.ts";

interface Watched {
  /** Files that are open now. */
  readonly paths: () => readonly string[];
  readonly known: KnownFiles;
  /** Calls what it is given when the person comes back to the window. */
  readonly onFocus: (look: () => void) => void;
}

const everyMs = 2000;

/**
 * Tells once when another program changes or removes an open file, and again when it changes once more. Looks every
 * two seconds and when the window gets the focus: the notices of file systems miss network shares and renamed folders.
 * Returns a function that ends it.
 */
export function watchFiles(
  { paths, known, onFocus }: Watched,
  tell: (path: string, isGone: boolean) => void,
): () => void {
  const told = new Map<string, string>();
  let isLooking = false;

  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    for (const path of paths()) {
      const state = await known.compare(path);
      const news = state === "changed" ? `changed ${known.seen(path)}` : state;
      if (state !== "same" && told.get(path) !== news) tell(path, state === "gone");
      told.set(path, news);
    }
    isLooking = false;
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  onFocus(() => void look());
  return () => clearInterval(timer);
}
