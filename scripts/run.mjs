import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./paths.mjs";

/** An error that its sentence explains: scripts print it without a stack. */
export class Problem extends Error {}

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Starts a program in the checkout with our own terminal and waits for it. Signals that reach us are passed on.
 * Returns the exit code; a program that a signal ended counts as 128 plus the number of that signal.
 */
export function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    const passOn = (signal) => child.kill(signal);
    for (const signal of forwarded) process.on(signal, passOn);
    child.once("error", fail);
    child.once("exit", (code, signal) => {
      for (const name of forwarded) process.off(name, passOn);
      done(code ?? 128 + signalNumber(signal));
    });
  });
}

/** Like `run`, but throws when the program fails. */
export async function must(command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) throw new Problem(`${[command, ...args].join(" ")} ended with exit code ${code}.`);
}

/** Runs a program and returns what it printed, or null when it failed or does not exist. */
export function read(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26, ...options });
  return result.status === 0 ? result.stdout : null;
}

/** True if a program of that name can be started. */
export function hasProgram(name) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Path of a command line tool of an installed package: `bin("vitest", "vitest.mjs")`. */
export function bin(packageName, file) {
  return join(root, "node_modules", packageName, file);
}

function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 1;
}
