import type { CallInfo, Denoiser } from "../../shared/denoiser.ts";
import type { StepReport } from "../../shared/node/context.ts";
import type { AnyNode } from "../../shared/node/define.ts";
import type { Param } from "../../shared/node/params.ts";
import type { NoiseSource } from "../../shared/noise.ts";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { scale } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { denoiserOf } from "./testing.ts";

/** What a sampler node gave, and what it did on the way. */
export interface Sampled {
  readonly latent: Tensor;
  readonly path: Tensor;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly reports: readonly StepReport[];
  /** Values of each metric, in order. */
  readonly metrics: Readonly<Record<string, readonly (number | Tensor)[]>>;
}

/**
 * Runs a sampler node as a run would, with defaults for missing parameters. Checks that `calls` foretold every
 * evaluation, in order, with its step, stage, level and next level; throws if not.
 */
export async function sampled(
  node: AnyNode,
  inputs: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, unknown>> = {},
): Promise<Sampled> {
  const params = Object.fromEntries(
    Object.entries(node.params).map(([name, param]: [string, Param]) => {
      const value = values[name] ?? param.default;
      return [name, param.kind === "curve" && typeof value === "number" ? () => value : value];
    }),
  );
  const asked: string[] = [];
  const watched = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      typeof input === "function" ? watch(name, input as Denoiser, asked) : input,
    ]),
  );
  const reports: StepReport[] = [];
  const metrics: Record<string, (number | Tensor)[]> = {};
  const context = {
    uses: () => true,
    step: async (report: StepReport) => void reports.push(report),
    warn: () => {},
    metric: (name: string, value: number | Tensor) => {
      metrics[name] = [...(metrics[name] ?? []), value];
    },
  };
  const outputs = (await node.run!(watched, params, context as never)) as Record<string, Tensor>;
  const known = { ...inputs, latent: { shape: (inputs.latent as Tensor).shape } };
  const foretold = [...node.calls!(known, params)].flatMap(({ input, at, windows = 1 }) =>
    Array.from({ length: windows }, () => [input].flat().map((name) => lineOf(name, at, at.level ?? at.sigma))).flat(),
  );
  if (JSON.stringify([...asked].sort()) !== JSON.stringify([...foretold].sort()))
    throw new Error(`${node.type} asked\n${asked.join("\n")}\nand foretold\n${foretold.join("\n")}`);
  return { latent: outputs.latent, path: outputs.path, outputs, reports, metrics };
}

function watch(name: string, denoiser: Denoiser, asked: string[]): Denoiser {
  const watched: Denoiser = (x, sigma, call) => {
    asked.push(lineOf(name, call, sigma));
    return denoiser(x, sigma, call);
  };
  return Object.assign(watched, denoiser.model ? { model: denoiser.model } : {});
}

function lineOf(name: string, { step, stage, sigma, next }: CallInfo, level: number): string {
  return `${name} ${step}/${stage} ${sigma} → ${next} at ${level}`;
}

/** Noise of a seed. */
export function noiseOf(seed: number): NoiseSource {
  return gaussianSource({ seed: BigInt(seed), generator: "philox", perSample: false });
}

/** The exact denoiser of N(0, variance) in any number of dimensions. */
export function gaussianOf(variance: number): Denoiser {
  return denoiserOf((x, sigma) => scale(x, variance / (variance + sigma ** 2)));
}

/** Mean of the squares of all values. */
export function varianceOf({ data }: Tensor): number {
  let total = 0;
  for (const value of data) total += value * value;
  return total / data.length;
}

/** Levels as Karras and others space them, ending at 0. */
export function karrasLevels(steps: number, highest: number, lowest: number): number[] {
  const [high, low] = [highest ** (1 / 7), lowest ** (1 / 7)];
  const levels = Array.from({ length: steps }, (_, i) => (high + (i / (steps - 1)) * (low - high)) ** 7);
  return [...levels, 0];
}
