import { exifTurns } from "./exif.ts";
import { isPng } from "./png.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Width and height in pixels of a PNG, JPEG (as its EXIF rotation shows it) or WebP from its first bytes, or null. */
export function imageSize(bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isPng(bytes) && bytes.length >= 24) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (isWebp(bytes)) return webpSize(bytes, view);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegSize(bytes, view);
  return null;
}

/** Whether bytes begin as a WebP file does. */
export function isWebp(bytes: Uint8Array): boolean {
  const tag = (at: number) => new TextDecoder("latin1").decode(bytes.subarray(at, at + 4));
  return bytes.length >= 16 && tag(0) === "RIFF" && tag(8) === "WEBP";
}

function webpSize(bytes: Uint8Array, view: DataView): Size | null {
  const kind = new TextDecoder("latin1").decode(bytes.subarray(12, 16));
  if (bytes.length < 30) return null;
  const three = (at: number) => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
  if (kind === "VP8X") return { width: three(24) + 1, height: three(27) + 1 };
  if (kind === "VP8 ") return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** Walks the segments to the frame header (SOF0–15 without DHT, JPG and DAC). */
function jpegSize(bytes: Uint8Array, view: DataView): Size | null {
  let isTurned = false;
  for (let at = 2; at + 9 < view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
    if (isFrame) return isTurned ? { width: height, height: width } : { width, height };
    const end = at + 2 + view.getUint16(at + 2);
    if (marker === 0xe1) isTurned ||= exifTurns(bytes.subarray(at + 4, end));
    at = end;
  }
  return null;
}
