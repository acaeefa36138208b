import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import { keepSeeds, useRuns } from "../run/runs.ts";
import { call } from "./bridge.ts";
import { activeDocument } from "./documents.ts";
import { attempt } from "./files.ts";
import { useSettings } from "./settings.ts";

/** Queues a run of the document in front, as it is now. */
export async function runActive(): Promise<void> {
  const active = activeDocument();
  if (!active) return;
  const { id, handle, name, workflow } = active;
  await attempt(async () => {
    const text = serializeWorkflow(workflow);
    const { seeds } = await call("engine.run", {
      document: id,
      text,
      handle,
      name,
      device: useSettings.getState().device,
    });
    keepSeeds(id, seeds);
  });
}

/** Stops the running job, or takes a waiting one out of the queue. */
export async function stopJob(job?: string): Promise<void> {
  const chosen = job ?? useRuns.getState().jobs[0]?.id;
  if (chosen !== undefined) await attempt(() => call("engine.stop", { job: chosen }));
}

export function isRunning(): boolean {
  return useRuns.getState().jobs.length > 0;
}
