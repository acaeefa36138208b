import { randomBytes } from "node:crypto";
import { catalog } from "../../nodes/catalog.ts";
import type { CallOutput, Checked, Job } from "../../shared/contract.ts";
import type { RunEvent } from "../../shared/events.ts";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import { type LastSeeds, resolveSeeds } from "../../shared/workflow/seeds.ts";
import { applySets } from "../../shared/workflow/sets.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { checkDocument, placeOf } from "./check.ts";
import type { CheckInput, Engine, EngineMessage, EngineOptions, ExportInput, RunInput } from "./engineTypes.ts";
import { isAbort } from "./execute/failure.ts";
import { KeptPictures } from "./keptPictures.ts";
import { listDevices } from "./runtime/devices.ts";
import { problemsOf, Workspace } from "./workspace.ts";

interface QueuedJob {
  readonly job: Job;
  readonly workflow: Workflow;
  readonly input: RunInput;
  readonly abort: AbortController;
}

/** Makes the engine that a host process serves. See `Engine`. */
export function createEngine(options: EngineOptions): Engine {
  return new QueueEngine(options);
}

class QueueEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #workspace: Workspace;
  readonly #listeners = new Set<(message: EngineMessage) => void>();
  readonly #jobs: QueuedJob[] = [];
  readonly #pictures = new KeptPictures();
  /** Seed that each node used last, by document and node. */
  readonly #lastSeeds = new Map<string, LastSeeds>();
  readonly #pace = { msPerEvaluation: null as number | null };
  #count = 0;
  #working: Promise<void> | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#workspace = new Workspace(options);
  }

  check(input: CheckInput): Promise<Checked> {
    return checkDocument(this.#workspace, input, this.#pace.msPerEvaluation);
  }

  async run(input: RunInput): Promise<CallOutput<"engine.run">> {
    const parsed = parseWorkflow(input.text);
    if ("problem" in parsed) throw new Error(parsed.problem);
    const last: LastSeeds = this.#lastSeeds.get(input.document) ?? new Map();
    this.#lastSeeds.set(input.document, last);
    const known = input.as?.seeds ?? [];
    const resolved = resolveSeeds(withSeeds(parsed.workflow, known), catalog.list, last, randomSeed);
    const job = input.as?.job ?? this.#newJob(input);
    this.#count = Math.max(this.#count, job.number);
    this.#jobs.push({ job, workflow: resolved.workflow, input, abort: new AbortController() });
    this.#announceQueue();
    this.#working ??= this.#work();
    const drawn = resolved.seeds.map(({ node, param, seed }) => ({ node, param, seed: String(seed) }));
    return { job, seeds: [...known, ...drawn] };
  }

  #newJob({ document, name }: RunInput): Job {
    const number = this.#count + 1;
    return { id: `job-${number}-${process.pid}`, number, document, name, state: "waiting" };
  }

  async stop(id: string): Promise<void> {
    const index = this.#jobs.findIndex((queued) => queued.job.id === id);
    if (index < 0) return;
    this.#jobs[index].abort.abort();
    if (index === 0) return;
    const [removed] = this.#jobs.splice(index, 1);
    this.#report(removed, { event: "stopped" });
    this.#announceQueue();
  }

  queue(): Job[] {
    return this.#jobs.map(({ job }, i) => ({ ...job, state: i === 0 ? "running" : "waiting" }));
  }

  devices(): ReturnType<Engine["devices"]> {
    return listDevices(this.#options.cacheFolder);
  }

  exportImage(input: ExportInput): Promise<void> {
    return this.#pictures.write(input);
  }

  on(listener: (message: EngineMessage) => void): void {
    this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    for (const { abort } of this.#jobs) abort.abort();
    await this.#working;
    await this.#workspace.close();
  }

  async #work(): Promise<void> {
    while (this.#jobs.length > 0) {
      const [queued] = this.#jobs;
      await this.#runJob(queued);
      this.#jobs.shift();
      this.#announceQueue();
    }
    this.#working = null;
  }

  async #runJob(queued: QueuedJob): Promise<void> {
    const { workflow, input, abort } = queued;
    const emit = (event: RunEvent) => this.#report(queued, event);
    this.#pictures.begin(input.document, workflow);
    try {
      const done = await this.#workspace.run(workflow, {
        ...placeOf(input),
        outputFolder: this.#options.outputFolder,
        emit,
        signal: abort.signal,
        previews: true,
        onImage: (node, image) => this.#pictures.keep(input.document, node, image),
      });
      // Closed forms take next to no time: they say nothing of a network's pace.
      if (done.runs > 0) this.#pace.msPerEvaluation = done.wallMs / done.nfe;
      emit(done);
    } catch (error) {
      if (isAbort(error)) emit({ event: "stopped" });
      else for (const { node, port, message } of problemsOf(error)) emit({ event: "error", node, port, message });
    }
  }

  #report({ job, input }: QueuedJob, event: RunEvent): void {
    this.#say({ type: "job.event", job: job.id, document: input.document, number: job.number, event });
  }

  #announceQueue(): void {
    this.#say({ type: "queue.changed", jobs: this.queue() });
  }

  #say(message: EngineMessage): void {
    for (const listener of this.#listeners) listener(message);
  }
}

/** A document with seeds that an earlier engine had drawn for it already. */
function withSeeds(workflow: Workflow, seeds: CallOutput<"engine.run">["seeds"]): Workflow {
  const sets = seeds.flatMap(({ node, param, seed }) => [`${node}.${param}=${seed}`, `${node}.${param}Mode="fixed"`]);
  const result = applySets(workflow, sets);
  return "workflow" in result ? result.workflow : workflow;
}

function randomSeed(): bigint {
  return randomBytes(8).readBigUInt64LE();
}
