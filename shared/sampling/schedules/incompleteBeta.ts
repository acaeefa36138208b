/** Lanczos' approximation of ln Γ (g = 7, 9 terms), relative error about 1e-15 for x > 0. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function logGamma(x: number): number {
  // Reflection keeps the series where it is accurate.
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const sum = lanczos.reduce((total, term, i) => (i === 0 ? term : total + term / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method; converges for x < (a+1)/(a+b+2). */
function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const guard = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 500; m++) {
    const terms = [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ];
    let change = 1;
    for (const term of terms) {
      d = 1 / guard(1 + term * d);
      c = guard(1 + term / c);
      change = c * d;
      result *= change;
    }
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return result;
}

/** ln of x^a (1 − x)^b / B(a, b). */
function logWeight(x: number, a: number, b: number): number {
  return logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
}

/**
 * The regularised incomplete beta function I_x(a, b), the distribution function of the beta distribution.
 * @param x 0..1
 * @param a above 0
 * @param b above 0
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  return (Math.exp(logWeight(x, a, b)) / a) * fraction(x, a, b);
}

/**
 * The x with I_x(a, b) = p: the quantile of the beta distribution.
 * @param p 0..1
 * @param a above 0
 * @param b above 0
 */
export function inverseIncompleteBeta(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  if (a === b && p === 0.5) return 0.5;
  // Towards 1 there are no digits to spare: there the mirrored distribution is asked.
  return p > incompleteBeta(0.5, a, b) ? 1 - lowerQuantile(1 - p, b, a) : lowerQuantile(p, a, b);
}

/** A quantile that lies in 0..½, by Newton's method inside a bracket. */
function lowerQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 0.5];
  const logBeta = -logWeight(0.5, a, b) - (a + b) * Math.LN2;
  // The distribution near 0 is x^a / (a B).
  let x = Math.min(0.25, Math.max(1e-300, Math.exp((Math.log(p * a) + logBeta) / a)));
  for (let i = 0; i < 1100; i++) {
    const miss = incompleteBeta(x, a, b) - p;
    if (miss === 0) return x;
    if (miss > 0) high = x;
    else low = x;
    const newton = x - (miss * x * (1 - x)) / Math.exp(logWeight(x, a, b));
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= Number.EPSILON * x) return next;
    x = next;
  }
  return x;
}
