import type { Tensor } from "../tensor/tensor.ts";
import type { Sampler, SamplerCall, SamplerIo } from "./sampler.ts";
import { lift, renoise } from "./steps.ts";

/** Why a sampler's steps cannot be repeated, in one sentence; null if they can. */
export function refuseRecurrence(sampler: Sampler, times: number): string | null {
  if (times === 1 || !(sampler.moves || sampler.upperBound || sampler.rises)) return null;
  return `${sampler.title} chooses its own steps, which cannot be repeated. Set recurrence to 1 or take another sampler.`;
}

/**
 * A sampler that makes every step `times` times: after each but the last it goes back up with fresh noise (self-recurrence
 * or time travel, arXiv:2201.09865). Guidance gets several tries at each level. Each repetition is a step of its own, so
 * multistep samplers are of first order.
 */
export function recurring(sampler: Sampler, times: number): Sampler {
  if (times === 1) return sampler;
  return {
    ...sampler,
    calls: function* (sigmas, options): Iterable<SamplerCall> {
      for (let step = 0; step + 1 < sigmas.length; step++) {
        const own = sigmas.slice(step, step + 2);
        const calls = [...sampler.calls(own, options)];
        for (let time = 0; time < times; time++) {
          for (const call of calls) yield { next: own[1], sigma: own[0], ...call, step };
        }
      }
    },
    sample: async (denoiser, start, sigmas, io, options) => {
      let x: Tensor = start;
      for (let step = 0; step + 1 < sigmas.length; step++) {
        const [sigma, next] = [sigmas[step], sigmas[step + 1]];
        for (let time = 0; time < times; time++) {
          const inner = innerIo(io, step, sigma, next, time, times);
          x = await sampler.sample(denoiser, x, [sigma, next], inner, options);
          if (time < times - 1) x = renoise(x, lift(next, sigma, options.frame), next, sigma, io, options);
        }
      }
      return x;
    },
  };
}

function innerIo(io: SamplerIo, step: number, sigma: number, next: number, time: number, times: number): SamplerIo {
  return {
    // Only the last time belongs to the path that other walks share; the others draw anew, as moves upward do.
    noise: time === times - 1 ? io.noise : (like, from, to) => io.noise(like, to, from),
    call: (_step, stage, to = next, from = sigma) => io.call(step, stage, to, from),
    step: (report) => io.step({ ...report, step, ...(time > 0 ? { isRepeat: true } : {}) }),
  };
}
