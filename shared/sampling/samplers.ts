import { ddim } from "./ddim.ts";
import { ddpm } from "./ddpm.ts";
import { dpm2, dpm2Ancestral } from "./dpm2.ts";
import { dpmpp2m } from "./dpmpp2m.ts";
import { dpmpp2mSde, dpmpp2mSdeHeun, dpmpp3mSde } from "./dpmppMulti.ts";
import { dpmpp2sAncestral, dpmppSde } from "./dpmppSingle.ts";
import { euler } from "./euler.ts";
import { eulerAncestral } from "./eulerAncestral.ts";
import { gradientEstimation } from "./gradientEstimation.ts";
import { heun } from "./heun.ts";
import { ipndm } from "./ipndm.ts";
import { lcm } from "./lcm.ts";
import { lms } from "./lms.ts";
import { resMultistep } from "./resMultistep.ts";
import type { Sampler } from "./sampler.ts";

export type { Sampler, SamplerIo, SamplerOptions } from "./sampler.ts";

/** Every sampler, in the order in which lists show them. */
export const samplers: readonly Sampler[] = [
  euler,
  eulerAncestral,
  heun,
  dpm2,
  dpm2Ancestral,
  lms,
  dpmpp2sAncestral,
  dpmppSde,
  dpmpp2m,
  dpmpp2mSde,
  dpmpp2mSdeHeun,
  dpmpp3mSde,
  ddpm,
  ddim,
  ipndm,
  resMultistep,
  gradientEstimation,
  lcm,
];

/** The sampler of an id. Throws for one that does not exist. */
export function samplerOf(id: string): Sampler {
  const found = samplers.find((sampler) => sampler.id === id);
  if (!found) throw new RangeError(`There is no sampler “${id}”.`);
  return found;
}
