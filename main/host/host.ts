// The engine in a process of its own: a crash in a driver takes no window with it, and a long model call blocks nothing.

import type { ContractError } from "../../shared/contract.ts";
import { createEngine } from "../engine/engine.ts";
import type { Engine, EngineMethod, EngineMethods, EngineOptions, HostMessage } from "../engine/engineTypes.ts";

type Answers = { readonly [M in EngineMethod]: (input: EngineMethods[M]["in"]) => Promise<EngineMethods[M]["out"]> };
interface Request {
  readonly id: number;
  readonly method: EngineMethod;
  readonly input: unknown;
}

function answersOf(engine: Engine): Answers {
  return {
    check: (input) => engine.check(input),
    run: (input) => engine.run(input),
    stop: ({ job }) => engine.stop(job).then(() => null),
    queue: async () => engine.queue(),
    devices: () => engine.devices(),
    export: (input) => engine.exportImage(input).then(() => null),
  };
}

function asData(thrown: unknown): ContractError {
  if (!(thrown instanceof Error)) return { code: "bug", message: String(thrown) };
  const { code, node, port, hint } = thrown as Error & Partial<Record<keyof ContractError, unknown>>;
  const texts = Object.entries({ node, port, hint }).filter(([, value]) => typeof value === "string");
  const known = ["invalid", "refused", "not-found", "io", "engine"].find((name) => name === code);
  return { code: (known ?? "engine") as ContractError["code"], message: thrown.message, ...Object.fromEntries(texts) };
}

function serve(engine: Engine): void {
  const answers = answersOf(engine);
  const send = (message: HostMessage): void => process.parentPort.postMessage(message);
  engine.on((event) => send({ event }));
  process.parentPort.on("message", ({ data }: { data: Request }) => {
    const answer = answers[data.method] as (input: unknown) => Promise<unknown>;
    answer(data.input).then(
      (result) => send({ id: data.id, result }),
      (error: unknown) => send({ id: data.id, error: asData(error) }),
    );
  });
  send({ event: { type: "engine.status", state: "ready" } });
}

serve(createEngine(JSON.parse(process.argv[2] ?? "{}") as EngineOptions));
