/** A download that cannot go on. The message is one sentence with the way out where there is one. */
export class DownloadError extends Error {
  readonly code = "refused";
  /** Trying again may help: the connection broke, the server is busy. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing = false) {
    super(message);
    this.isPassing = isPassing;
  }
}
