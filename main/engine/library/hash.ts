import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

const chunkBytes = 4 * 1024 * 1024;

/** SHA-256 of a file as lower-case hex. Rejects when `signal` aborts. */
export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  const stream = createReadStream(path, { highWaterMark: chunkBytes, ...(signal && { signal }) });
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
