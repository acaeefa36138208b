import { useEffect, useState } from "react";
import type { LibraryEntry } from "../../../shared/library.ts";
import { call } from "../../state/bridge.ts";

/** Pictures that were shown, the last used last: scrolling back costs nothing, and memory is bounded. */
const kept = new Map<string, Promise<string | null>>();
const mostKept = 300;

function load({ id, modified, beside }: LibraryEntry): Promise<string | null> {
  const key = [id, modified, ...beside].join("\n");
  const known = kept.get(key) ?? fetchPicture(id);
  kept.delete(key);
  kept.set(key, known);
  const [oldest] = kept;
  if (kept.size > mostKept && oldest !== undefined) {
    kept.delete(oldest[0]);
    void oldest[1].then((url) => url !== null && URL.revokeObjectURL(url));
  }
  return known;
}

async function fetchPicture(id: string): Promise<string | null> {
  const { picture } = await call("library.preview", { id }).catch(() => ({ picture: null }));
  return picture === null ? null : URL.createObjectURL(new Blob([new Uint8Array(picture)], { type: "image/webp" }));
}

/** Address of a model's picture; null while there is none. */
export function usePreview(entry: LibraryEntry): string | null {
  const [url, setUrl] = useState<string | null>(null);
  const { hasPreview } = entry;
  useEffect(() => {
    let isShown = true;
    setUrl(null);
    if (hasPreview) void load(entry).then((next) => isShown && setUrl(next));
    return () => {
      isShown = false;
    };
  }, [entry, hasPreview]);
  return url;
}
