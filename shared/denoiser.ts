import type { Model } from "./model.ts";
import type { Tensor } from "./tensor/tensor.ts";

/** The quantity a network predicts; methods whose formula depends on the space ask for it. */
export type NativeSpace = "eps" | "v" | "flow" | "x0";

/** What travels with an evaluation, without its functions: enough to plan its cost. */
export interface CallInfo {
  /** Index of the sampler step, from 0. */
  readonly step: number;
  readonly steps: number;
  /** Level at which the step starts. */
  readonly sigma: number;
  /** Level to which the deterministic part of the step goes (sigmaDown in an ancestral step). */
  readonly next: number;
  readonly sigmas: readonly number[];
  /** 0 for the first evaluation of a step, 1.. for correctors and inner stages. */
  readonly stage: number;
  /** Named perturbations asked of the network, `timestepShift` among them. */
  readonly switches: Readonly<Record<string, number>>;
  /** A sigma for each frame; sequences only. */
  readonly levels?: readonly number[];
}

/** An evaluation that will be made. */
export interface PlannedInfo extends CallInfo {
  /** Level of the evaluation itself, which its denoiser will get as `sigma`. */
  readonly level: number;
}

/** The one record that travels with an evaluation. */
export interface Call extends CallInfo {
  /** Unit normal noise shaped as `like`, from a stream of its own for node, step and stage. */
  noise(like: Tensor): Tensor;
  /** Independent streams of the run's noise by label; the runtime gives every node its own and offers it as `noise`. */
  stream(label: string): (like: Tensor) => Tensor;
}

/**
 * Predicts the clean sample: `x` is `x0 + sigma * eps`, [B, C, h, w]; the result has the same shape.
 * `sigma` is the level of this evaluation; `call.sigma` that of the step.
 */
export interface Denoiser {
  (x: Tensor, sigma: number, call: Call): Promise<Tensor>;
  /** Prediction of the network behind it; set by the runtime, which wraps every denoiser wire. */
  readonly native?: NativeSpace;
  /** The model behind it; set and handed on as `native` is. */
  readonly model?: Model;
}

/** A number that depends on the step (a curve wire or parameter); read at `call.sigma`, `call.step`. */
export type Curve = (at: CallInfo) => number;
