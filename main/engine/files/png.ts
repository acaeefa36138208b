import { crc32, deflateSync } from "node:zlib";
import { joined } from "./bytes.ts";

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** CRC-32 of a PNG chunk; zlib's own is there from Node 20.15 and 22.2. */
function checksum(bytes: Uint8Array): number {
  if (typeof crc32 === "function") return crc32(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, checksum(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

export interface PngImage {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: 8 | 16;
  /** RGB samples, row by row; 16-bit samples big-endian. */
  readonly samples: Uint8Array;
  /** Texts by keyword, ASCII. */
  readonly texts: Readonly<Record<string, string>>;
  /** zlib level: 1 for previews. */
  readonly level: number;
}

/** A PNG file of RGB samples, marked as sRGB, with texts in uncompressed tEXt chunks. Equal input gives equal bytes. */
export function writePng({ width, height, bitDepth, samples, texts, level }: PngImage): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([bitDepth, 2, 0, 0, 0], 8);
  const parts = [signature, chunk("IHDR", header), chunk("sRGB", Uint8Array.of(0))];
  for (const [keyword, text] of Object.entries(texts))
    parts.push(chunk("tEXt", new TextEncoder().encode(`${keyword}\0${text}`)));
  parts.push(chunk("IDAT", deflateSync(filtered(samples, height), { level })), chunk("IEND", new Uint8Array(0)));
  return joined(parts);
}

/** A PNG file of another program with a text, ASCII, right after its header: readers find it without the picture. */
export function embedInPng(png: Uint8Array, text: string, keyword = "fairlead"): Uint8Array {
  const afterHeader = signature.length + 25;
  const data = new TextEncoder().encode(`${keyword}\0${text}`);
  return joined([png.subarray(0, afterHeader), chunk("tEXt", data), png.subarray(afterHeader)]);
}

/** Rows with the `Up` filter (each byte minus the one above): good for pictures, one pass, no choice to make. */
function filtered(samples: Uint8Array, height: number): Uint8Array {
  const stride = samples.length / height;
  const rows = new Uint8Array((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    const out = y * (stride + 1);
    rows[out] = 2;
    for (let i = 0; i < stride; i++) {
      const above = y === 0 ? 0 : samples[(y - 1) * stride + i];
      rows[out + 1 + i] = samples[y * stride + i] - above;
    }
  }
  return rows;
}

/** Whether bytes begin as a PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && signature.every((byte, i) => bytes[i] === byte);
}

/** Chunks of a PNG file in order, as far as it is whole. */
export function* pngChunks(bytes: Uint8Array): Generator<{ readonly type: string; readonly data: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) return;
    const type = new TextDecoder("latin1").decode(bytes.subarray(at + 4, at + 8));
    yield { type, data: bytes.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

/** Texts of a PNG file by keyword: tEXt, and iTXt that is not compressed. */
export function pngTexts(bytes: Uint8Array): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { type, data } of pngChunks(bytes)) {
    if (type !== "tEXt" && type !== "iTXt") continue;
    const end = data.indexOf(0);
    if (end <= 0) continue;
    const keyword = new TextDecoder("latin1").decode(data.subarray(0, end));
    const text =
      type === "tEXt" ? new TextDecoder("latin1").decode(data.subarray(end + 1)) : internationalText(data, end);
    if (text !== null && !texts.has(keyword)) texts.set(keyword, text);
  }
  return texts;
}

/** iTXt: keyword 0, compression flag and method, language 0, translated keyword 0, text. */
function internationalText(data: Uint8Array, end: number): string | null {
  if (data[end + 1] !== 0) return null;
  const language = data.indexOf(0, end + 3);
  const keyword = language < 0 ? -1 : data.indexOf(0, language + 1);
  return keyword < 0 ? null : new TextDecoder().decode(data.subarray(keyword + 1));
}
