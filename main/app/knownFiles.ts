import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";

/**
 * The content that the app last read from, or wrote to, each open file: another content on disk means that another
 * program changed it.
 */
export interface KnownFiles {
  /** Takes the file as it is now for known; for bytes that were just written, without reading it again. */
  see(path: string, written?: Uint8Array): Promise<void>;
  /** Hash of the known content, null if the file was never seen. */
  known(path: string): string | null;
  /** Hash of the content at the last look. */
  seen(path: string): string | null;
  /** How the file stands to what is known. Reads it only if its size or time is another than at the last look. */
  compare(path: string): Promise<"same" | "changed" | "gone">;
}

interface Look {
  readonly hash: string;
  /** Size and times at the last look. */
  readonly stamp: string;
}

/** No file is known at first. */
export function createKnownFiles(): KnownFiles {
  const known = new Map<string, string>();
  const looks = new Map<string, Look>();

  const look = async (path: string): Promise<string> => {
    const stamp = await stampOf(path);
    const last = looks.get(path);
    if (last?.stamp === stamp) return last.hash;
    const hash = hashOf(await readFile(path));
    looks.set(path, { hash, stamp });
    return hash;
  };
  return {
    async see(path, written) {
      const hash = written === undefined ? await look(path).catch(() => null) : hashOf(written);
      if (hash !== null) known.set(path, hash);
    },
    known: (path) => known.get(path) ?? null,
    seen: (path) => looks.get(path)?.hash ?? null,
    async compare(path) {
      const expected = known.get(path);
      if (expected === undefined) return "same";
      try {
        return (await look(path)) === expected ? "same" : "changed";
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // A share that is away for a moment is no reason to speak of a lost file.
        return code === "ENOENT" || code === "ENOTDIR" ? "gone" : "same";
      }
    },
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function stampOf(path: string): Promise<string> {
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
  return [size, mtimeNs, ctimeNs, ino].join(" ");
}
