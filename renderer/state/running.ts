import { expandSubgraphs } from "../../shared/subgraph/expand.ts";
import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { keepWorkflow } from "../panels/scope/traces.ts";
import { keepSeeds, useRuns } from "../run/runs.ts";
import { call } from "./bridge.ts";
import { catalogByType } from "./catalog.ts";
import { activeDocument } from "./documents.ts";
import { attempt } from "./files.ts";
import { useSettings } from "./settings.ts";

/** Queues a run of the document in front, as it is now. */
export async function runActive(): Promise<void> {
  const active = activeDocument();
  if (!active) return;
  const { id, handle, name, root: workflow } = active;
  await attempt(async () => {
    const text = serializeWorkflow(workflow);
    const { device, memoryGb } = useSettings.getState();
    const { job, seeds } = await call("engine.run", {
      document: id,
      text,
      handle,
      name,
      device,
      memoryGb,
    });
    keepWorkflow(id, job.id, workflow);
    keepSeeds(id, [...givenSeeds(expandSubgraphs(workflow, catalogByType).workflow), ...seeds]);
  });
}

/** Seeds that stand in the document itself: a picture keeps them when the document goes on to others. */
function givenSeeds({ nodes, edges }: Workflow): { node: string; seed: string }[] {
  return nodes.flatMap(({ id, type, params }) =>
    Object.entries(catalogByType.get(type)?.params ?? {}).flatMap(([name, param]) => {
      const isWired = edges.some(({ to }) => to[0] === id && to[1] === name);
      return param.kind === "seed" && !isWired ? [{ node: id, seed: String(params[name] ?? param.default) }] : [];
    }),
  );
}

/** Stops the running job, or takes a waiting one out of the queue. */
export async function stopJob(job?: string): Promise<void> {
  const chosen = job ?? useRuns.getState().jobs[0]?.id;
  if (chosen !== undefined) await attempt(() => call("engine.stop", { job: chosen }));
}

export function isRunning(): boolean {
  return useRuns.getState().jobs.length > 0;
}
