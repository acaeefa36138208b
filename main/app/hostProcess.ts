import { setTimeout as wait } from "node:timers/promises";
import { app, type Details, utilityProcess } from "electron";
import type { HostProcess } from "./engineClient.ts";

const keptCharacters = 4_000;
/** How long the reason of an exit may take to arrive after the exit. */
const reasonLimitMs = 2_000;

/** Starts a process from the bundle `file`; `serviceName` is what the system's lists of processes show. */
export function spawnHost<Method extends string, Message>(
  file: string,
  serviceName: string,
  options: object,
): HostProcess<Method, Message> {
  const child = utilityProcess.fork(file, [JSON.stringify(options)], {
    serviceName,
    stdio: ["ignore", "inherit", "pipe"],
  });
  let lastWords = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    process.stderr.write(bytes);
    lastWords = (lastWords + bytes.toString("utf8")).slice(-keptCharacters);
  });
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on("message", (message: Message) => listener(message)),
    onExit: (listener) => {
      const gone = whenGone(serviceName);
      child.once("exit", (code) => void exitCode(code, gone).then((known) => listener(known, lastWords)));
    },
    kill: () => void child.kill(),
  };
}

/** The code that the system gives for the end of a process: a wait status, so signals are in its low bits. */
function whenGone(serviceName: string): Promise<number> {
  return new Promise((known) => {
    const listen = (_: unknown, { name, exitCode: status }: Details): void => {
      if (name !== serviceName) return;
      app.off("child-process-gone", listen);
      known(status > 255 ? status >> 8 : status);
    };
    app.on("child-process-gone", listen);
  });
}

/**
 * The exit code of a process. Electron says 0 when it saw the connection break before the process end: then what the
 * system says counts, if it says it soon.
 */
async function exitCode(code: number, gone: Promise<number>): Promise<number> {
  if (code !== 0) return code;
  return Promise.race([gone, wait(reasonLimitMs, 0)]);
}
