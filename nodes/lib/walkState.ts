import type { CallInfo } from "../../shared/denoiser.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/** What a method remembers of a walk, for one x of each step. */
export interface Memory<S> {
  state: S;
}

/**
 * State of a method that remembers earlier steps; a local of `build`. It starts afresh at the first step, and when the
 * level rises (a sampler that goes back up, an inversion). A sampler that asks for several x in a step (windows of a
 * panorama, perturbed branches) has a memory for each, told apart by their order in the step. Only stage 0 may write.
 */
export function walkState<S>(fresh: () => S): (call: CallInfo, x: Tensor) => Memory<S> {
  const lanes = new Map<string, Memory<S>>();
  let last: CallInfo | undefined;
  let asked = 0;
  return (call, x) => {
    if (!last || last.step !== call.step || last.sigma !== call.sigma || last.stage !== call.stage) {
      if (call.stage === 0 && (call.step === 0 || (last && call.sigma > last.sigma))) lanes.clear();
      asked = 0;
    }
    last = call;
    const lane = `${asked++}|${x.shape}`;
    const memory = lanes.get(lane) ?? { state: fresh() };
    lanes.set(lane, memory);
    return memory;
  };
}
