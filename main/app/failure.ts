import type { ContractError } from "../../shared/contract.ts";
import { FileError } from "../engine/files/fileError.ts";

/** An error whose message is meant for a person. It crosses to the window as data. */
export class Failure extends Error {
  readonly data: ContractError;

  constructor(code: ContractError["code"], message: string, where: Pick<ContractError, "node" | "port" | "hint"> = {}) {
    super(message);
    this.data = { ...where, code, message };
  }
}

/** Any thrown value as the data that crosses to the window. What is not a Failure is a bug, or an error of the disk. */
export function toContractError(thrown: unknown): ContractError {
  if (thrown instanceof Failure) return thrown.data;
  if (thrown instanceof FileError) return { code: "io", message: thrown.message };
  if (!(thrown instanceof Error)) return { code: "bug", message: String(thrown) };
  const { code, path } = thrown as NodeJS.ErrnoException;
  const sentence = code === undefined ? undefined : diskErrors[code];
  if (sentence !== undefined) return { code: "io", message: path === undefined ? sentence : `${sentence} (${path})` };
  return { code: "bug", message: thrown.message };
}

const diskErrors: Readonly<Record<string, string>> = {
  ENOENT: "The file does not exist. It may have been moved or deleted.",
  EACCES: "The file cannot be opened: this account has no permission. Choose another place.",
  EPERM: "The file cannot be opened: the system does not allow it. Choose another place.",
  EISDIR: "This is a folder. Choose a file.",
  ENOTDIR: "A part of the path is not a folder. Choose another place.",
  ENOSPC: "The disk is full. Free some space or choose another place.",
  EROFS: "The disk cannot be written to. Choose another place.",
  EBUSY: "Another program is using the file. Close it there and try again.",
  EMFILE: "Too many files are open. Close some programs and try again.",
};
