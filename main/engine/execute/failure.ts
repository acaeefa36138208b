/** A run that could not go on: the node, the port if one is known, and a sentence. */
export class Failure extends Error {
  readonly node: string | null;
  readonly port: string | null;

  constructor(message: string, node: string | null, port: string | null, cause?: unknown) {
    super(message, { cause });
    this.name = "Failure";
    this.node = node;
    this.port = port;
  }
}

/** Attributes whatever was thrown to a node; what is attributed already, and a cancellation, stay as they are. */
export function failureAt(node: string, error: unknown): Error {
  if (error instanceof Failure || isAbort(error)) return error as Error;
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new Failure("This chain of denoisers is too deep to run. Shorten it.", node, null, error);
  }
  return new Failure(error instanceof Error ? error.message : String(error), node, null, error);
}

/** Whether an error is a cancellation. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
