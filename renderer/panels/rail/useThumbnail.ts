import { useEffect, useState } from "react";

/** Address of a WebP picture in memory, null without one; let go with the component. */
export function useThumbnail(bytes: Uint8Array | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (bytes === null) return setUrl(null);
    const next = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: "image/webp" }));
    setUrl(next);
    return () => URL.revokeObjectURL(next);
  }, [bytes]);
  return url;
}
