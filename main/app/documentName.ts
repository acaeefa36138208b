import { basename, dirname, isAbsolute, relative, sep } from "node:path";

/** End of the names of workflow files. */
export const workflowExtension = ".fairlead.json";

const pictures = [".png", ".webp", ".jpg", ".jpeg"];

/** Name of a document by its path: without folder and extension. */
export function documentName(path: string): string {
  const name = basename(path);
  const extension = [workflowExtension, ".json", ...pictures].find((end) => name.toLowerCase().endsWith(end));
  return extension === undefined ? name : name.slice(0, -extension.length);
}

/** True for files that carry a workflow beside a picture, and must not be overwritten by a workflow alone. */
export function isPicture(path: string): boolean {
  return pictures.some((end) => path.toLowerCase().endsWith(end));
}

/** The path with the workflow extension, unless it ends in .json already. */
export function withExtension(path: string): string {
  return path.toLowerCase().endsWith(".json") ? path : `${path}${workflowExtension}`;
}

const forbidden = /[<>:"|?*\\/\p{Cc}]/u;
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;
const mostBytes = 255;

/** A sentence why a document cannot have the name in a path, on one system or another; null if it can. */
export function refuseDocumentName(path: string): string | null {
  const name = basename(path);
  const character = forbidden.exec(name)?.[0];
  if (character !== undefined) {
    const shown = JSON.stringify(character).slice(1, -1).replace('\\"', '"');
    return `The name “${name.slice(0, 80)}” holds “${shown}”, which not every system allows. Choose another name.`;
  }
  if (reserved.test(name)) return `“${name}” is a reserved name on Windows. Choose another one.`;
  const bytes = Buffer.byteLength(name);
  if (bytes <= mostBytes) return null;
  return `The name is ${bytes} bytes long, and ${mostBytes} are the most. Choose a shorter one.`;
}

/** A name that any file system takes: the suggestion without the characters that one of them refuses. */
export function safeName(suggested: string): string {
  const printable = [...suggested].filter((letter) => letter >= " " && !'<>:"/\\|?*'.includes(letter)).join("");
  return printable.replace(/^[. ]+|[. ]+$/g, "").slice(0, 120) || "Untitled";
}

/**
 * How a document names a file: relative with forward slashes if the file lies in or below the document's folder, so
 * that the folder can be moved as a whole; else absolute. `document` is its path, null if it was never saved.
 */
export function pathInDocument(document: string | null, file: string): string {
  if (document === null) return file;
  const way = relative(dirname(document), file);
  const isBelow = way !== "" && !isAbsolute(way) && way !== ".." && !way.startsWith(`..${sep}`);
  return isBelow ? way.split(sep).join("/") : file;
}
