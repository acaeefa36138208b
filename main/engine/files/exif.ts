/** Every ASCII text among the tags of the first directory of an EXIF block, whatever the byte order. Throws a RangeError for a damaged one. */
export function exifTexts(block: Uint8Array): string[] {
  const start = startsWith(block, "Exif\0\0") ? 6 : 0;
  const bytes = block.subarray(start);
  const isLittle = startsWith(bytes, "II");
  if (!isLittle && !startsWith(bytes, "MM")) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = view.getUint32(4, isLittle);
  const count = view.getUint16(directory, isLittle);
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const at = directory + 2 + 12 * i;
    if (view.getUint16(at + 2, isLittle) !== 2) continue;
    const length = view.getUint32(at + 4, isLittle);
    const from = length <= 4 ? at + 8 : view.getUint32(at + 8, isLittle);
    if (from + length > bytes.length) throw new RangeError("A text of this EXIF block is cut off.");
    texts.push(new TextDecoder().decode(bytes.subarray(from, from + length)).replace(/\0+$/, ""));
  }
  return texts;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && [...text].every((character, i) => bytes[i] === character.charCodeAt(0));
}
