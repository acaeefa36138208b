import { writeAtomic } from "../engine/files/atomic.ts";
import { readWorkflowFile } from "../engine/files/embedded.ts";
import type { DocumentFiles } from "./documents.ts";
import { Failure } from "./failure.ts";

/** The engine's file functions: a document is written as a whole, with its last version kept beside it. */
export const documentFiles: DocumentFiles = {
  async readWorkflow(path) {
    const read = await readWorkflowFile(path);
    if ("problem" in read) throw new Failure("invalid", read.problem);
    return read.text;
  },
  write: (path, bytes) => writeAtomic(path, bytes, { backups: 3 }),
};
