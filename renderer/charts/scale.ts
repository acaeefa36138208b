export type ScaleKind = "linear" | "log";

/** Maps values of an axis to pixels and back. A reversed domain or range runs the other way. */
export interface Scale {
  readonly kind: ScaleKind;
  readonly domain: readonly [number, number];
  /** Pixel of a value; outside the domain it lies outside the range. NaN where the axis has no place for it. */
  at(value: number): number;
  /** Value at a pixel. */
  invert(pixel: number): number;
}

/**
 * An axis from `domain` to `range` pixels. `log` needs a domain above 0; values of 0 and below have no place on it.
 * A domain of one value is widened, so that it stands in the middle.
 */
export function createScale(
  kind: ScaleKind,
  domain: readonly [number, number],
  range: readonly [number, number],
): Scale {
  const isLog = kind === "log";
  const [start, end] = widened(kind, domain);
  const forward = isLog ? Math.log : (value: number) => value;
  const back = isLog ? Math.exp : (value: number) => value;
  const [low, high] = [forward(start), forward(end)];
  const [first, last] = range;
  return {
    kind,
    domain: [start, end],
    at: (value) => first + ((forward(value) - low) / (high - low)) * (last - first),
    invert: (pixel) => back(low + ((pixel - first) / (last - first)) * (high - low)),
  };
}

function widened(kind: ScaleKind, [start, end]: readonly [number, number]): readonly [number, number] {
  if (start !== end) return [start, end];
  if (kind === "log") return [start / 2, start * 2];
  const by = start === 0 ? 1 : Math.abs(start) / 2;
  return [start - by, start + by];
}

/** Round values inside a scale's domain, about `count` of them, rising. A logarithmic axis has 1 and 3 of each decade. */
export function ticksOf({ kind, domain }: Scale, count: number): number[] {
  const [low, high] = domain[0] < domain[1] ? domain : [domain[1], domain[0]];
  const decades = kind === "log" ? Math.log10(high / low) : 0;
  return decades >= 1 ? logTicks(low, high, decades, count) : linearTicks(low, high, count);
}

/** Domain with round ends that holds `low` to `high`, in steps of about a `count`-th. */
export function niceDomain(low: number, high: number, count: number): readonly [number, number] {
  const [start, end] = widened("linear", [low, high]);
  const step = niceStep((end - start) / count);
  return [Math.floor(start / step + slack) * step, Math.ceil(end / step - slack) * step];
}

/** A tick as short as it can be told from its neighbours: 60, 0.5, 0.003, 1e-6. */
export function formatTick(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e5 || size < 1e-4 ? value.toExponential(0) : String(Number(value.toPrecision(6)));
  return text.replace("-", "−").replace("e+", "e");
}

/** What rounding leaves on a quotient of two steps. */
const slack = 1e-9;

/** 1, 2 or 5 times a power of ten, at least `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((one) => one * power >= rough * (1 - slack)) ?? 10;
  return factor * power;
}

function linearTicks(low: number, high: number, count: number): number[] {
  const step = niceStep((high - low) / count);
  const ticks: number[] = [];
  // Whole multiples, so that no rounding gathers; −0 is 0.
  for (let i = Math.ceil(low / step - slack); i <= Math.floor(high / step + slack); i++) {
    ticks.push(Number((i * step).toPrecision(12)) + 0);
  }
  return ticks;
}

function logTicks(low: number, high: number, decades: number, count: number): number[] {
  const stride = Math.max(1, Math.ceil(decades / count));
  const factors = decades * 2 <= count + 1 ? [1, 3] : [1];
  const ticks: number[] = [];
  const first = Math.floor(Math.log10(low) + slack);
  for (let power = first; power <= Math.log10(high) + slack; power++) {
    if (power % stride !== 0) continue;
    for (const factor of factors) ticks.push(Number(`${factor}e${power}`));
  }
  return ticks.filter((tick) => tick >= low * (1 - slack) && tick <= high * (1 + slack));
}
