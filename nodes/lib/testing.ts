import type { Call, Curve, Denoiser, NativeSpace } from "../../shared/denoiser.ts";
import type { Model } from "../../shared/model.ts";
import type { AnyNode, Asks } from "../../shared/node/define.ts";
import type { Param } from "../../shared/node/params.ts";
import { fromNumbers } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/** A sample of a given shape, [1, 1, 2, 2] unless said otherwise, in double precision. */
export function sample(values: readonly number[], shape: readonly number[] = [1, 1, 2, 2]): Tensor {
  return fromNumbers(values, shape, "float64");
}

/** One sample with four elements and the predictions at it: what published one-step numbers are given for. */
export const golden = {
  x: sample([2, 1, -1, 0.5]),
  sigma: 1.5,
  next: 1,
  strong: sample([1, 0.5, -0.2, 0.1]),
  weak: sample([0.4, 0.6, 0.1, -0.3]),
  negative: sample([0.7, 0.1, 0.4, -0.1]),
};

/** A denoiser that predicts the same tensor everywhere, or a function of what it is asked. */
export function denoiserOf(
  prediction: Tensor | ((x: Tensor, sigma: number, call: Call) => Tensor),
  native: NativeSpace = "x0",
): Denoiser {
  const denoiser: Denoiser = async (x, sigma, call) =>
    typeof prediction === "function" ? prediction(x, sigma, call) : prediction;
  return Object.assign(denoiser, { native });
}

/** A call of a walk of one step from the golden sigma; its noise is what it is shaped as. */
export function callAt(changes: Partial<Call> = {}): Call {
  const { sigma, next } = golden;
  const same = (like: Tensor) => like;
  return {
    ...{ step: 0, steps: 1, sigma, next, sigmas: [sigma, next], stage: 0, switches: {} },
    ...{ noise: same, stream: () => same },
    ...changes,
  };
}

/** Calls of a whole walk, stage 0. */
export function callsOf(sigmas: readonly number[]): Call[] {
  const steps = sigmas.length - 1;
  return sigmas
    .slice(0, -1)
    .map((sigma, step) => callAt({ step, steps, sigma, next: sigmas[step + 1], sigmas: [...sigmas] }));
}

type Inputs = Readonly<Record<string, unknown>>;
type Values = Readonly<Record<string, unknown>>;

/** A guidance node under test. */
export interface Guided extends Denoiser {
  /** What the last evaluation asked of each input. */
  asked(): Readonly<Record<string, number>>;
}

/**
 * Builds a guidance node as a run would: parameters that are not given have their defaults, numbers given for curves are
 * constant. Every evaluation checks that `evaluations` foretold what was asked of each input, at most that for methods
 * that decide by data; it throws if not.
 */
export function guided(node: AnyNode, inputs: Inputs, values: Values = {}): Guided {
  const params = argumentsOf(node, values);
  const seen = new Map<string, Set<string>>();
  const watched = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, watch(name, input, seen)] as const),
  );
  const { denoiser } = node.build!(watched, params, { metric: () => {} } as never) as { denoiser: Denoiser };
  const edges = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, Array.isArray(input) ? input.length : 1]),
  );
  const asked = () => Object.fromEntries(Object.keys(inputs).map((name) => [name, seen.get(name)?.size ?? 0]));
  const checked: Denoiser = async (x, sigma, call) => {
    seen.clear();
    const result = await denoiser(x, sigma, call);
    const foretold = node.evaluations!(params, { ...call, level: sigma }, edges);
    for (const [name, actual] of Object.entries(asked())) {
      const expected = countOf(foretold[name] ?? 0, edges[name]);
      if (node.upperBound ? actual > expected : actual !== expected)
        throw new Error(`${node.type} asked “${name}” ${actual} times and foretold ${expected}.`);
    }
    return result;
  };
  const first = Object.values(inputs).flat().find(isDenoiser);
  return Object.assign(checked, { asked }, first?.native === undefined ? {} : { native: first.native });
}

/** The largest difference of two tensors' values, or of a tensor's from numbers. */
export function distance(a: Tensor, b: Tensor | readonly number[]): number {
  const values = "data" in b ? b.data : b;
  if (values.length !== a.data.length) return Infinity;
  let most = 0;
  for (const [i, value] of a.data.entries()) most = Math.max(most, Math.abs(value - values[i]));
  return most;
}

function isDenoiser(input: unknown): input is Denoiser {
  return typeof input === "function";
}

function isModel(input: unknown): input is Model {
  return typeof input === "object" && input !== null && "encodeText" in input;
}

function argumentsOf(node: AnyNode, values: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(node.params).map(([name, param]: [string, Param]) => {
      const value = values[name] ?? param.default;
      return [name, param.kind === "curve" && typeof value === "number" ? ((() => value) as Curve) : value];
    }),
  );
}

/** Notes each evaluation that the runtime would make: one (x, sigma, switches) counts once for an edge. */
function watch(name: string, input: unknown, asked: Map<string, Set<string>>): unknown {
  if (Array.isArray(input)) return input.map((one, edge) => (isDenoiser(one) ? watchOne(name, edge, one, asked) : one));
  if (isModel(input)) return { ...input, denoiser: (told) => watchOne(name, 0, input.denoiser(told), asked) } as Model;
  return isDenoiser(input) ? watchOne(name, 0, input, asked) : input;
}

function watchOne(name: string, edge: number, denoiser: Denoiser, asked: Map<string, Set<string>>): Denoiser {
  const seen = new WeakMap<Tensor, number>();
  let count = 0;
  const watched: Denoiser = (x, sigma, call) => {
    if (!seen.has(x)) seen.set(x, count++);
    const key = `${edge}|${seen.get(x)}|${sigma}|${JSON.stringify(call.switches)}`;
    asked.set(name, (asked.get(name) ?? new Set()).add(key));
    return denoiser(x, sigma, call);
  };
  return Object.assign(
    watched,
    denoiser.native === undefined ? {} : { native: denoiser.native },
    denoiser.model === undefined ? {} : { model: denoiser.model },
  );
}

function countOf(asks: Asks, edges: number): number {
  if (typeof asks === "number") return asks * edges;
  if ("each" in asks) return asks.each.slice(0, edges).reduce((sum: number, one) => sum + countOf(one, 1), 0);
  return asks.length * edges;
}
