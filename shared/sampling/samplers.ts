import { ddim } from "./ddim.ts";
import { ddimInverse } from "./ddimInverse.ts";
import { ddpm } from "./ddpm.ts";
import { deis } from "./deis.ts";
import { dpm2, dpm2Ancestral } from "./dpm2.ts";
import { dpmAdaptive } from "./dpmAdaptive.ts";
import { dpmFast } from "./dpmFast.ts";
import { dpmpp2m } from "./dpmpp2m.ts";
import { dpmpp2mSde, dpmpp2mSdeHeun, dpmpp3mSde } from "./dpmppMulti.ts";
import { dpmpp2sAncestral, dpmppSde } from "./dpmppSingle.ts";
import { erSde } from "./erSde.ts";
import { euler } from "./euler.ts";
import { eulerAncestral } from "./eulerAncestral.ts";
import { gradientEstimation } from "./gradientEstimation.ts";
import { heun } from "./heun.ts";
import { heunpp2 } from "./heunpp2.ts";
import { ipndm } from "./ipndm.ts";
import { ipndmV } from "./ipndmV.ts";
import { lcm } from "./lcm.ts";
import { lms } from "./lms.ts";
import { plms } from "./plms.ts";
import { resMultistep } from "./resMultistep.ts";
import { restart } from "./restart.ts";
import type { Sampler } from "./sampler.ts";
import { saSolver } from "./saSolver.ts";
import { expHeun2X0, seeds2, seeds3 } from "./seeds.ts";
import { tcd } from "./tcd.ts";
import { uniPc, uniPcBh2 } from "./uniPc.ts";

export type { Sampler, SamplerIo, SamplerOptions } from "./sampler.ts";

/** Every sampler, in the order in which lists show them. */
export const samplers: readonly Sampler[] = [
  euler,
  eulerAncestral,
  heun,
  heunpp2,
  expHeun2X0,
  dpm2,
  dpm2Ancestral,
  lms,
  dpmFast,
  dpmAdaptive,
  dpmpp2sAncestral,
  dpmppSde,
  dpmpp2m,
  dpmpp2mSde,
  dpmpp2mSdeHeun,
  dpmpp3mSde,
  ddpm,
  ddim,
  ddimInverse,
  deis,
  ipndm,
  ipndmV,
  uniPc,
  uniPcBh2,
  resMultistep,
  gradientEstimation,
  erSde,
  seeds2,
  seeds3,
  saSolver,
  restart,
  plms,
  lcm,
  tcd,
];

/** The sampler of an id. Throws for one that does not exist. */
export function samplerOf(id: string): Sampler {
  const found = samplers.find((sampler) => sampler.id === id);
  if (!found) throw new RangeError(`There is no sampler “${id}”.`);
  return found;
}
