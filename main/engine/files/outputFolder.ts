import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { refuseFileName } from "../../../shared/workflow/fileName.ts";
import { describeFileError, FileError } from "./fileError.ts";

/** The only folder that save nodes write to. */
export interface OutputFolder {
  /**
   * Reserves `<name>.<extension>`, or `<name>-0`, `<name>-1`, … for several, as empty files and returns their paths. Slashes
   * make subfolders. A taken name becomes `<name> (2)` for the whole set. Throws a FileError for names that leave the folder.
   */
  claim(name: string, extension: string, count: number): readonly string[];
  /** Gives a reserved file its content: all of it or, on failure, nothing; then the reservation is gone too. */
  fill(path: string, content: Uint8Array): void;
}

/**
 * Everything here is synchronous: these are few, short calls, and the engine's thread has nothing else to do meanwhile; each
 * hop through the thread pool would cost more than the call.
 */
export function createOutputFolder(root: string): OutputFolder {
  return {
    claim: (name, extension, count) => {
      const problem = refuseFileName(name);
      if (problem) throw new FileError(problem);
      makeContained(root, resolve(root, dirname(name)));
      for (let number = 1; ; number++) {
        const base = number === 1 ? name : `${name} (${number})`;
        const names = count === 1 ? [base] : Array.from({ length: count }, (_, i) => `${base}-${i}`);
        const paths = names.map((one) => join(root, `${one}.${extension}`));
        if (reserveAll(paths)) return paths;
      }
    },
    fill: (path, content) => {
      const unfinished = `.${basename(path).slice(0, 40)}.${randomBytes(6).toString("hex")}.tmp`;
      const temporary = join(dirname(path), unfinished);
      try {
        writeFileSync(temporary, content, { flag: "wx" });
        renameSync(temporary, path);
      } catch (error) {
        rmSync(temporary, { force: true });
        rmSync(path, { force: true });
        throw describeFileError("Writing", path, error);
      }
    },
  };
}

/** Makes a folder after checking that no link on the way leads out of the root. */
function makeContained(root: string, folder: string): void {
  try {
    mkdirSync(root, { recursive: true });
    let present = folder;
    while (!existsSync(present)) present = dirname(present);
    const way = relative(realpathSync(root), realpathSync(present));
    if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way))
      throw new FileError(`${folder} leads out of the output folder. Choose a name without that link.`);
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw describeFileError("Making the folder", folder, error);
  }
}

/** Creates every file, or none if one exists. */
function reserveAll(paths: readonly string[]): boolean {
  const made: string[] = [];
  for (const path of paths) {
    if (reserve(path)) {
      made.push(path);
      continue;
    }
    for (const one of made) rmSync(one, { force: true });
    return false;
  }
  return true;
}

function reserve(path: string): boolean {
  try {
    closeSync(openSync(path, "wx"));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw describeFileError("Writing", path, error);
  }
}
