/** Values as real and imaginary parts. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Multiplies the spectrum of h × w complex values (periodic, row-major) by real gains of the same layout, in place. */
export function filterSpectrum(plane: Complex, height: number, width: number, gains: Float64Array): void {
  transformPlane(plane, height, width, -1);
  const scale = 1 / (height * width);
  for (let i = 0; i < gains.length; i++) {
    plane.re[i] *= gains[i] * scale;
    plane.im[i] *= gains[i] * scale;
  }
  transformPlane(plane, height, width, 1);
}

function transformPlane(plane: Complex, height: number, width: number, sign: 1 | -1): void {
  for (let y = 0; y < height; y++) transformLine(plane, y * width, 1, width, sign);
  for (let x = 0; x < width; x++) transformLine(plane, x, width, height, sign);
}

function transformLine({ re, im }: Complex, start: number, stride: number, length: number, sign: 1 | -1): void {
  const line = { re: new Float64Array(length), im: new Float64Array(length) };
  for (let i = 0; i < length; i++) {
    line.re[i] = re[start + i * stride];
    line.im[i] = im[start + i * stride];
  }
  const result = transform(line, sign);
  for (let i = 0; i < length; i++) {
    re[start + i * stride] = result.re[i];
    im[start + i * stride] = result.im[i];
  }
}

/** Σ_j x_j exp(sign · 2πi jk / n) for any n: split by the smallest prime factor, again and again (Cooley and Tukey). */
function transform(x: Complex, sign: 1 | -1): Complex {
  const n = x.re.length;
  if (n === 1) return x;
  const factor = smallestFactor(n);
  const rest = n / factor;
  const parts = Array.from({ length: factor }, (_, r) => transform(everyNth(x, r, factor), sign));
  const { cosines, sines } = roots(n);
  const result = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let k = 0; k < n; k++) {
    let [re, im] = [0, 0];
    for (let r = 0; r < factor; r++) {
      const at = (r * k) % n;
      const [c, s] = [cosines[at], sign * sines[at]];
      const [u, v] = [parts[r].re[k % rest], parts[r].im[k % rest]];
      re += u * c - v * s;
      im += u * s + v * c;
    }
    result.re[k] = re;
    result.im[k] = im;
  }
  return result;
}

function everyNth({ re, im }: Complex, from: number, step: number): Complex {
  const length = re.length / step;
  const part = { re: new Float64Array(length), im: new Float64Array(length) };
  for (let i = 0; i < length; i++) {
    part.re[i] = re[from + i * step];
    part.im[i] = im[from + i * step];
  }
  return part;
}

function smallestFactor(n: number): number {
  for (let factor = 2; factor * factor <= n; factor++) if (n % factor === 0) return factor;
  return n;
}

const known = new Map<number, { readonly cosines: Float64Array; readonly sines: Float64Array }>();

function roots(n: number) {
  const found = known.get(n);
  if (found) return found;
  const angles = Float64Array.from({ length: n }, (_, k) => (2 * Math.PI * k) / n);
  const made = { cosines: angles.map(Math.cos), sines: angles.map(Math.sin) };
  known.set(n, made);
  return made;
}
