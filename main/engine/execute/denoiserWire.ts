import type { Call, Denoiser, NativeSpace } from "../../../shared/denoiser.ts";
import type { Model } from "../../../shared/model.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { failureAt } from "./failure.ts";

export interface WireOptions {
  /** Id of the node that the denoiser comes from. */
  readonly node: string;
  /** Names the node's own noise stream: equal for equal content, whatever the node is called. */
  readonly label: string;
  readonly native: NativeSpace | undefined;
  readonly model: Model | undefined;
  readonly signal: AbortSignal;
}

/**
 * Wraps a denoiser wire, so that nodes stay naive: one (x, sigma, step, stage, switches), x by identity, is evaluated
 * once however many nodes ask; every evaluation checks for cancellation, and errors carry the node.
 */
export function denoiserWire(denoiser: Denoiser, options: WireOptions): Denoiser {
  const known = new WeakMap<Tensor, Map<string, Promise<Tensor>>>();
  const evaluate = (x: Tensor, sigma: number, call: Call): Promise<Tensor> => {
    options.signal.throwIfAborted();
    let byCall = known.get(x);
    if (!byCall) {
      byCall = new Map();
      known.set(x, byCall);
    }
    const key = callKey(sigma, call);
    const before = byCall.get(key);
    if (before) return before;
    const result = denoiser(x, sigma, ownCall(call, options.label)).catch((error) => {
      throw failureAt(options.node, error);
    });
    byCall.set(key, result);
    return result;
  };
  return Object.assign(evaluate, {
    ...(options.native === undefined ? {} : { native: options.native }),
    ...(options.model === undefined ? {} : { model: options.model }),
  });
}

function callKey(sigma: number, { step, stage, switches, levels }: Call): string {
  let key = `${sigma}|${step}|${stage}|${levels ?? ""}`;
  for (const name of Object.keys(switches).sort()) key += `|${name}=${switches[name]}`;
  return key;
}

/** The call with a noise stream of the node's own for this step and stage (sheet, rule R6). */
function ownCall(call: Call, label: string): Call {
  let stream: ((like: Tensor) => Tensor) | undefined;
  return {
    ...call,
    noise: (like) => {
      stream ??= call.stream(`${label}/${call.step}/${call.stage}`);
      return stream(like);
    },
  };
}
