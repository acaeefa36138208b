import { nodesByType } from "../../nodes/catalog.ts";
import type { Checked } from "../../shared/contract.ts";
import { callsOf, usualWalk, walkOf } from "../../shared/curves/walk.ts";
import type { Curve } from "../../shared/denoiser.ts";
import type { ModelInfo } from "../../shared/model.ts";
import type { Cost } from "../../shared/plan.ts";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import type { Compiled } from "./compile/compile.ts";
import type { CheckInput } from "./engineTypes.ts";
import type { Place, Workspace } from "./workspace.ts";

/** Diagnostics, cost and what is known without running, for the window. Never throws for a bad document. */
export async function checkDocument(
  workspace: Workspace,
  input: CheckInput,
  msPerEvaluation: number | null,
): Promise<Checked> {
  const started = performance.now();
  const parsed = parseWorkflow(input.text);
  if ("problem" in parsed) {
    const diagnostics = [{ severity: "error" as const, node: null, port: null, message: parsed.problem }];
    return { diagnostics, cost: null, seconds: null, steps: [], known: {}, ms: performance.now() - started };
  }
  const compiled = await workspace.compile(parsed.workflow, placeOf(input));
  const { plan, diagnostics } = compiled;
  const cost = plan?.cost ?? null;
  return {
    diagnostics: [...diagnostics],
    cost,
    seconds: cost && msPerEvaluation !== null && !isClosedForm(cost) ? (cost.nfe * msPerEvaluation) / 1000 : null,
    steps: plan?.steps.map((step) => ({ node: step.id, cached: workspace.isCached(step), nfe: step.nfe })) ?? [],
    known: knownOf(compiled),
    ms: performance.now() - started,
  };
}

/** Where a request of the window runs. */
export function placeOf({ baseFolder, device, memoryGb }: CheckInput): Place {
  return { baseFolder, device, memoryBytes: memoryGb ? memoryGb * 1e9 : null };
}

/** Evaluations that no network makes take a time of their own kind, which nobody has measured. */
function isClosedForm({ nfe, runs }: Cost): boolean {
  return nfe > 0 && runs === 0;
}

function knownOf({ forecasts, expanded: workflow }: Compiled): Checked["known"] {
  const known: Checked["known"] = {};
  for (const [node, outputs] of forecasts) {
    const sigmas = outputs.sigmas as readonly number[] | undefined;
    const model = outputs.model as ModelInfo | undefined;
    const curve = outputs.curve ? valuesOf(outputs.curve as Curve, node, { forecasts, workflow }) : null;
    const parts = Object.values(outputs).filter(isLevels);
    if (!sigmas && !model && !curve && parts.length < 2) continue;
    known[node] = {
      ...(sigmas ? { sigmas: [...sigmas] } : {}),
      ...(parts.length > 1 ? { parts: parts.map((levels) => [...levels]) } : {}),
      ...(model ? { networks: [...model.networks] } : {}),
      ...(curve ? { curve } : {}),
    };
  }
  return known;
}

function isLevels(forecast: unknown): forecast is readonly number[] {
  return Array.isArray(forecast) && forecast.every((level) => typeof level === "number");
}

/** A curve at the steps of the walk that reads it, or of a usual one while there is none. Null if it is not finite. */
function valuesOf(
  curve: Curve,
  node: string,
  { forecasts, workflow }: Pick<Compiled, "forecasts"> & { readonly workflow: Workflow },
): number[] | null {
  const types = new Map(workflow.nodes.map(({ id, type }) => [id, type]));
  const walk = walkOf(workflow, node, {
    takesSigmas: (id, input) => nodesByType.get(types.get(id) ?? "")?.inputs[input]?.wire === "sigmas",
    sigmasOf: (id) => forecasts.get(id)?.sigmas as readonly number[] | undefined,
  });
  const values = callsOf(walk ?? usualWalk).map(curve);
  return values.every(Number.isFinite) ? values : null;
}
