import type { Checked } from "../../shared/contract.ts";
import type { CallInfo } from "../../shared/denoiser.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { catalogByType } from "../state/catalog.ts";

/**
 * The noise levels at which a node's parameters will be read: those that reach a node downstream of it; where nothing
 * does, those of the only schedule of the document. Undefined while they are not known.
 */
export function sigmasFor(workflow: Workflow, node: string, known: Checked["known"]): readonly number[] | undefined {
  const types = new Map(workflow.nodes.map(({ id, type }) => [id, catalogByType.get(type)]));
  const seen = new Set([node]);
  for (const id of seen) {
    for (const { from, to } of workflow.edges) {
      if (to[0] === id && types.get(id)?.inputs[to[1]]?.wire === "sigmas") {
        const { sigmas } = known[from[0]] ?? {};
        if (sigmas && sigmas.length > 1) return sigmas;
      }
      if (from[0] === id) seen.add(to[0]);
    }
  }
  const all = Object.values(known).flatMap(({ sigmas }) => (sigmas && sigmas.length > 1 ? [sigmas] : []));
  return all.length === 1 ? all[0] : undefined;
}

/** The first evaluation of each step of a walk; none for a single level. */
export function callsOf(sigmas: readonly number[]): readonly CallInfo[] {
  const steps = sigmas.length - 1;
  return sigmas
    .slice(0, -1)
    .map((sigma, step) => ({ step, steps, sigma, next: sigmas[step + 1] ?? 0, sigmas, stage: 0, switches: {} }));
}
