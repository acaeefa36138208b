import { ddim } from "./ddim.ts";
import { dpmpp2m } from "./dpmpp2m.ts";
import { euler } from "./euler.ts";
import { eulerAncestral } from "./eulerAncestral.ts";
import { heun } from "./heun.ts";
import type { Sampler } from "./sampler.ts";

export type { Sampler, SamplerIo, SamplerOptions } from "./sampler.ts";

/** Every sampler, in the order in which lists show them. */
export const samplers: readonly Sampler[] = [euler, eulerAncestral, heun, ddim, dpmpp2m];

/** The sampler of an id. Throws for one that does not exist. */
export function samplerOf(id: string): Sampler {
  const found = samplers.find((sampler) => sampler.id === id);
  if (!found) throw new RangeError(`There is no sampler “${id}”.`);
  return found;
}
