/**
 * Polyline points of a noise schedule inside a box, on a logarithmic axis.
 * @param sigmas levels; those that are 0 have no place on the axis and stand on the floor, infinite ones at the top
 * @param width of the box in pixels
 * @param height of the box in pixels
 * @returns one [x, y] for each level, y = 0 at the top
 */
export function sigmaPoints(sigmas: readonly number[], width: number, height: number): [number, number][] {
  const logs = sigmas.map((sigma) => Math.log(sigma));
  const finite = logs.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const span = high - low || 1;
  const step = width / Math.max(1, sigmas.length - 1);
  return logs.map((value, index) => {
    const share = Number.isFinite(value) ? (value - low) / span : value > 0 ? 1 : 0;
    return [index * step, (1 - share) * height];
  });
}

/** The ends of a schedule in words: "14.6 to 0.0292, then 0". */
export function endsOf(sigmas: readonly number[]): string {
  const short = (sigma: number) => (sigma === Number.POSITIVE_INFINITY ? "∞" : String(Number(sigma.toPrecision(3))));
  const last = sigmas.at(-1);
  const before = sigmas.at(-2);
  const isToZero = last === 0 && before !== undefined && sigmas.length > 2;
  const ends = `${short(sigmas[0] ?? 0)} to ${short((isToZero ? before : last) ?? 0)}`;
  return isToZero ? `${ends}, then 0` : ends;
}

/**
 * Polyline points of the values of a curve at each step inside a box; a constant runs through its middle.
 * @param values one for each step, finite
 * @param width of the box in pixels
 * @param height of the box in pixels
 * @returns one [x, y] for each step, y = 0 at the top
 */
export function valuePoints(values: readonly number[], width: number, height: number): [number, number][] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = width / Math.max(1, values.length - 1);
  return values.map((value, index) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return [index * step, (1 - share) * height];
  });
}
