import { readFileSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";

/**
 * Loads a CommonJS bundle with the machine code that V8 kept from an earlier run: a short program spends much of its time
 * on compiling functions that it calls once. The code is kept beside the bundle when the process ends; V8 refuses it by
 * itself after another build or another Node. The bundle must not use import(): no loader is attached.
 */
export function requireCached(file) {
  const kept = `${file}.v8`;
  const cachedData = readKept(kept, file);
  const script = new Script(Module.wrap(readFileSync(file, "utf8")), {
    filename: file,
    ...(cachedData === null ? {} : { cachedData }),
  });
  if (cachedData === null || script.cachedDataRejected) process.once("exit", () => keep(script, kept));
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

function readKept(kept, file) {
  try {
    return statSync(kept).mtimeMs < statSync(file).mtimeMs ? null : readFileSync(kept);
  } catch {
    return null;
  }
}

/** Not being able to keep it (a read-only checkout) costs the next start some time, nothing else. */
function keep(script, kept) {
  try {
    writeFileSync(kept, script.createCachedData());
  } catch {
    return;
  }
}
