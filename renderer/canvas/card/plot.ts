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
