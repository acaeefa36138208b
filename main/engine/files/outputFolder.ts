import { mkdir, open, realpath, rm } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { describeFileError, FileError } from "./fileError.ts";

/** The only folder that save nodes write to. */
export interface OutputFolder {
  /**
   * Reserves `<name>.<extension>`, or `<name>-0`, `<name>-1`, … for several, as empty files and returns their paths. Slashes
   * make subfolders. A taken name becomes `<name> (2)` for the whole set. Throws a FileError for names that leave the folder.
   */
  claim(name: string, extension: string, count: number): Promise<readonly string[]>;
}

const forbidden = /[<>:"|?*\\\u0000-\u001f]/;
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;
const maxNameBytes = 200;

/** A sentence why a name cannot be that of a file on every system, or null. */
export function refuseName(name: string): string | null {
  if (name.trim() === "") return "The file name is empty.";
  if (isAbsolute(name) || /^[a-z]:/i.test(name)) return `The file name “${name}” is an absolute path. Names stay inside the output folder.`;
  const character = forbidden.exec(name)?.[0];
  if (character !== undefined) return `The file name “${name.slice(0, 80)}” holds “${JSON.stringify(character).slice(1, -1)}”, which not every system allows.`;
  for (const part of name.split("/")) {
    if (part === "" || part === "." || part === "..") return `The file name “${name}” has an empty part or leaves the output folder.`;
    if (reserved.test(part)) return `“${part}” is a reserved name on Windows.`;
    if (/[. ]$/.test(part)) return `“${part}” ends with a dot or a space, which not every system allows.`;
    if (Buffer.byteLength(part) > maxNameBytes) return `“${part.slice(0, 40)}…” is longer than ${maxNameBytes} bytes.`;
  }
  return null;
}

export function createOutputFolder(root: string): OutputFolder {
  return {
    claim: async (name, extension, count) => {
      const problem = refuseName(name);
      if (problem) throw new FileError(problem);
      const folder = resolve(root, dirname(name));
      await makeContained(root, folder);
      for (let number = 1; ; number++) {
        const base = number === 1 ? name : `${name} (${number})`;
        const names = count === 1 ? [base] : Array.from({ length: count }, (_, i) => `${base}-${i}`);
        const paths = names.map((one) => join(root, `${one}.${extension}`));
        if (await reserveAll(paths)) return paths;
      }
    },
  };
}

/** Makes a folder and checks that no link leads it out of the root. */
async function makeContained(root: string, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const [realRoot, real] = await Promise.all([realpath(root), realpath(folder)]);
    const way = relative(realRoot, real);
    if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) throw new FileError(`${folder} leads out of the output folder.`);
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw describeFileError("Making the folder", folder, error);
  }
}

/** Creates every file, or none if one exists. */
async function reserveAll(paths: readonly string[]): Promise<boolean> {
  const made: string[] = [];
  for (const path of paths) {
    const isMade = await reserve(path);
    if (!isMade) {
      await Promise.all(made.map((one) => rm(one, { force: true })));
      return false;
    }
    made.push(path);
  }
  return true;
}

async function reserve(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx")).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw describeFileError("Writing", path, error);
  }
}
