/**
 * The example tables of the JPEG standard (ITU-T T.81, annex K), which most encoders use: quantisation at quality 50, and
 * the lengths of Huffman codes.
 */

/** Quantisation of brightness, row by row. */
export const brightnessSteps: readonly number[] = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];

/** Quantisation of colour: 99 outside the top left corner. */
export const colourSteps: readonly number[] = Array.from({ length: 64 }, (_, i) => {
  const corner = [
    [17, 18, 24, 47],
    [18, 21, 26, 66],
    [24, 26, 56, 99],
    [47, 66, 99, 99],
  ];
  return corner[i >> 3]?.[i & 7] ?? 99;
});

/** Code lengths of the sizes of a block's first number, by size in bits. */
export const firstLengths = {
  brightness: [2, 3, 3, 3, 3, 3, 4, 5, 6, 7, 8, 9],
  colour: [2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
} as const;

/** Symbols of the other numbers, two hexadecimal digits each (zeros before, size in bits), by code length from 1 on. */
const symbols = {
  brightness: "|0102|03|000411|051221|3141|06135161|072271|14328191a1|082342b1c1|1552d1f0|24336272|||82",
  colour: "|0001|02|0311|04052131|06124151|076171|13223281|08144291a1b1c1|09233352f0|156272d1|0a162434||e1|25f1",
} as const;

/** Code length of every symbol; all that are not named have 16 bits. */
function lengthsOf(text: string): Uint8Array {
  const lengths = new Uint8Array(256).fill(16);
  for (const [i, row] of text.split("|").entries()) {
    for (let at = 0; at < row.length; at += 2) lengths[Number.parseInt(row.slice(at, at + 2), 16)] = i + 1;
  }
  return lengths;
}

export const otherLengths = { brightness: lengthsOf(symbols.brightness), colour: lengthsOf(symbols.colour) };

/** Places of a block from low to high frequencies: along the diagonals, to and fro. */
export const zigzag: readonly number[] = Array.from({ length: 64 }, (_, i) => i).sort((a, b) => {
  const diagonal = (i: number) => (i >> 3) + (i & 7);
  const along = (i: number) => (diagonal(i) % 2 === 0 ? i & 7 : i >> 3);
  return diagonal(a) - diagonal(b) || along(a) - along(b);
});
