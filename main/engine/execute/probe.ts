import type { Denoiser } from "../../../shared/denoiser.ts";

/** Watches one node from outside, for one consumer of it. */
export interface Probe {
  /** The inputs as the node gets them. */
  tapped(inputs: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** The node's own denoiser, measured. */
  output(denoiser: Denoiser): Denoiser;
}

/** An evaluation that failed or was cancelled fails its node as well, which says so. */
export function ignore(): void {}
