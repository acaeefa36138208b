/** A sentence about a file that cannot be read or written. */
export class FileError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "FileError";
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full",
  EROFS: "The disk is read-only",
  EACCES: "There is no permission",
  EPERM: "There is no permission",
  ENOENT: "It does not exist",
  EISDIR: "It is a folder",
  ENOTDIR: "A part of its path is a file",
  ENAMETOOLONG: "Its name is too long",
  EMFILE: "Too many files are open",
};

/** A system error as a sentence with the path. */
export function describeFileError(action: string, path: string, error: unknown): FileError {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const reason = reasons[code] ?? (error as Error).message;
  return new FileError(`${action} ${path} failed: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}.`, error);
}
