import { randomBytes } from "node:crypto";
import { catalog } from "../../nodes/catalog.ts";
import type { CallOutput, Checked, Job } from "../../shared/contract.ts";
import type { RunEvent } from "../../shared/events.ts";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import { resolveSeeds } from "../../shared/workflow/seeds.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { checkDocument } from "./check.ts";
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
  readonly #lastSeeds = new Map<string, Map<string, { given: bigint; used: bigint }>>();
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
    const last = this.#lastSeeds.get(input.document) ?? new Map();
    this.#lastSeeds.set(input.document, last);
    const { workflow, seeds } = resolveSeeds(parsed.workflow, catalog.list, last, randomSeed);
    this.#count += 1;
    const job: Job = {
      id: `job-${this.#count}-${process.pid}`,
      number: this.#count,
      document: input.document,
      name: input.name,
      state: "waiting",
    };
    this.#jobs.push({ job, workflow, input, abort: new AbortController() });
    this.#announceQueue();
    this.#working ??= this.#work();
    return { job, seeds: seeds.map(({ node, param, seed }) => ({ node, param, seed: String(seed) })) };
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
        baseFolder: input.baseFolder,
        device: input.device,
        outputFolder: this.#options.outputFolder,
        emit,
        signal: abort.signal,
        previews: true,
        onImage: (node, image) => this.#pictures.keep(input.document, node, image),
      });
      if (done.nfe > 0) this.#pace.msPerEvaluation = done.wallMs / done.nfe;
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

function randomSeed(): bigint {
  return randomBytes(8).readBigUInt64LE();
}
