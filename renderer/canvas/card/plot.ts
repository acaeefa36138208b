/**
 * Polyline points of a falling noise schedule inside a box.
 * @param sigmas falling levels; those that are 0 have no place on the logarithmic axis and stand on the floor
 * @param width of the box in pixels
 * @param height of the box in pixels
 * @returns one [x, y] for each level, y = 0 at the top
 */
export function sigmaPoints(sigmas: readonly number[], width: number, height: number): [number, number][] {
  const logs = sigmas.map((sigma) => (sigma > 0 ? Math.log(sigma) : Number.NaN));
  const finite = logs.filter((value) => !Number.isNaN(value));
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const span = high - low || 1;
  const step = width / Math.max(1, sigmas.length - 1);
  return logs.map((value, index) => {
    const share = Number.isNaN(value) ? 0 : (value - low) / span;
    return [index * step, (1 - share) * height];
  });
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
