import { range, type Schedule } from "./schedule.ts";

/** Time that the even half of the steps covers. */
const threshold = 0.025;

/** Share of the way done after i of `steps` steps: even for the first half, then a parabola with the same slope. */
function progress(i: number, steps: number): number {
  const even = Math.floor(steps / 2);
  const slope = threshold / even;
  if (i < even) return i * slope;
  const rest = steps - even;
  const curvature = (even - threshold * steps) / (even * rest ** 2);
  return threshold + slope * (i - even) + curvature * (i - even) ** 2;
}

/** Half of the steps at very high noise, then ever larger ones: Movie Gen (arXiv:2410.13720) with ComfyUI's constants. */
export const linearQuadratic: Schedule = {
  id: "linear_quadratic",
  title: "linear_quadratic",
  summary: "Half of the steps at the very start, then ever larger ones.",
  doc: "Copies the first steps of a very long run exactly, and then hurries to the end: scene and motion come out as in the long run, fine detail is done roughly. Made for video flow models (Movie Gen, Mochi, LTX).",
  cites: [
    { id: "arXiv:2410.13720", by: "Polyak and others, 2024", title: "Movie Gen: A Cast of Media Foundation Models" },
  ],
  settings: [],
  sigmas: (model, steps) => {
    const { high, toSigma } = range(model);
    if (steps === 1) return [toSigma(high), 0];
    return [...Array.from({ length: steps }, (_, i) => toSigma((1 - progress(i, steps)) * high)), 0];
  },
};
