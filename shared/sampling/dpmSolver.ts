import { addScaled, combine, sub } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The noise part (x − denoised) / sigma at a level, asked as a stage of the step. */
export type EpsAt = (x: Tensor, sigma: number, stage: number) => Promise<Tensor>;

/** One step from sigma to next of width h in −ln sigma; `eps` is the noise part at its start. */
export interface SolverStep {
  readonly x: Tensor;
  readonly eps: Tensor;
  readonly sigma: number;
  readonly next: number;
}

type Ends = Pick<SolverStep, "sigma" | "next">;

/** The middle of DPM-Solver-2, as a share of the step. */
export const halfway = 0.5;
const thirds = [1 / 3, 2 / 3] as const;

const widthOf = ({ sigma, next }: Ends) => Math.log(sigma / next);
const levelAt = (step: Ends, r: number) => step.sigma * Math.exp(-r * widthOf(step));

/** Levels of the inner evaluations of a step of order 1, 2 (with its middle halfway) or 3. */
export function innerLevels(step: Ends, order: number): readonly number[] {
  const shares = order === 1 ? [] : order === 2 ? [halfway] : thirds;
  return shares.map((r) => levelAt(step, r));
}

/** DPM-Solver-1 to a share r of the step (arXiv:2206.00927, eq. 3.7). */
function first(step: SolverStep, r: number): Tensor {
  return addScaled(step.x, step.eps, -levelAt(step, r) * Math.expm1(r * widthOf(step)));
}

/** DPM-Solver-1: x at the end of the step. */
export function dpmSolver1(step: SolverStep): Tensor {
  return first(step, 1);
}

/** DPM-Solver-2 with its middle at a share r (algorithm 4 of the paper); hands its inner noise part on. */
export async function dpmSolver2(step: SolverStep, r: number, epsAt: EpsAt): Promise<{ end: Tensor; inner: Tensor }> {
  const inner = await epsAt(first(step, r), levelAt(step, r), 1);
  return { end: secondEnd(step, r, inner), inner };
}

function secondEnd(step: SolverStep, r: number, inner: Tensor): Tensor {
  const factor = (-step.next / (2 * r)) * Math.expm1(widthOf(step));
  return addScaled(dpmSolver1(step), sub(inner, step.eps), factor);
}

/** DPM-Solver-3 with stages at 1/3 and 2/3 (algorithm 5 of the paper); `lower` is the second order result with the first of them. */
export async function dpmSolver3(step: SolverStep, epsAt: EpsAt): Promise<{ end: Tensor; lower: Tensor }> {
  const [r1, r2] = thirds;
  const h = widthOf(step);
  const { end: lower, inner } = await dpmSolver2(step, r1, epsAt);
  const lean = Math.expm1(r2 * h) / (r2 * h) - 1;
  const difference = sub(inner, step.eps);
  const middle = addScaled(first(step, r2), difference, -levelAt(step, r2) * (r2 / r1) * lean);
  const outer = await epsAt(middle, levelAt(step, r2), 2);
  const factor = (-step.next / r2) * (Math.expm1(h) / h - 1);
  return { end: addScaled(dpmSolver1(step), combine(outer, 1, step.eps, -1), factor), lower };
}
