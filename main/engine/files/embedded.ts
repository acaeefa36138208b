import { open, readFile, stat } from "node:fs/promises";
import { jpegSegments, riffChunks, segmentText } from "./embed.ts";
import { exifTexts } from "./exif.ts";
import { describeFileError } from "./fileError.ts";
import { isWebp } from "./imageSize.ts";
import { isPng, pngTexts } from "./png.ts";

const maxTextBytes = 64 * 1024 * 1024;
const maxPictureBytes = 512 * 1024 * 1024;

/** The workflow that a picture carries, as text, or null. Never throws, however damaged the file is. */
export function readEmbeddedWorkflow(bytes: Uint8Array): string | null {
  if (isPng(bytes)) return pngTexts(bytes).get("fairlead") ?? null;
  if (isWebp(bytes))
    return fromExif([...riffChunks(bytes)].filter(({ type }) => type === "EXIF").map(({ data }) => data));
  if (isJpeg(bytes)) {
    return (
      segmentText(bytes) ??
      fromExif([...jpegSegments(bytes)].filter(({ marker }) => marker === 0xe1).map(({ data }) => data))
    );
  }
  return null;
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

function fromExif(blocks: readonly Uint8Array[]): string | null {
  const prefix = "fairlead:";
  const found = blocks.flatMap(readableTexts).find((text) => text.startsWith(prefix));
  return found === undefined ? null : found.slice(prefix.length);
}

/** A damaged block of one program does not hide what another wrote. */
function readableTexts(block: Uint8Array): string[] {
  try {
    return exifTexts(block);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

export type ReadWorkflow = { readonly text: string; readonly fromPicture: boolean } | { readonly problem: string };

/** Reads a workflow file, or the workflow inside a picture. A problem is a sentence that names the file. */
export async function readWorkflowFile(path: string): Promise<ReadWorkflow> {
  try {
    const kind = await kindOf(path);
    if ("problem" in kind) return kind;
    const bytes = await readFile(path);
    if (!kind.isPicture) return { text: new TextDecoder().decode(bytes), fromPicture: false };
    const text = readEmbeddedWorkflow(bytes);
    return text === null ? { problem: `There is no workflow in ${path}.` } : { text, fromPicture: true };
  } catch (error) {
    return { problem: describeFileError("Reading", path, error).message };
  }
}

/** Looks at the beginning and the size only, so that a huge file of something else is refused at once. */
async function kindOf(path: string): Promise<{ readonly isPicture: boolean } | { readonly problem: string }> {
  // Before opening: a named pipe would wait there for a writer.
  const info = await stat(path);
  if (info.isDirectory()) return { problem: `${path} is a folder, not a workflow.` };
  if (!info.isFile()) return { problem: `${path} is a device, not a workflow.` };
  const file = await open(path);
  try {
    const head = new Uint8Array(4096);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const start = head.subarray(0, bytesRead);
    const isPicture = isPng(start) || isWebp(start) || isJpeg(start);
    if (info.size > (isPicture ? maxPictureBytes : maxTextBytes))
      return { problem: `${path} is too large to be a workflow (${Math.round(info.size / 1e6)} MB).` };
    if (!isPicture && !looksLikeText(start))
      return { problem: `${path} is neither a workflow nor a picture that carries one.` };
    return { isPicture };
  } finally {
    await file.close();
  }
}

/** Text has no control characters but tabs and line ends, and decodes as UTF-8. */
function looksLikeText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
