import { pngChunks } from "./png.ts";

/** From a share of the greatest level to that in sRGB. */
export type Tone = (level: number) => number;

/** What a PNG without any other statement of its colours is taken for: sRGB's own curve is near this one. */
const usualGamma = 45455;

/**
 * How levels of a PNG become those of sRGB where it states nothing but a power of the light (`gAMA`); null where a
 * profile or a standard decides, or where the power is that of an ordinary screen.
 */
export function gammaTone(png: Uint8Array): Tone | null {
  let stated: number | null = null;
  for (const { type, data } of pngChunks(png)) {
    if (type === "iCCP" || type === "sRGB" || type === "cICP") return null;
    if (type === "gAMA" && data.length === 4) stated = new DataView(data.buffer, data.byteOffset).getUint32(0);
    if (type === "IDAT") break;
  }
  if (stated === null || stated === 0 || Math.abs(stated / usualGamma - 1) < 0.02) return null;
  const exponent = 100_000 / stated;
  return (level) => encoded(level ** exponent);
}

/** How levels of a grey ICC profile become those of sRGB, by its curve; null for a profile without one that is known. */
export function greyProfileTone(profile: Uint8Array): Tone | null {
  try {
    const light = lightOf(profile);
    return light && ((level) => encoded(light(level)));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** sRGB's curve (IEC 61966-2-1). */
function encoded(light: number): number {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** The curve of a grey profile (tag `kTRC`), from level to light, as ICC.1 has it: a power, a table, or a formula. */
function lightOf(profile: Uint8Array): Tone | null {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  const count = Math.min(view.getUint32(128), 100);
  const tag = Array.from({ length: count }, (_, i) => 132 + 12 * i).find((at) => nameAt(view, at) === "kTRC");
  if (nameAt(view, 16) !== "GRAY" || tag === undefined) return null;
  const at = view.getUint32(tag + 4);
  if (nameAt(view, at) === "para") return formula(view, at);
  const points = view.getUint32(at + 8);
  if (nameAt(view, at) !== "curv" || points > 65536) return null;
  if (points === 0) return (level) => level;
  if (points === 1) return power(view.getUint16(at + 12) / 256);
  const table = Array.from({ length: points }, (_, i) => view.getUint16(at + 12 + 2 * i) / 65535);
  return (level) => between(table, level);
}

const power =
  (exponent: number): Tone =>
  (level) =>
    level ** exponent;

function between(table: readonly number[], level: number): number {
  const place = level * (table.length - 1);
  const below = Math.min(Math.floor(place), table.length - 2);
  const [low = 0, high = 0] = [table[below], table[below + 1]];
  return low + (high - low) * (place - below);
}

/** Numbers that the formulas 0 to 4 have. */
const formulaLengths = [1, 3, 4, 5, 7];

/** (a x + b)^g + e from d on, c x + f below. */
function formula(view: DataView, at: number): Tone | null {
  const kind = view.getUint16(at + 8);
  const length = formulaLengths[kind];
  if (length === undefined) return null;
  const values = Array.from({ length }, (_, i) => view.getInt32(at + 12 + 4 * i) / 65536);
  const [g = 1, a = 1, b = 0, third = 0, fourth = 0, e = 0, f = 0] = values;
  // The second and third formula begin where their power would; the third adds its last number everywhere.
  const isOld = kind === 1 || kind === 2;
  const [c, d] = isOld ? [0, -b / a] : [third, fourth];
  const [high, low] = kind === 2 ? [third, third] : [e, f];
  return (level) => (kind === 0 || level >= d ? (a * level + b) ** g + high : c * level + low);
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(...Array.from({ length: 4 }, (_, i) => view.getUint8(at + i)));
}
