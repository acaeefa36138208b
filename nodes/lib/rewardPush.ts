import type { CallInfo } from "../../shared/denoiser.ts";
import type { NodeContext } from "../../shared/node/context.ts";
import { param } from "../../shared/node/params.ts";
import { mulSample, norm, scale, sub } from "../../shared/tensor/index.ts";
import { sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";

/** Below this RMS a gradient counts as zero, so that a constant reward pushes nowhere. */
const tiny = 1e-12;

/** Root mean square of each sample, [B]. */
function rms(x: Tensor): Tensor {
  return scale(norm(x), 1 / Math.sqrt(sizeOf(x.shape.slice(1))));
}

/** Each sample stretched to an RMS of `factor` times its length, [B]. Samples without direction become 0. */
export function stretchedBy(x: Tensor, factor: number, length: Tensor): Tensor {
  const { data, shape } = rms(x);
  return mulSample(x, { data: data.map((own, b) => (own < tiny ? 0 : (factor * length.data[b]) / own)), shape });
}

/** Each sample's push cut to an RMS of at most `most`; 0 = not cut. */
export function limited(push: Tensor, most: number): Tensor {
  if (most === 0) return push;
  const { data, shape } = rms(push);
  return mulSample(push, { data: data.map((own) => (own > most ? most / own : 1)), shape });
}

/** Level at which the step ends, fresh noise included: what published formulas call the level of the next sample. */
export function landing({ sigmas, step, next }: CallInfo): number {
  return sigmas[step + 1] ?? next;
}

/**
 * The shift of a prediction at `sigma` that moves the sample by `push` over the whole step. With several evaluations in a
 * step it is a constant slope: exact where the sampler takes a weighted mean of slopes. 0 where the step goes nowhere.
 */
export function stepShift(push: Tensor, sigma: number, { sigma: start, next }: CallInfo): Tensor {
  return scale(push, start === next ? 0 : sigma / (start - next));
}

/** Deviation of what is unknown of a clean value at a noise level, for data of deviation `spread`: v(sigma) is its square. */
export function posteriorStd(spread: number, sigma: number): number {
  return (spread * sigma) / Math.hypot(spread, sigma);
}

/**
 * Length [B] that FreeDoM and MPGD measure their steps by: RMS of what guidance adds to the noise, or a tenth of the
 * noise itself where the unguided side is not known.
 */
export function guidanceLength(x: Tensor, sigma: number, denoised: Tensor, weak: Tensor | undefined): Tensor {
  return weak ? scale(rms(sub(denoised, weak)), 1 / sigma) : scale(rms(sub(x, denoised)), 0.1 / sigma);
}

/** Warns once where a push for a whole step meets a sampler with several evaluations in a step. */
export function stagesWatch(context: NodeContext): (call: CallInfo) => void {
  let isTold = false;
  return ({ stage }) => {
    if (stage === 0 || isTold) return;
    isTold = true;
    context.warn(
      "This sampler evaluates several times in a step, where a push for the whole step is approximate. Take Euler, DDIM or an ancestral sampler for the published method.",
    );
  };
}

/** Parameter `clip` of guidance by a reward. */
export const clipParam = param.number({
  default: 0,
  min: 0,
  max: 1000,
  step: 0.05,
  onCard: false,
  about: "Largest push as the RMS of a sample, in units of the latent; 0 = not limited.",
});

/** Parameter `spread` of guidance by a reward. */
export const spreadParam = param.number({
  default: 1,
  min: 0.001,
  max: 1000,
  step: 0.05,
  onCard: false,
  about: "Standard deviation of clean latents; about 1 for Stable Diffusion.",
});
