import type { Denoiser } from "../../../shared/denoiser.ts";
import type { RunEvent } from "../../../shared/events.ts";

export interface ProbeOptions {
  /** Id of the guidance node. */
  readonly node: string;
  /** Id of the node on whose behalf it is asked. */
  readonly sampler: string;
  readonly emit: (event: RunEvent) => void;
}

/** Watches one node from outside, for one consumer of it. */
export interface Probe {
  /** The inputs as the node gets them. */
  tapped(inputs: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** The node's own denoiser, measured. */
  output(denoiser: Denoiser): Denoiser;
}

/** An evaluation that failed or was cancelled fails its node as well, which says so. */
export function ignore(): void {}
