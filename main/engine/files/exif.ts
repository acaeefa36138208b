/**
 * Every whole ASCII text among the tags of the first directory of an EXIF block, whatever the byte order. Throws a RangeError
 * where the directory itself is cut off.
 */
export function exifTexts(block: Uint8Array): string[] {
  const texts: string[] = [];
  for (const { bytes, view, isLittle, at } of entries(block)) {
    if (view.getUint16(at + 2, isLittle) !== 2) continue;
    const length = view.getUint32(at + 4, isLittle);
    const from = length <= 4 ? at + 8 : view.getUint32(at + 8, isLittle);
    if (from + length > bytes.length) continue;
    texts.push(new TextDecoder().decode(bytes.subarray(from, from + length)).replace(/\0+$/, ""));
  }
  return texts;
}

/** Whether an EXIF block shows its picture turned by a quarter (orientation 5 to 8), so that width and height change places. */
export function exifTurns(block: Uint8Array): boolean {
  try {
    for (const { view, isLittle, at } of entries(block)) {
      if (view.getUint16(at, isLittle) !== 0x0112) continue;
      const orientation = view.getUint16(at + 8, isLittle);
      return orientation >= 5 && orientation <= 8;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return false;
}

interface Entry {
  /** The block from its byte order on: offsets inside it count from here. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly isLittle: boolean;
  readonly at: number;
}

/** The 12-byte entries of the first directory; none in what is no EXIF block. */
function* entries(block: Uint8Array): Generator<Entry> {
  const bytes = block.subarray(startsWith(block, "Exif\0\0") ? 6 : 0);
  const isLittle = startsWith(bytes, "II");
  if (!isLittle && !startsWith(bytes, "MM")) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = view.getUint32(4, isLittle);
  const count = view.getUint16(directory, isLittle);
  for (let i = 0; i < count; i++) yield { bytes, view, isLittle, at: directory + 2 + 12 * i };
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && [...text].every((character, i) => bytes[i] === character.charCodeAt(0));
}
