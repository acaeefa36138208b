import type { CallInfo } from "../denoiser.ts";
import { axisValue } from "./axis.ts";

/** What progress is measured by. */
export type ProgressDomain = "step" | "log-sigma" | "sigma";

/**
 * How far a walk has come at a step, 0 at its first and 1 at its last: by steps, or by how much of the way from the
 * first finite noise level to that of the last step lies behind, in sigma or in its logarithm.
 */
export function progressOf(domain: ProgressDomain, at: CallInfo): number {
  if (domain === "step") return axisValue("fraction", at);
  const starts = at.sigmas.slice(0, -1).filter((sigma) => sigma > 0 && Number.isFinite(sigma));
  if (starts.length === 0) return 0;
  const place = (sigma: number) => (domain === "sigma" ? sigma : Math.log(sigma));
  const [first, last] = [place(starts[0]), place(starts[starts.length - 1])];
  if (first === last) return 0;
  return Math.min(1, Math.max(0, (place(at.sigma) - first) / (last - first)));
}
