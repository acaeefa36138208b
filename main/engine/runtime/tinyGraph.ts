/** One varint. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

const number = (id: number, value: number) => [...varint(id * 8), ...varint(value)];
const bytes = (id: number, value: readonly number[]) => [...varint(id * 8 + 2), ...varint(value.length), ...value];
const text = (id: number, value: string) => bytes(id, [...new TextEncoder().encode(value)]);

/** ValueInfoProto of a float tensor [n, 4]. */
function port(name: string): number[] {
  const dim = (value: number[]) => bytes(1, value);
  const shape = [...dim(text(2, "n")), ...dim(number(1, 4))];
  return [...text(1, name), ...bytes(2, bytes(1, [...number(1, 1), ...bytes(2, shape)]))];
}

/** An ONNX file of y = x + x, x of [n, 4]: enough to see whether a provider works. */
export function tinyGraph(): Uint8Array {
  const node = [...text(1, "x"), ...text(1, "x"), ...text(2, "y"), ...text(4, "Add")];
  const graph = [...bytes(1, node), ...text(2, "probe"), ...bytes(11, port("x")), ...bytes(12, port("y"))];
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, number(2, 17))]);
}
