import type { ContractError } from "../../../shared/contract.ts";
import type { Download, DownloadRequest, Identified, LibraryChange, LibraryState } from "../../../shared/library.ts";

/** Where a library keeps what it knows. */
export interface LibraryOptions {
  readonly folder: string;
}

/** Models in the folders that a person named, and downloads into them. Independent of the process it lives in. */
export interface Library {
  /** Everything that is known; the first question starts a scan. */
  state(): Promise<LibraryState>;
  /** Adds a folder (absolute path) and scans. */
  addFolder(path: string): Promise<void>;
  /** Forgets a folder and what lies in it; nothing on the disk changes. */
  removeFolder(path: string): Promise<void>;
  rescan(): Promise<void>;
  stopScan(): void;
  /** SHA-256 of a model, computed unless it is known. */
  hash(id: string): Promise<string>;
  /** Its picture as a small WebP. */
  preview(id: string): Promise<Uint8Array<ArrayBuffer> | null>;
  path(id: string): Promise<string>;
  /** What a file or folder anywhere on the disk is. */
  identify(path: string): Promise<Identified>;
  startDownload(request: DownloadRequest): Promise<Download>;
  pauseDownload(id: string): Promise<void>;
  resumeDownload(id: string): Promise<void>;
  /** Ends a download and removes what there is of an unfinished one. */
  removeDownload(id: string): Promise<void>;
}

type Answer<T> = T extends Promise<infer V> ? V : T;

/** Requests that travel to the library's process, by method. */
export type LibraryMethods = {
  readonly [M in keyof Library]: {
    readonly in: Parameters<Library[M]>;
    readonly out: Answer<ReturnType<Library[M]>>;
  };
};
export type LibraryMethod = keyof LibraryMethods;

/** What the library's process sends: answers to requests `{id, method, input}`, and news. */
export type LibraryMessage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ContractError }
  | { readonly event: LibraryChange };
