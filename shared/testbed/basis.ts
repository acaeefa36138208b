type Numbers = Float32Array | Float64Array;

/** basis · (x − origin) into `into`, [d]; x starts at `start`. Rows of the basis are [d]. */
export function project(basis: Numbers, x: Numbers, start: number, into: Float64Array, origin?: Float64Array): void {
  const size = into.length;
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += basis[row * size + i] * (x[start + i] - (origin ? origin[i] : 0));
    into[row] = sum;
  }
}

/** Adds basisᵀ · along to `into` from `at` on. */
export function addBack(basis: Numbers, along: Float64Array, into: Float64Array, at: number): void {
  const size = along.length;
  for (let row = 0; row < size; row++) {
    for (let i = 0; i < size; i++) into[at + i] += basis[row * size + i] * along[row];
  }
}

/** basisᵀ · diag(factors) · basis · x, [d]; x starts at `start`. A null basis is the axes. */
export function stretch(basis: Float64Array | null, factors: Float64Array, x: Numbers, start: number): Float64Array {
  if (!basis) return factors.map((factor, i) => factor * x[start + i]);
  const along = new Float64Array(factors.length);
  project(basis, x, start, along);
  for (let i = 0; i < along.length; i++) along[i] *= factors[i];
  const result = new Float64Array(factors.length);
  addBack(basis, along, result, 0);
  return result;
}
