import { utilityProcess } from "electron";
import type { EngineOptions, HostMessage } from "../engine/engineTypes.ts";
import type { HostProcess } from "./engineClient.ts";

const keptCharacters = 4_000;

/** Starts the engine's process from the bundle `file`. */
export function spawnHost(file: string, options: EngineOptions): HostProcess {
  const child = utilityProcess.fork(file, [JSON.stringify(options)], {
    serviceName: "Fairlead engine",
    stdio: ["ignore", "inherit", "pipe"],
  });
  let lastWords = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    process.stderr.write(bytes);
    lastWords = (lastWords + bytes.toString("utf8")).slice(-keptCharacters);
  });
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on("message", (message: HostMessage) => listener(message)),
    onExit: (listener) => void child.once("exit", (code) => listener(code, lastWords)),
    kill: () => void child.kill(),
  };
}
