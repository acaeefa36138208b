import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import sharp from "sharp";
import { stemOf } from "./sideFiles.ts";

const endings = [".preview.png", ".preview.jpg", ".preview.jpeg", ".preview.webp", ".png", ".jpg", ".jpeg", ".webp"];
const mostBytes = 64e6;
const longestSide = 320;

type Metadata = Readonly<Record<string, string>>;

/** Names that the picture of a model can have, the first first; that of a folder lies inside. */
export function previewNames(path: string, isFolder: boolean): string[] {
  return endings.map((ending) => (isFolder ? "preview" : basename(stemOf(path))) + ending);
}

/** Path of the picture beside a model, null if there is none. */
export function previewFile(path: string, isFolder: boolean, siblings: ReadonlySet<string>): string | null {
  const name = previewNames(path, isFolder).find((one) => siblings.has(one));
  return name === undefined ? null : join(isFolder ? path : dirname(path), name);
}

/** The picture inside a header: a thumbnail of the model specification, or a cover that a merging program kept. */
export function embeddedPreview(metadata: Metadata): Buffer | null {
  const thumbnail = metadata["modelspec.thumbnail"];
  if (thumbnail !== undefined) return Buffer.from(thumbnail.replace(/^data:[^,]*,/, ""), "base64");
  try {
    const covers: unknown = JSON.parse(metadata.ssmd_cover_images ?? "[]");
    const first: unknown = Array.isArray(covers) ? covers[0] : null;
    return typeof first === "string" ? Buffer.from(first.replace(/^data:[^,]*,/, ""), "base64") : null;
  } catch {
    return null;
  }
}

/** A picture as a small WebP, null for what is none. It was decoded and encoded anew: nothing else of it remains. */
export async function thumbnail(picture: string | Buffer): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    if (typeof picture === "string" && (await stat(picture)).size > mostBytes) return null;
    const bytes = typeof picture === "string" ? await readFile(picture) : picture;
    const small = sharp(bytes).rotate().resize(longestSide, longestSide, { fit: "inside", withoutEnlargement: true });
    return new Uint8Array(await small.webp({ quality: 80 }).toBuffer());
  } catch {
    return null;
  }
}
