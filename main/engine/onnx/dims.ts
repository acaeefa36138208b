/**
 * A side of a shape: a number, or a text that stands for a number which only a run knows. Equal texts are equal numbers.
 * A product of unknown sides is written with its factors in order, so that it can be divided again.
 */
export type Dim = number | string;

let fresh = 0;

/** A side of which nothing is known, not even that it equals another. */
export function unknownDim(): Dim {
  fresh += 1;
  return `?${fresh}`;
}

/** Texts that grow beyond this say no more than that the side is unknown. */
const maxLength = 160;
const bounded = (text: string): Dim => (text.length > maxLength ? unknownDim() : text);

interface Product {
  readonly coefficient: number;
  readonly factors: readonly string[];
}

function productOf(dim: Dim): Product {
  if (typeof dim === "number") return { coefficient: dim, factors: [] };
  const parts = dim.split("·");
  const coefficient = Number(parts[0]);
  return Number.isNaN(coefficient) ? { coefficient: 1, factors: parts } : { coefficient, factors: parts.slice(1) };
}

function written({ coefficient, factors }: Product): Dim {
  if (factors.length === 0 || coefficient === 0) return coefficient;
  const sorted = [...factors].sort();
  return bounded((coefficient === 1 ? sorted : [String(coefficient), ...sorted]).join("·"));
}

/** a · b */
export function timesDim(a: Dim, b: Dim): Dim {
  const [left, right] = [productOf(a), productOf(b)];
  return written({ coefficient: left.coefficient * right.coefficient, factors: [...left.factors, ...right.factors] });
}

/** Product of sides; 1 for none. */
export function productDim(dims: readonly Dim[]): Dim {
  return dims.reduce<Dim>(timesDim, 1);
}

/** a / b for sides that divide without rest; unknown where the factors of b are not among those of a. */
export function dividedDim(a: Dim, b: Dim): Dim {
  const [left, right] = [productOf(a), productOf(b)];
  const factors = [...left.factors];
  for (const factor of right.factors) {
    const at = factors.indexOf(factor);
    if (at < 0) return bounded(`(${a}/${b})`);
    factors.splice(at, 1);
  }
  const coefficient = left.coefficient / right.coefficient;
  return Number.isInteger(coefficient) ? written({ coefficient, factors }) : bounded(`(${a}/${b})`);
}

/** a + b, a − b and so on of sides: a number, or a text that names the expression. */
export function computedDim(op: string, a: Dim, b: Dim, compute: (a: number, b: number) => number): Dim {
  if (typeof a === "number" && typeof b === "number") return compute(a, b);
  return bounded(`(${a}${op}${b})`);
}

/** The side of a broadcast. Where two unknown sides meet, the larger of both, which is written "a∨b". */
export function broadcastDim(a: Dim, b: Dim): Dim {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  if (typeof a === "number") return a;
  if (typeof b === "number") return b;
  return bounded([...new Set([...a.split("∨"), ...b.split("∨")])].sort().join("∨"));
}

/** Shape of a broadcast, aligned at the right (NumPy's rule). */
export function broadcastShape(shapes: readonly (readonly Dim[])[]): Dim[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) =>
    shapes.reduce<Dim>((side, shape) => {
      const at = i - (rank - shape.length);
      return at < 0 ? side : broadcastDim(side, shape[at]);
    }, 1),
  );
}
