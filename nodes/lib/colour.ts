/** Red, green and blue, 0..1, of a colour written as #rrggbb. */
export function colourNumbers(colour: string): readonly [number, number, number] {
  const channel = (at: number) => Number.parseInt(colour.slice(at, at + 2), 16) / 255;
  return [channel(1), channel(3), channel(5)];
}
