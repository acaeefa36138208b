import type { LengthMap } from "../../../shared/tensor/measure.ts";

/** From nothing to the greatest length: dark violet over red and orange to pale yellow, even in lightness. */
const stops = [
  [8, 6, 28],
  [72, 18, 92],
  [150, 38, 92],
  [221, 81, 58],
  [249, 158, 40],
  [252, 252, 176],
] as const;

/** Colour of a level from 0 to 255 as [red, green, blue]. */
export function heatColour(level: number): readonly [number, number, number] {
  const place = (Math.min(255, Math.max(0, level)) / 255) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  const [low, high] = [stops[index] ?? stops[0], stops[index + 1] ?? stops[0]];
  const share = place - index;
  const mix = (channel: 0 | 1 | 2) => Math.round(low[channel] + share * (high[channel] - low[channel]));
  return [mix(0), mix(1), mix(2)];
}

/** The scale of colours from left to right, for a style. */
export const heatGradient = `linear-gradient(to right, ${stops.map((stop) => `rgb(${stop.join(" ")})`).join(", ")})`;

/** RGBA pixels of a map, row by row. */
export function heatPixels({ levels }: LengthMap): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(levels.length * 4);
  levels.forEach((level, i) => {
    pixels.set([...heatColour(level), 255], i * 4);
  });
  return pixels;
}
