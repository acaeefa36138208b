/** A sentence about a file that cannot be read or written. */
export class FileError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "FileError";
  }
}

const elsewhere = "Choose another place.";

/** By the system's code: what is the case, and the way out where there is one. */
const reasons: Readonly<Record<string, readonly [fact: string, wayOut?: string]>> = {
  ENOSPC: ["the disk is full", "Free some space or choose another place."],
  EDQUOT: ["the space that this account may use is full", "Free some space or choose another place."],
  EFBIG: ["the file is larger than the disk allows", elsewhere],
  EROFS: ["the disk is read-only", elsewhere],
  EACCES: ["there is no permission", elsewhere],
  EPERM: ["there is no permission", elsewhere],
  EBUSY: ["another program is using it", "Close it there and try again."],
  EIO: ["the disk reports a fault", elsewhere],
  ENODEV: ["the disk is gone", elsewhere],
  ENOENT: ["it does not exist"],
  EISDIR: ["it is a folder"],
  ENOTDIR: ["a part of its path is a file", elsewhere],
  ELOOP: ["its links lead in a circle", elsewhere],
  ENAMETOOLONG: ["its name or path is too long", "Choose a shorter one."],
  EMFILE: ["too many files are open", "Close some programs and try again."],
};

/** A system error as a sentence with the path, and the way out. */
export function describeFileError(action: string, path: string, error: unknown): FileError {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const { message } = error as Error;
  const [fact, wayOut] = reasons[code] ?? [`${message.charAt(0).toLowerCase()}${message.slice(1)}`];
  return new FileError(`${action} ${path} failed: ${fact}.${wayOut === undefined ? "" : ` ${wayOut}`}`, error);
}
