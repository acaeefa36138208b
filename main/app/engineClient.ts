import { constants } from "node:os";
import type { Job } from "../../shared/contract.ts";
import type { EngineMessage, EngineMethod, EngineMethods, HostMessage, RunInput } from "../engine/engineTypes.ts";
import { createJobBook } from "./jobBook.ts";
import { createPendingCalls } from "./pendingCalls.ts";

/** A process that answers requests (the engine's unless told), as far as its client needs it. */
export interface HostProcess<Method extends string = EngineMethod, Message = HostMessage> {
  post(message: { readonly id: number; readonly method: Method; readonly input: unknown }): void;
  onMessage(listener: (message: Message) => void): void;
  /** Called once, with the exit code and the last lines that the process wrote to standard error. */
  onExit(listener: (code: number, lastWords: string) => void): void;
  kill(): void;
}

/** The engine in its own process: started when it is first needed, started again after it died. */
export interface EngineClient {
  call<M extends EngineMethod>(method: M, input: EngineMethods[M]["in"]): Promise<EngineMethods[M]["out"]>;
  /** Starts the process if it does not run. */
  start(): void;
  close(): void;
}

/**
 * A client of the engine process that `spawn` starts; `emit` gets what the engine says and what happens to it. If the
 * process dies, the running job is reported as failed with the cause, and waiting jobs move to the next process with
 * their numbers and seeds. A process that dies before it was ready takes them with it: it would only die again.
 */
export function createEngineClient(spawn: () => HostProcess, emit: (message: EngineMessage) => void): EngineClient {
  const pending = createPendingCalls();
  const book = createJobBook();
  let host: HostProcess | null = null;
  let isReady = false;
  let isClosing = false;

  const receive = (message: HostMessage): void => {
    if (!("event" in message)) {
      pending.settle(message);
      return;
    }
    if (message.event.type === "engine.status") isReady ||= message.event.state === "ready";
    if (message.event.type === "queue.changed") book.see(message.event.jobs);
    emit(message.event);
  };
  const died = (code: number, lastWords: string): void => {
    host = null;
    if (isClosing) return;
    const reason = isReady ? stoppedSentence(code) : failedToStartSentence(code, lastWords);
    const { kept, lost } = book.divide(isReady);
    pending.rejectAll(reason);
    emit({ type: "engine.status", state: "stopped", reason });
    for (const job of lost) emit(failed(job, reason));
    book.see(kept);
    emit({ type: "queue.changed", jobs: kept });
    for (const job of kept) call("run", book.again(job)).catch((error: Error) => emit(failed(job, error.message)));
  };
  const start = (): HostProcess => {
    if (host !== null) return host;
    isReady = false;
    emit({ type: "engine.status", state: "starting" });
    host = spawn();
    host.onMessage(receive);
    host.onExit(died);
    return host;
  };
  const call: EngineClient["call"] = async (method, input) => {
    const { id, answer } = pending.add();
    start().post({ id, method, input });
    const result = (await answer) as EngineMethods[typeof method]["out"];
    if (method === "run") book.accept(input as RunInput, result as EngineMethods["run"]["out"]);
    return result;
  };
  const close = (): void => {
    isClosing = true;
    host?.kill();
  };
  return { call, start: () => void start(), close };
}

function failed({ id, document, number }: Job, message: string): EngineMessage {
  return { type: "job.event", job: id, document, number, event: { event: "error", node: null, port: null, message } };
}

function stoppedSentence(code: number): string {
  return `The engine stopped unexpectedly (${causeOf(code)}). Run again; nothing else was lost.`;
}

function failedToStartSentence(code: number, lastWords: string): string {
  const lines = lastWords.split("\n").map((line) => line.trim());
  const telling = lines.find((line) => /error|cannot|no such/i.test(line)) ?? causeOf(code);
  return `The engine could not start: ${telling}. Install Fairlead again if this stays so.`;
}

/** A utility process that a signal ended reports the signal's number as its exit code; 1 to 3 are ordinary exit codes. */
function causeOf(code: number): string {
  const number = code > 128 ? code - 128 : code;
  const signal = Object.entries(constants.signals).find(([, value]) => value === number);
  return signal === undefined || number <= 3 ? `exit code ${code}` : `signal ${signal[0]}`;
}
