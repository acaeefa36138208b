import type { FieldHead, Scanner } from "./scanner.ts";

/** Where a message is read from. */
export interface Place {
  readonly scanner: Scanner;
  /** Name of the file, for weights that stay in it. */
  readonly file: string;
  readonly depth: number;
}

/** Steps over a number that nobody wants; other fields are stepped over by their length. */
export function skipInt(scanner: Scanner, field: FieldHead): void {
  if (field.wire === 0 && scanner.at === field.end) scanner.varint();
}

/** Float32 numbers of a field, packed or one by one. */
export function floatsOf(scanner: Scanner, end: number): number[] {
  const bytes = scanner.bytes(end - scanner.at);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getFloat32(4 * i, true));
}

/** Whole numbers of a field, packed or one by one. */
export function intsOf(scanner: Scanner, field: FieldHead): number[] {
  if (field.wire === 0) return [scanner.signed()];
  const values: number[] = [];
  while (scanner.at < field.end) values.push(scanner.signed());
  return values;
}
