import { joined } from "./bytes.ts";

/** Exif bytes with one ASCII tag ImageDescription (0x010E), little-endian, holding `fairlead:` and the text. */
function exif(text: string): Uint8Array {
  const value = new TextEncoder().encode(`fairlead:${text}\0`);
  const bytes = new Uint8Array(26 + value.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("II"), 0);
  view.setUint16(2, 42, true);
  view.setUint32(4, 8, true);
  view.setUint16(8, 1, true);
  view.setUint16(10, 0x010e, true);
  view.setUint16(12, 2, true);
  view.setUint32(14, value.length, true);
  view.setUint32(18, 26, true);
  bytes.set(value, 26);
  return bytes;
}

/** Payload of one application segment of a JPEG, without marker and length. */
const maxSegment = 65533;
/** Names our own segments: APP11 with this tag, then part number and number of parts (from 1), then the text. */
const segmentTag = "Fairlead\0";

/** A JPEG with a text in EXIF where it fits in one segment, else in several APP11 segments of our own. */
export function embedInJpeg(jpeg: Uint8Array, text: string): Uint8Array {
  const whole = exif(text);
  const marked = new Uint8Array(6 + whole.length);
  marked.set(new TextEncoder().encode("Exif\0\0"));
  marked.set(whole, 6);
  const segments = marked.length <= maxSegment ? [segment(0xe1, marked)] : textSegments(text);
  return joined([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

function textSegments(text: string): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const tag = new TextEncoder().encode(segmentTag);
  const room = maxSegment - tag.length - 4;
  const count = Math.ceil(bytes.length / room);
  return Array.from({ length: count }, (_, i) => {
    const part = bytes.subarray(i * room, (i + 1) * room);
    const data = new Uint8Array(tag.length + 4 + part.length);
    data.set(tag);
    new DataView(data.buffer).setUint16(tag.length, i + 1);
    new DataView(data.buffer).setUint16(tag.length + 2, count);
    data.set(part, tag.length + 4);
    return segment(0xeb, data);
  });
}

function segment(marker: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + data.length);
  bytes.set([0xff, marker]);
  new DataView(bytes.buffer).setUint16(2, data.length + 2);
  bytes.set(data, 4);
  return bytes;
}

/** A WebP with a text in an EXIF chunk; the simple file layout becomes the extended one that such chunks need. */
export function embedInWebp(webp: Uint8Array, text: string, width: number, height: number): Uint8Array {
  const chunks = [...riffChunks(webp)].filter(({ type }) => type !== "EXIF" && type !== "VP8X");
  const header = new Uint8Array(10);
  header[0] = 0x08 | (chunks.some(({ type }) => type === "ICCP") ? 0x20 : 0);
  writeUint24(header, 4, width - 1);
  writeUint24(header, 7, height - 1);
  const parts = [
    riffChunk("VP8X", header),
    ...chunks.map(({ type, data }) => riffChunk(type, data)),
    riffChunk("EXIF", exif(text)),
  ];
  const body = joined([new TextEncoder().encode("WEBP"), ...parts]);
  return riffChunk("RIFF", body);
}

function writeUint24(bytes: Uint8Array, at: number, value: number): void {
  bytes.set([value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff], at);
}

function riffChunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + data.length + (data.length % 2));
  bytes.set(new TextEncoder().encode(type));
  new DataView(bytes.buffer).setUint32(4, data.length, true);
  bytes.set(data, 8);
  return bytes;
}

/** Chunks of a WebP file in order, as far as it is whole. */
export function* riffChunks(bytes: Uint8Array): Generator<{ readonly type: string; readonly data: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > bytes.length) return;
    yield {
      type: new TextDecoder("latin1").decode(bytes.subarray(at, at + 4)),
      data: bytes.subarray(at + 8, at + 8 + length),
    };
    at += 8 + length + (length % 2);
  }
}

/** Application segments of a JPEG in order, as far as it is whole. */
export function* jpegSegments(bytes: Uint8Array): Generator<{ readonly marker: number; readonly data: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1];
    const length = view.getUint16(at + 2);
    if (marker === 0xda || length < 2 || at + 2 + length > bytes.length) return;
    yield { marker, data: bytes.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}

/** The text that our own segments of a JPEG carry, or null if there is none or a part is missing. */
export function segmentText(bytes: Uint8Array): string | null {
  const tag = new TextEncoder().encode(segmentTag);
  const parts = new Map<number, Uint8Array>();
  let count = 0;
  for (const { marker, data } of jpegSegments(bytes)) {
    if (marker !== 0xeb || data.length < tag.length + 4 || tag.some((byte, i) => data[i] !== byte)) continue;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    count = view.getUint16(tag.length + 2);
    parts.set(view.getUint16(tag.length), data.subarray(tag.length + 4));
  }
  if (count === 0 || parts.size !== count) return null;
  const ordered = Array.from({ length: count }, (_, i) => parts.get(i + 1) ?? new Uint8Array(0));
  return new TextDecoder().decode(joined(ordered));
}
