import type { Job } from "../../shared/contract.ts";
import type { EngineMethods, RunInput } from "../engine/engineTypes.ts";

type RunResult = EngineMethods["run"]["out"];

/** Remembers what the engine was asked to run, so that waiting jobs outlive it. */
export interface JobBook {
  /** A run that the engine took. */
  accept(input: RunInput, result: RunResult): void;
  /** The engine's queue as it is now; jobs that left it are forgotten. */
  see(jobs: readonly Job[]): void;
  /** Divides the queue of an engine that died: jobs that can be handed to the next one, and those that are lost. */
  divide(canResume: boolean): { readonly kept: readonly Job[]; readonly lost: readonly Job[] };
  /** The request that queues a kept job again, with its number and seeds. */
  again(job: Job): RunInput;
}

export function createJobBook(): JobBook {
  const accepted = new Map<string, { readonly input: RunInput; readonly result: RunResult }>();
  let present: readonly Job[] = [];
  return {
    accept(input, result) {
      accepted.set(result.job.id, { input, result });
    },
    see(jobs) {
      for (const { id } of present) if (!jobs.some((job) => job.id === id)) accepted.delete(id);
      present = jobs;
    },
    divide(canResume) {
      const kept = present.filter(({ id, state }) => canResume && state === "waiting" && accepted.has(id));
      return { kept, lost: present.filter((job) => !kept.includes(job)) };
    },
    again(job) {
      const entry = accepted.get(job.id);
      if (entry === undefined) throw new Error(`Job ${job.id} was never accepted.`);
      return { ...entry.input, as: { ...entry.result, job } };
    },
  };
}
