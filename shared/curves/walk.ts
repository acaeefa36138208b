import type { CallInfo } from "../denoiser.ts";
import type { Workflow } from "../workflow/workflow.ts";

/** Noise levels to go by while no schedule is known: twenty steps through those of most latent models. */
export const usualWalk: readonly number[] = Array.from({ length: 21 }, (_, i) =>
  i < 20 ? 14.6 * (0.03 / 14.6) ** (i / 19) : 0,
);

interface Known {
  /** Whether an input of a node takes a schedule. */
  takesSigmas(node: string, input: string): boolean;
  /** Levels that a node gives, where they are known. */
  sigmasOf(node: string): readonly number[] | undefined;
}

/**
 * The noise levels at which a node's curves will be read: those that reach a node downstream of it; where nothing does,
 * those of the only schedule of the document. Undefined while they are not known.
 */
export function walkOf({ nodes, edges }: Workflow, node: string, known: Known): readonly number[] | undefined {
  const seen = new Set([node]);
  for (const id of seen) {
    for (const { from, to } of edges) {
      const sigmas = to[0] === id && known.takesSigmas(id, to[1]) ? known.sigmasOf(from[0]) : undefined;
      if (sigmas && sigmas.length > 1) return sigmas;
      if (from[0] === id) seen.add(to[0]);
    }
  }
  const all = nodes.map(({ id }) => known.sigmasOf(id)).filter((sigmas) => sigmas && sigmas.length > 1);
  return all.length === 1 ? all[0] : undefined;
}

/** The first evaluation of each step of a walk; none for a single level. */
export function callsOf(sigmas: readonly number[]): readonly CallInfo[] {
  const steps = sigmas.length - 1;
  return sigmas
    .slice(0, -1)
    .map((sigma, step) => ({ step, steps, sigma, next: sigmas[step + 1] ?? 0, sigmas, stage: 0, switches: {} }));
}
